// SPDX-License-Identifier: GPL-2.0-or-later
// XEP-0313 in rooms: whoever enters again hears from the room's archive what was said since, not only the few messages
// that rooms send at entry. Keeps the last message seen of each room in the account's settings.
#pragma once
#include "purple-plugin/context.h"
#include "purple-plugin/purple_handles.h"
#include "purple-plugin/questions.h"

#include <ctime>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <conversation.h>

namespace purple_plugin {

class RoomHistory {
public:
    RoomHistory(const Context& context, Questions& questions);
    ~RoomHistory();
    RoomHistory(const RoomHistory&) = delete;
    RoomHistory& operator=(const RoomHistory&) = delete;

    // The user has entered `conversation`, or left it.
    void begin(PurpleConversation* conversation);
    void end(PurpleConversation* conversation);

    // `connection` goes away.
    void forget(PurpleConnection* connection);

    // Takes what a room's archive tells, and lets the room's messages wait for it.
    void receive(PurpleConnection* connection, xmlnode** stanza);

    using Place = std::pair<PurpleConnection*, std::string>; // a room's address

private:
    struct Reading {
        bool is_under_way = false;
        int pages = 0;
        std::string query_id;
        std::vector<Node> waiting;
        std::set<std::string> shown;
    };

    void ask_after(const Place& place, const std::string& id);
    void got_support(const Place& place, const xmlnode* iq);
    void got_page(const Place& place, const xmlnode* iq);
    void finish(const Place& place, bool has_gap);
    static void show(const Place& place, const xmlnode* message, std::time_t time);

    Questions& questions_;
    std::map<Place, Reading> readings_;
    unsigned long queries_ = 0;
};

} // namespace purple_plugin
