// SPDX-License-Identifier: GPL-2.0-or-later
// Messages that come back (RFC 6120 8.3): which one it was and why, in the conversation that it belongs to.
// Keeps the text of the last messages sent by each connection, since servers need not send it back.
#pragma once
#include "purple-plugin/context.h"
#include "purple-plugin/words.h"

#include <deque>
#include <map>
#include <string>

#include <connection.h>
#include <xmlnode.h>

namespace purple_plugin {

class Undelivered {
public:
    explicit Undelivered(const Context& context);
    ~Undelivered();
    Undelivered(const Undelivered&) = delete;
    Undelivered& operator=(const Undelivered&) = delete;

    void note(PurpleConnection* connection, const xmlnode* message);
    void forget(PurpleConnection* connection) { sent_.erase(connection); }

    // Whether `error` was about a message of the user's, who has then been told.
    bool tell(PurpleConnection* connection, const xmlnode* error);

private:
    struct Sent {
        std::string id;
        std::string text; // its beginning
    };
    std::string take_text(PurpleConnection* connection, const xmlnode* error);

    std::map<PurpleConnection*, std::deque<Sent>> sent_;
};

// Why a message came back, by the error's condition; `in_room`: it was said in a room.
Word word_for_bounce(const std::string& condition, bool in_room);

} // namespace purple_plugin
