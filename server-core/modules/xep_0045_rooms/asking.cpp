// SPDX-License-Identifier: MIT
#include "modules/xep_0045_rooms/asking.h"

#include "modules/xep_0045_rooms/archive.h"
#include "modules/xep_0045_rooms/discovering.h"
#include "modules/xep_0045_rooms/entering.h"
#include "modules/xep_0045_rooms/lists.h"
#include "modules/xep_0045_rooms/owning.h"
#include "modules/xep_0045_rooms/registering.h"
#include "modules/xep_0045_rooms/retracting.h"
#include "modules/xep_0045_rooms/talking.h"
#include "routing/archive_query.h"
#include "store/fields.h"
#include "xmpp/namespaces.h"

#include <optional>
#include <utility>

namespace modules::rooms {
namespace {

using xmpp::Condition, xmpp::Iq, xmpp::IqReply;

// Ids of relayed requests say which client asked and which was asked: "ASKER-ASKED-ID", by tags, so that an answer
// needs no memory here and no real address is told.
struct RelayedId {
    std::uint32_t asker;
    std::uint32_t asked;
    std::string_view id;
};

std::optional<RelayedId> parse_relayed_id(std::string_view text) {
    const auto first = text.find('-');
    const auto second = first == text.npos ? first : text.find('-', first + 1);
    if (second == text.npos) return std::nullopt;
    const auto asker = store::read_number(text.substr(0, first));
    const auto asked = store::read_number(text.substr(first + 1, second - first - 1));
    if (!asker || !asked) return std::nullopt;
    return RelayedId{static_cast<std::uint32_t>(*asker), static_cast<std::uint32_t>(*asked), text.substr(second + 1)};
}

void relay(const Service& service, const Iq& iq, std::string_view id, const xmpp::Jid& from, const xmpp::Jid& to) {
    service.send(Iq(iq.element().with_attribute("id", id), iq.from(), iq.to(), iq.type()).addressed(from, to));
}

void relay_request(const Service& service, const Room& room, const Iq& iq) {
    Occupant* asker = room.occupants.of_client(iq.from());
    if (!asker) {
        const bool is_disco = iq.payload()->name().ns == xmpp::ns::disco_info || iq.payload()->name().ns == xmpp::ns::disco_items;
        return service.refuse(iq, is_disco ? Condition::bad_request : Condition::not_acceptable, words::not_inside);
    }
    const Occupant* asked = room.occupants.with_nick(iq.to().resource());
    if (!asked) return service.refuse(iq, Condition::item_not_found, words::nobody_has_nick);
    // XEP-0410: who asks himself learns from us that he is in the room.
    if (asked == asker && iq.payload()->is({ping_ns, "ping"})) return service.send(xmpp::result_reply(iq));
    const Client& client = asked->shown();
    const std::string id = std::to_string(asker->client(iq.from())->tag) + "-" + std::to_string(client.tag) + "-" + std::string(iq.id());
    // A vCard is an account's, and its server answers for it.
    const bool is_for_account = iq.payload()->name().ns == card_ns;
    relay(service, iq, id, asker->jid, is_for_account ? client.jid.bare() : client.jid);
}

void relay_answer(const Service& service, const Room& room, const Iq& iq) {
    const auto relayed = parse_relayed_id(iq.id());
    Occupant* asker = room.occupants.with_nick(iq.to().resource());
    if (!relayed || !asker) return;
    const Client* asking = asker->client_tagged(relayed->asker);
    if (!asking) return;
    for (const auto& asked : room.occupants.all()) {
        const Client* client = asked->client_tagged(relayed->asked);
        if (!client) continue;
        if (client->jid == iq.from() || client->jid.bare() == iq.from()) relay(service, iq, relayed->id, asked->jid, asking->jid);
        return;
    }
}

void take_room_request(Service& service, Room& room, const Iq& iq) {
    const xml::Name name = iq.payload()->name();
    const bool is_owner = room.affiliation_of(iq.from()) == Affiliation::owner;
    if (room.is_locked && !is_owner) return service.refuse(iq, Condition::item_not_found, words::locked);
    if (name == xml::Name{owner_ns, "query"}) return take_owner_query(service, room, iq);
    if (name == xml::Name{admin_ns, "query"}) return take_list_query(service, room, iq);
    if (name == xml::Name{card_ns, "vCard"}) return take_card_query(service, room, iq);
    if (name == xml::Name{xmpp::ns::registration, "query"}) return take_registration(service, room, iq);
    if (name.ns == routing::archive_ns && room.keeps_archive()) return take_archive_request(service, room, iq);
    const bool is_get = iq.type() == Iq::get;
    if (!is_get && name == xml::Name{moderate_ns, "moderate"}) return take_moderation(service, room, iq);
    IqReply reply = IqReply::error(Condition::service_unavailable);
    if (is_get && name == xml::Name{xmpp::ns::disco_info, "query"}) reply = room_info(room, iq);
    if (is_get && name == xml::Name{xmpp::ns::disco_items, "query"}) reply = room_items(room, iq);
    if (is_get && name == xml::Name{ping_ns, "ping"}) reply = IqReply::done();
    service.send(reply.answer(iq));
}

}  // namespace

void take_iq(Service& service, Room& room, const Iq& iq) {
    if (iq.to().is_bare()) {
        iq.is_request() ? take_room_request(service, room, iq) : take_answer(service, room, iq);
    } else if (iq.is_request()) {
        relay_request(service, room, iq);
    } else {
        relay_answer(service, room, iq);
    }
}

IqReply answer_for_service(Service& service, const Iq& iq) {
    const xml::Element payload = *iq.payload();
    if (iq.type() != Iq::get) return IqReply::error(Condition::service_unavailable);
    if (payload.is({xmpp::ns::disco_info, "query"})) return service_info(payload);
    if (payload.is({xmpp::ns::disco_items, "query"})) return service_items(service, payload);
    if (payload.is({ping_ns, "ping"})) return IqReply::done();
    if (payload.is({unique_ns, "unique"})) return IqReply::result(xml::Element({unique_ns, "unique"}).with_text(service.unused_name()));
    return IqReply::error(Condition::service_unavailable);
}

void handle_for_room(Service& service, Room& room, const xmpp::AnyStanza& stanza) {
    if (const auto* message = std::get_if<xmpp::Message>(&stanza)) return take_message(service, room, *message);
    if (const auto* presence = std::get_if<xmpp::Presence>(&stanza)) return take_presence(service, room, *presence);
    take_iq(service, room, std::get<Iq>(stanza));
}

}  // namespace modules::rooms
