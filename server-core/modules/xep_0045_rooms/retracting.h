// SPDX-License-Identifier: MIT
// XEP-0424 Message Retraction 0.4.2 and XEP-0425 Moderated Message Retraction 0.3.0: who said something takes it back, or
// a moderator does. In history and archive a tombstone stands in its place, and the retraction itself is kept.
#pragma once
#include "modules/xep_0045_rooms/service.h"

namespace modules::rooms {

inline constexpr std::string_view moderate_ns = "urn:xmpp:message-moderate:1";

// <moderate/> to the room.
void take_moderation(Service& service, Room& room, const xmpp::Iq& iq);
// Whether the message to all takes another back.
bool is_retraction(const xmpp::Message& message);
// Such a message, from an occupant with voice: `tell` passes it on to all.
void take_retraction(Service& service, Room& room, const xmpp::Message& message,
                     std::function<void(Room&, const Occupant&)> tell);

}  // namespace modules::rooms
