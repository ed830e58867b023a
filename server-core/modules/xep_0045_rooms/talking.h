// SPDX-License-Identifier: MIT
// XEP-0045 7.4, 7.5, 8.1: messages to all, private messages, the subject; and what is told of them to who enters.
#pragma once
#include "modules/xep_0045_rooms/service.h"

namespace modules::rooms {

// A message to the room or to one of its occupants.
void take_message(Service& service, Room& room, const xmpp::Message& message);
// XEP-0045 7.2.13 to 7.2.15: history and subject to a client that has entered by `presence`.
void send_history(const Service& service, const Room& room, const xmpp::Jid& client, const xmpp::Presence& presence);
// Into the history, and onto disk where the room keeps what is said: with its id (XEP-0359). All that is said to all and
// is for those who come later goes through here.
//   author  his real address: of the entry, not of the message
//   beside  what is kept in the same commit
xmpp::Message record(Service& service, Room& room, const xmpp::Message& message, const xmpp::Jid& author, store::Batch beside = {});
// XEP-0045 10.2.1: that the room's configuration has changed.
void tell_codes(const Service& service, const Room& room, const std::vector<int>& codes);
// A message of the room itself to every client in it.
void tell_all(const Service& service, const Room& room, const xmpp::Message& message);

}  // namespace modules::rooms
