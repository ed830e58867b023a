// SPDX-License-Identifier: GPL-2.0-or-later
// The organisation's rooms (XEP-0045 6.3), without asking the user on which server they are.
#pragma once
#include "purple-plugin/context.h"
#include "purple-plugin/questions.h"

#include <map>
#include <string>

#include <roomlist.h>

namespace purple_plugin {

class RoomList {
public:
    RoomList(const Context& context, Questions& questions) : context_(context), questions_(questions) {}
    ~RoomList();
    RoomList(const RoomList&) = delete;
    RoomList& operator=(const RoomList&) = delete;

    // A list that fills when the server answers; the one before is given up.
    PurpleRoomlist* get(PurpleConnection* connection);
    void cancel(PurpleRoomlist* list);
    void forget(PurpleConnection* connection);

private:
    void ask(PurpleConnection* connection, PurpleRoomlist* list, const std::string& after, int pages);
    void fill(PurpleConnection* connection, PurpleRoomlist* list, const xmlnode* answer, int pages);

    const Context& context_;
    Questions& questions_;
    std::map<PurpleConnection*, PurpleRoomlist*> lists_; // not answered yet
};

} // namespace purple_plugin
