// SPDX-License-Identifier: MIT
#include "modules/xep_0045_rooms/archive.h"

#include "routing/archive_query.h"

#include <algorithm>
#include <utility>

namespace modules::rooms {
namespace {

using routing::ArchivePage, routing::ArchiveQuery, routing::archive_ns;
using xmpp::Condition, xmpp::Iq, xmpp::IqReply, xmpp::Jid, xmpp::Message;

constexpr Sentence not_yours = {"this archive is for those who may enter the room", "cette archive est pour ceux qui peuvent entrer dans le salon"};

// XEP-0313 6.1.2: who may enter may read. A password is asked for at the door: who is inside has given it, and who belongs
// to the room is trusted to know it.
bool may_read(const Room& room, const Jid& user) {
    const Affiliation affiliation = room.affiliation_of(user);
    if (affiliation == Affiliation::outcast) return false;
    if (affiliation >= Affiliation::member) return true;
    if (room.config.is_members_only) return false;
    return room.config.password.empty() || room.occupants.of_client(user);
}

// XEP-0313 4.1.1: by occupant, whom all have heard, or by author, asked by those who may know who said what, or by himself.
std::optional<xmpp::StanzaError> take_with(const Room& room, const Jid& user, ArchiveQuery& query) {
    auto& filter = query.filter;
    if (filter.with == room.jid.text()) {
        if (!filter.resource.empty()) query.sender = filter.with + "/" + filter.resource;
        filter.with.clear();  // whoever spoke did so from an address in the room
        filter.resource.clear();
    }
    if (filter.with.empty() || filter.with == user.bare_text() || room.shows_addresses_to(user)) return std::nullopt;
    return xmpp::StanzaError{Condition::forbidden, {"only moderators know who said what in this room", "seuls les modérateurs savent qui a dit quoi dans ce salon"}, {}, {}};
}

// As one may see it: with the author's real address, or as all got it.
std::optional<Message> shown(const Jid& room, const store::Entry& entry, bool with_address) {
    const auto message = routing::message_of(entry);
    if (!message || !with_address || entry.with == room.text()) return message;
    const std::string author = entry.resource.empty() ? entry.with : entry.with + "/" + entry.resource;
    return message->with(xml::Element({user_ns, "x"}).with(xml::Element({user_ns, "item"}).with_attribute("jid", author)));
}

// One question, and how it is to be answered.
struct Question {
    Jid room;
    Iq iq;
    ArchiveQuery query;
    bool with_addresses;
};

void tell_page(const Service& service, const Question& question, ArchivePage page) {
    const auto& [room, iq, query, with_addresses] = question;
    const xml::Element fin = routing::archive_fin(page);
    if (query.flipped) std::ranges::reverse(page.entries);
    for (const store::Entry& entry : page.entries)
        service.send_to_client(routing::archive_result(query, entry, shown(room, entry, with_addresses), room, iq.from()));
    service.send(xmpp::result_reply(iq, fin));
}

void search(Service& service, const Room& room, const Iq& iq) {
    auto query = routing::parse_archive_query(*iq.payload());
    const auto mistake = query ? take_with(room, iq.from(), *query) : std::optional(query.error());
    if (mistake) return service.send(IqReply::error(*mistake).answer(iq));
    const auto reading = service.begin_reading(iq);
    if (!reading) return;
    const Question question{room.jid, iq, std::move(*query), room.shows_addresses_to(iq.from())};
    routing::find_archive_page(service.store(), room.jid.text(), question.query, service.node().limits.archive_page, [&service, alive = service.alive(), reading, question](auto page) {
        if (alive.expired()) return;
        if (!page) return service.send(IqReply::error(page.error()).answer(question.iq));
        tell_page(service, question, std::move(*page));
    });
}

void tell_metadata(Service& service, const Room& room, const Iq& iq) {
    const auto reading = service.begin_reading(iq);
    if (!reading) return;
    routing::find_archive_metadata(service.store(), room.jid.text(), [&service, alive = service.alive(), reading, iq](const IqReply& reply) {
        if (!alive.expired()) service.send(reply.answer(iq));
    });
}

}  // namespace

void take_archive_request(Service& service, const Room& room, const Iq& iq) {
    const xml::Name name = iq.payload()->name();
    const bool is_get = iq.type() == Iq::get;
    const bool is_query = name == xml::Name{archive_ns, "query"};
    const bool is_metadata = is_get && name == xml::Name{archive_ns, "metadata"};
    if (!is_query && !is_metadata) return service.refuse(iq, Condition::service_unavailable);
    if (!may_read(room, iq.from())) return service.refuse(iq, Condition::forbidden, not_yours);
    if (is_metadata) return tell_metadata(service, room, iq);
    if (is_get) return service.send(xmpp::result_reply(iq, routing::archive_form()));
    search(service, room, iq);
}

}  // namespace modules::rooms
