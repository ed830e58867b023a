// SPDX-License-Identifier: GPL-2.0-or-later
// XEP-0313 Message Archive Management 1.1.3: at login, what was said while this client was away, in order and at its
// time. Until that is told, messages that arrive wait. Keeps a name for this client in the account's settings.
#pragma once
#include "purple-plugin/arrivals.h"
#include "purple-plugin/context.h"
#include "purple-plugin/purple_handles.h"
#include "purple-plugin/questions.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace purple_plugin {

class Archive {
public:
    Archive(const Context& context, Questions& questions, Arrivals& arrivals);
    ~Archive();
    Archive(const Archive&) = delete;
    Archive& operator=(const Archive&) = delete;

    // Asks for what is new since the last message seen; the first time, for the last days.
    void begin(PurpleConnection* connection);

    // `connection` goes away: what still waits is shown.
    void forget(PurpleConnection* connection);

    // There is no such account any more; another may get its place in memory.
    void forget(PurpleAccount* account) { arrivals_.forget(account); }

    // Takes what the archive tells, and lets new messages wait for it.
    void receive(PurpleConnection* connection, xmlnode** stanza);

    // Gives a message that leaves an id by which it is known again in the archive.
    static void stamp(PurpleConnection* connection, xmlnode* stanza);

private:
    struct Reading {
        bool is_under_way = true;
        bool is_first = false; // nothing was ever seen
        std::time_t start = 0; // older messages are not asked for; 0: the last one seen says where to begin
        int pages = 0;
        std::string query_id;
        std::vector<Node> waiting;
        std::set<std::string> told; // conversations that say where their history begins
    };

    void ask(PurpleConnection* connection, const std::string& after);
    void got_page(PurpleConnection* connection, const xmlnode* iq);
    void got_error(PurpleConnection* connection, const xmlnode* iq);
    void end(PurpleConnection* connection, bool is_complete);
    void tell(PurpleConnection* connection, Reading& reading, const xmlnode* result);
    void say_where_it_begins(PurpleConnection* connection, Reading& reading, const std::string& who) const;
    void let_wait(PurpleConnection* connection, Reading& reading, xmlnode** stanza);

    const Context& context_;
    Questions& questions_;
    Arrivals& arrivals_;
    std::map<PurpleConnection*, Reading> readings_;
    unsigned long queries_ = 0;
};

} // namespace purple_plugin
