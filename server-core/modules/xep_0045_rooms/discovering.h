// SPDX-License-Identifier: MIT
// XEP-0045 6, 7.12: what service discovery tells of the service and of a room.
#pragma once
#include "modules/xep_0045_rooms/service.h"

namespace modules::rooms {

// XEP-0307 Unique Room Names 0.1.
inline constexpr std::string_view unique_ns = "http://jabber.org/protocol/muc#unique";

xmpp::IqReply service_info(const xml::Element& query);
xmpp::IqReply service_items(const Service& service, const xml::Element& query);
xmpp::IqReply room_info(const Room& room, const xmpp::Iq& iq);
xmpp::IqReply room_items(const Room& room, const xmpp::Iq& iq);

}  // namespace modules::rooms
