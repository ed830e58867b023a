// SPDX-License-Identifier: MIT
// XEP-0045 7.2, 7.6, 7.7, 7.14: who enters, takes another nick, is away, leaves.
#pragma once
#include "modules/xep_0045_rooms/announcing.h"

namespace modules::rooms {

// Presence to a room that exists.
void take_presence(Service& service, Room& room, const xmpp::Presence& presence);
// Lets the sender in, or says why not. The first in a locked room is its maker.
void enter(Service& service, Room& room, const xmpp::Presence& presence);
// One client leaves; the occupant stays while others of the user share its nick. `presence`: what it said in going.
void leave(Service& service, Room& room, const xmpp::Jid& client, const xml::Element& presence, const Notice& notice = {});

// XEP-0045 18.1.2: an error says that the client is not there any more, though we never heard it leave.
void remove_ghost(Service& service, Room& room, const xmpp::Stanza& bounced);

// The answer to a question of the room itself whether the client is still there.
void take_answer(Service& service, Room& room, const xmpp::Iq& iq);

// Whether the address names a nick that people can see (XEP-0045 17.1).
bool has_nick(const xmpp::Presence& presence);
void refuse_to_enter(const Service& service, const xmpp::Presence& presence, xmpp::Condition condition, xmpp::Words text,
                     xmpp::ErrorType type = xmpp::ErrorType::none);
// XEP-0045 7.2.18: who believes to be in the room learns that he is not.
void tell_not_in_room(const Service& service, const xmpp::Presence& presence);

}  // namespace modules::rooms
