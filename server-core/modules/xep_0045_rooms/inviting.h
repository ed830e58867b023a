// SPDX-License-Identifier: MIT
// XEP-0045 7.8.2: messages that ask the room for something: to invite a user, to tell that he declines.
#pragma once
#include "modules/xep_0045_rooms/service.h"

namespace modules::rooms {

// A message to the room that is not of type groupchat.
void take_request(Service& service, Room& room, const xmpp::Message& message);
// An invitation from the room. `invite`: what the inviter wrote, or an empty <invite/>.
void send_invitation(Service& service, Room& room, const xmpp::Jid& to, const xmpp::Jid& inviter,
                     const xml::Element& invite, std::string_view id = {});

}  // namespace modules::rooms
