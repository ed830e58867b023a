// SPDX-License-Identifier: MIT
#include "modules/xep_0045_rooms/announcing.h"

#include "xml/writer.h"

#include <string_view>
#include <utility>

namespace modules::rooms {
namespace {

using xmpp::Presence;

xml::Element with_codes(xml::Element x, const std::vector<int>& codes) {
    for (const int code : codes)
        x = std::move(x).with(xml::Element({user_ns, "status"}).with_attribute("code", std::to_string(code)));
    return x;
}

xml::Element with_text(xml::Element item, std::string_view name, std::string_view text) {
    return text.empty() ? item : std::move(item).with(xml::Element({user_ns, name}).with_text(text));
}

// <item/> without the real address.
xml::Element make_item(Affiliation affiliation, Role role, const Notice& notice) {
    auto item = xml::Element({user_ns, "item"})
                    .with_attribute("affiliation", to_string(affiliation))
                    .with_attribute("role", to_string(role));
    if (!notice.new_nick.empty()) item = std::move(item).with_attribute("nick", notice.new_nick);
    if (!notice.actor.empty())
        item = std::move(item).with(xml::Element({user_ns, "actor"}).with_attribute("nick", notice.actor));
    return with_text(std::move(item), "reason", notice.reason);
}

xml::Element make_x(const xml::Element& item, const Notice& notice) {
    auto x = xml::Element({user_ns, "x"}).with(item);
    if (notice.destroyed) x = std::move(x).with(*notice.destroyed);
    return with_codes(std::move(x), notice.codes);
}

}  // namespace

Announcement::Announcement(const Room& room, const Occupant& about, const xml::Element& presence, Standing standing,
                           const Notice& notice, bool is_seen)
    : room_(room), from_(about.jid), real_(about.shown().jid), id_(occupant_id(about.id)), presence_(presence),
      item_(make_item(standing.affiliation, standing.role, notice)), notice_(notice), is_seen_(is_seen) {}

const xml::Element& Announcement::seen(bool with_address) const {
    std::optional<xml::Element>& made = with_address ? shown_ : hidden_;
    if (!made) made = presence_.with(make_x(with_address ? item_.with_attribute("jid", real_.text()) : item_, notice_)).with(id_);
    return *made;
}

Announcement Announcement::present(const Room& room, const Occupant& about, const Notice& notice) {
    return Announcement(room, about, about.shown().presence, {room.affiliation_of(about.user), about.role}, notice,
                        room.config.shown.has(about.role));
}

Announcement Announcement::leaving(const Room& room, const Occupant& about, const xml::Element& presence, const Notice& notice) {
    return Announcement(room, about, presence, {room.affiliation_of(about.user), Role::none}, notice, about.is_announced);
}

Announcement Announcement::renamed(const Room& room, const Occupant& about, const std::string& new_nick) {
    Notice notice;
    notice.codes = {status::new_nick};
    notice.new_nick = new_nick;
    return Announcement(room, about, unavailable(), {room.affiliation_of(about.user), about.role}, notice, about.is_announced);
}

void Announcement::send(const Service& service, const xml::Element& presence, const xmpp::Jid& client) const {
    const bool is_leaving = presence.attribute("type") == "unavailable";
    const Presence sent(presence, {}, {}, is_leaving ? Presence::unavailable : Presence::available);
    service.send(sent.addressed(from_, client));
}

void Announcement::to_other(const Service& service, const Occupant& reader, const xmpp::Jid& client) const {
    send(service, seen(room_.shows_addresses_to(reader)), client);
}

void Announcement::to_self(const Service& service, const xmpp::Jid& client, std::string_view id) const {
    auto codes = notice_.own_codes;
    codes.insert(codes.begin(), status::self);
    const auto x = make_x(item_.with_attribute("jid", real_.text()), notice_);
    const auto own = presence_.with(with_codes(x, codes)).with(id_);
    send(service, id.empty() ? own : own.with_attribute("id", id), client);
}

void Announcement::to_others(const Service& service, const Room& room) const {
    if (!is_seen_) return;
    xml::keep_serialised(seen(true));
    xml::keep_serialised(seen(false));
    for (const auto& reader : room.occupants.all()) {
        if (reader->jid == from_) continue;
        for (const Client& client : reader->clients) to_other(service, *reader, client.jid);
    }
}

xml::Element presence_content(const Presence& presence) {
    auto content = presence.element().without_attribute("from").without_attribute("to").without_attribute("id");
    for (const xml::Name name : {xml::Name{muc_ns, "x"}, xml::Name{user_ns, "x"}, xml::Name{occupant_id_ns, "occupant-id"}})
        if (content.has_child(name)) content = content.without(name);
    return content;
}

xml::Element occupant_id(std::string_view id) {
    return xml::Element({occupant_id_ns, "occupant-id"}).with_attribute("id", id);
}

xml::Element unavailable() {
    return xml::Element({xml::stanza_ns, "presence"}).with_attribute("type", "unavailable");
}

void show_to_others(const Service& service, const Room& room, Occupant& occupant, const Announcement& present) {
    const bool is_seen = room.config.shown.has(occupant.role);
    if (!is_seen) Announcement::leaving(room, occupant, unavailable(), {}).to_others(service, room);
    present.to_others(service, room);
    occupant.is_announced = is_seen;
}

void announce(const Service& service, const Room& room, Occupant& occupant, const Notice& notice) {
    const auto announcement = Announcement::present(room, occupant, notice);
    show_to_others(service, room, occupant, announcement);
    for (const Client& client : occupant.clients) announcement.to_self(service, client.jid);
}

}  // namespace modules::rooms
