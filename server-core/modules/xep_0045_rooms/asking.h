// SPDX-License-Identifier: MIT
// IQs to the service, to a room, and through a room to an occupant (XEP-0045 17.4): each request gets an answer.
#pragma once
#include "modules/xep_0045_rooms/service.h"

namespace modules::rooms {

// An IQ to the room, or to the address of one of its occupants.
void take_iq(Service& service, Room& room, const xmpp::Iq& iq);

}  // namespace modules::rooms
