// SPDX-License-Identifier: MIT
// XEP-0045 7.10, 9.9: a user registers with a room, which makes him a member and reserves his nick: at once where anybody
// may speak, else when an admin has approved. Keeps whom admins have been asked about; they may forget it.
#pragma once
#include "modules/xep_0045_rooms/service.h"
#include "xmpp/data_form.h"

namespace modules::rooms {

inline constexpr const char* register_form = "http://jabber.org/protocol/muc#register";

// A <query xmlns='jabber:iq:register'/> to the room.
void take_registration(Service& service, Room& room, const xmpp::Iq& iq);

// The form of an admin's decision in this message; nothing when it has none.
std::optional<xmpp::DataForm> approval_form(const xmpp::Message& message);
void take_approval(Service& service, Room& room, const xmpp::Message& message, const xmpp::DataForm& form);

}  // namespace modules::rooms
