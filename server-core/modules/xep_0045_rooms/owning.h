// SPDX-License-Identifier: MIT
// XEP-0045 10: what owners do: configure a room and destroy it.
#pragma once
#include "modules/xep_0045_rooms/service.h"
#include "xmpp/data_form.h"

namespace modules::rooms {

// <query xmlns='...muc#owner'/>.
void take_owner_query(Service& service, Room& room, const xmpp::Iq& iq);

// The form of XEP-0045 10.1.3, 10.2, filled with what holds now: the fields that we enforce, and no others.
xmpp::DataForm config_form(const Room& room, xmpp::Language language);
// What a submitted form makes of the room.
struct Submitted {
    Config config;
    std::optional<std::vector<std::string>> admins;  // bare JIDs, the full list; absent: as it was
    std::optional<std::vector<std::string>> owners;
};
base::Result<Submitted, xmpp::StanzaError> read_config_form(const Room& room, const xmpp::DataForm& form,
                                                            std::uint64_t most_occupants);

}  // namespace modules::rooms
