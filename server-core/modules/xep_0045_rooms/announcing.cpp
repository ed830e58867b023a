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
                           const Notice& notice)
    : from_(about.jid), room_(room),
      type_(presence.attribute("type") == "unavailable" ? Presence::unavailable : Presence::available),
      hidden_(presence), shown_(presence), own_(presence) {
    const auto item = make_item(standing.affiliation, standing.role, notice);
    const auto shown = make_x(item.with_attribute("jid", about.shown().jid.text()), notice);
    hidden_ = presence.with(make_x(item, notice));
    shown_ = presence.with(shown);
    auto own_codes = notice.own_codes;
    own_codes.insert(own_codes.begin(), status::self);
    own_ = presence.with(with_codes(shown, own_codes));
    xml::keep_serialised(hidden_);
    xml::keep_serialised(shown_);
}

Announcement Announcement::present(const Room& room, const Occupant& about, const Notice& notice) {
    return Announcement(room, about, about.shown().presence, {room.affiliation_of(about.user), about.role}, notice);
}

Announcement Announcement::leaving(const Room& room, const Occupant& about, const xml::Element& presence, const Notice& notice) {
    return Announcement(room, about, presence, {room.affiliation_of(about.user), Role::none}, notice);
}

Announcement Announcement::renamed(const Room& room, const Occupant& about, const std::string& new_nick) {
    Notice notice;
    notice.codes = {status::new_nick};
    notice.new_nick = new_nick;
    return Announcement(room, about, unavailable(), {room.affiliation_of(about.user), about.role}, notice);
}

void Announcement::to_other(const Service& service, const Occupant& reader, const xmpp::Jid& client) const {
    const xml::Element& seen = room_.shows_addresses_to(reader) ? shown_ : hidden_;
    service.send(Presence(seen, {}, {}, type_).addressed(from_, client));
}

void Announcement::to_self(const Service& service, const xmpp::Jid& client, std::string_view id) const {
    const auto own = id.empty() ? own_ : own_.with_attribute("id", id);
    service.send(Presence(own, {}, {}, type_).addressed(from_, client));
}

void Announcement::to_others(const Service& service, const Room& room) const {
    for (const auto& reader : room.occupants.all()) {
        if (reader->jid == from_) continue;
        for (const Client& client : reader->clients) to_other(service, *reader, client.jid);
    }
}

xml::Element presence_content(const Presence& presence) {
    auto content = presence.element().without_attribute("from").without_attribute("to").without_attribute("id");
    if (content.has_child({muc_ns, "x"})) content = content.without({muc_ns, "x"});
    if (content.has_child({user_ns, "x"})) content = content.without({user_ns, "x"});
    return content;
}

xml::Element unavailable() {
    return xml::Element({xml::stanza_ns, "presence"}).with_attribute("type", "unavailable");
}

void announce(const Service& service, const Room& room, const Occupant& occupant, const Notice& notice) {
    const auto announcement = Announcement::present(room, occupant, notice);
    announcement.to_others(service, room);
    for (const Client& client : occupant.clients) announcement.to_self(service, client.jid);
}

}  // namespace modules::rooms
