// SPDX-License-Identifier: MIT
// What is left in a room of a user whose account was erased: nothing, so that who gets the name later gets no rights by it.
#pragma once
#include "modules/xep_0045_rooms/service.h"

namespace modules::rooms {

// Tells a room that the account of `user` is erased; to be addressed from the service's host.
xmpp::Message end_of_account(const xmpp::Jid& host, const xmpp::Jid& user);
// Whether the message is that; true: it was dealt with. His affiliation goes, and his nick with it (XEP-0045 5.2), but a
// ban stays; where he was the only owner the admins become owners.
bool is_end_of_account(Service& service, Room& room, const xmpp::Message& message);

}  // namespace modules::rooms
