// SPDX-License-Identifier: MIT
// XEP-0486 MUC Avatars 0.1.0, with XEP-0054 and XEP-0153: a room's card, which its owners set, and the hashes of the photos
// in it. Drawer "room", name "card".
#pragma once
#include "xml/element.h"
#include "xmpp/stanza.h"

#include <optional>
#include <string>
#include <vector>

namespace modules::rooms {

class Service;
struct Room;

inline constexpr std::string_view card_ns = "vcard-temp";
inline constexpr const char* card_record = "card";

struct Card {
    std::string text;                 // serialised; empty: the room has none
    std::vector<std::string> hashes;  // SHA-1 of each photo, in hex (XEP-0153 4.1)
};

// Nothing when a photo is not base64.
std::optional<Card> make_card(const xml::Element& card);
Card read_card(const std::string& text);

// A <vCard/> of either type to the room itself.
void take_card_query(Service& service, Room& room, const xmpp::Iq& iq);
// XEP-0153 3.2 on behalf of the room, for clients that do not ask its disco#info.
void send_photo_hash(const Service& service, const Room& room, const xmpp::Jid& client);

}  // namespace modules::rooms
