// SPDX-License-Identifier: MIT
// A room as the service has it, and the stanzas to it that wait for something to be read or written, in order.
#pragma once
#include "modules/xep_0045_rooms/room.h"
#include "xmpp/stanza.h"

#include <deque>
#include <memory>

namespace modules::rooms {

struct Waiting {
    xmpp::AnyStanza stanza;
    routing::TicketPtr gate;
};

struct Queue {
    std::deque<Waiting> stanzas;
    routing::TicketPtr aside;  // while there are any: an acknowledgement (XEP-0198) does not speak for them
};

struct Slot {
    xmpp::Jid jid;
    std::unique_ptr<Room> room;  // null: not loaded yet, or no such room
    Queue waiting;
    unsigned holds = 0;          // reasons to wait: being loaded, being committed, handling a stanza
};

}  // namespace modules::rooms
