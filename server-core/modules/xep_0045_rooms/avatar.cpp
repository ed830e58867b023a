// SPDX-License-Identifier: MIT
#include "modules/xep_0045_rooms/avatar.h"

#include "base/text.h"
#include "modules/xep_0045_rooms/service.h"
#include "modules/xep_0045_rooms/talking.h"
#include "xml/parser.h"
#include "xml/writer.h"
#include "xmpp/scram.h"

#include <utility>

namespace modules::rooms {
namespace {

using xmpp::Condition, xmpp::Iq;

constexpr std::string_view update_ns = "vcard-temp:x:update";
constexpr std::size_t most_photos = 5;

// XEP-0486 3.2: the card, and that something about the room has changed.
void set_card(Service& service, Room& room, const Iq& iq, Card card) {
    store::Batch batch;
    if (room.is_kept()) {
        if (card.text.empty())
            batch.push_back(store::Erase{room.jid.text(), room_drawer, card_record});
        else
            batch.push_back(store::Put{room.jid.text(), {room_drawer, card_record, card.text}});
    }
    service.change(room, iq, std::move(batch), [&service, iq, card = std::move(card)](Room& now) {
        now.card = card;
        service.send(xmpp::result_reply(iq));
        tell_codes(service, now, {status::configured});
        for (const auto& occupant : now.occupants.all())
            for (const Client& client : occupant->clients) send_photo_hash(service, now, client.jid);
    });
}

}  // namespace

std::optional<Card> make_card(const xml::Element& card) {
    Card made;
    for (const xml::Element photo : card.children()) {
        if (!photo.is({card_ns, "PHOTO"}) || !photo.has_child({card_ns, "BINVAL"})) continue;
        const auto bytes = base::base64_decode_lines(photo.child_text({card_ns, "BINVAL"}));
        if (!bytes || made.hashes.size() >= most_photos) return std::nullopt;
        if (!bytes->empty()) made.hashes.push_back(base::hexadecimal(xmpp::digest(xmpp::ScramHash::sha1, *bytes)));
    }
    if (card.has_children()) made.text = xml::to_string(card);
    return made;
}

Card read_card(const std::string& text) {
    const auto element = xml::parse_element(text);
    return element ? make_card(*element).value_or(Card()) : Card();
}

void take_card_query(Service& service, Room& room, const Iq& iq) {
    if (iq.type() == Iq::get) {
        const auto card = room.card.text.empty() ? std::nullopt : xml::parse_element(room.card.text);
        return service.send(xmpp::result_reply(iq, card.value_or(xml::Element({card_ns, "vCard"}))));
    }
    if (room.affiliation_of(iq.from()) != Affiliation::owner)
        return service.refuse(iq, Condition::forbidden, {"only the room's owners do this", "réservé aux propriétaires du salon"});
    auto card = make_card(*iq.payload());
    if (!card) return service.refuse(iq, Condition::bad_request, {"the photo is not base64", "la photo n'est pas en base64"});
    const std::size_t most = service.node().limits.private_bytes;
    if (most != 0 && card->text.size() > most)
        return service.refuse(iq, Condition::policy_violation, {"the card is too large", "la carte est trop grande"});
    set_card(service, room, iq, std::move(*card));
}

void send_photo_hash(const Service& service, const Room& room, const xmpp::Jid& client) {
    auto photo = xml::Element({update_ns, "photo"});
    if (!room.card.hashes.empty()) photo = std::move(photo).with_text(room.card.hashes.front());
    const xmpp::Presence presence(room.jid, client, xmpp::Presence::available);
    service.send(presence.with(xml::Element({update_ns, "x"}).with(photo)));
}

}  // namespace modules::rooms
