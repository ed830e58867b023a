// SPDX-License-Identifier: MIT
// XEP-0045 7.13, 8.6: a visitor asks for voice, a moderator gives it.
#pragma once
#include "modules/xep_0045_rooms/service.h"
#include "xmpp/data_form.h"

namespace modules::rooms {

// The form of a voice request or of an approval in this message; nothing when it has none.
std::optional<xmpp::DataForm> voice_form(const xmpp::Message& message);
void take_voice_form(Service& service, Room& room, const xmpp::Message& message, const xmpp::DataForm& form);

}  // namespace modules::rooms
