// SPDX-License-Identifier: MIT
#include "modules/xep_0045_rooms/discovering.h"

#include "modules/xep_0045_rooms/retracting.h"
#include "routing/archive_query.h"
#include "store/fields.h"
#include "xmpp/data_form.h"
#include "xmpp/namespaces.h"
#include "xmpp/result_set.h"
#include "xmpp/retraction.h"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace modules::rooms {
namespace {

using xmpp::Condition, xmpp::DataForm, xmpp::IqReply;
using xmpp::ns::disco_info, xmpp::ns::disco_items;

constexpr std::string_view reserved_nick_node = "x-roomuser-item";
constexpr std::string_view traffic_node = "http://jabber.org/protocol/muc#traffic";
constexpr std::string_view paging_ns = "http://jabber.org/protocol/rsm";
constexpr std::size_t most_items = 500;
constexpr std::string_view stable_id = "http://jabber.org/protocol/muc#stable_id";
constexpr std::string_view self_ping = "http://jabber.org/protocol/muc#self-ping-optimization";

xml::Element identity(std::string_view name) {
    auto element = xml::Element({disco_info, "identity"}).with_attribute("category", "conference").with_attribute("type", "text");
    return name.empty() ? element : std::move(element).with_attribute("name", name);
}

xml::Element with_features(xml::Element query, std::initializer_list<std::string_view> features) {
    for (const std::string_view feature : features)
        query = std::move(query).with(xml::Element({disco_info, "feature"}).with_attribute("var", feature));
    return query;
}

// What XEP-0045 16.3 names, for this room's configuration.
xml::Element with_room_features(xml::Element query, const Config& config) {
    query = with_features(std::move(query), {muc_ns, stable_id, self_ping, stanza_id_ns, occupant_id_ns, disco_info, disco_items, ping_ns});
    query = with_features(std::move(query), {card_ns, moderate_ns, xmpp::ns::retraction, xmpp::ns::tombstones});
    if (Room::keeps_archive_as(config)) query = with_features(std::move(query), {routing::archive_ns, routing::archive_extended_ns});
    query = with_features(std::move(query), {xmpp::ns::registration, "http://jabber.org/protocol/muc#register", "http://jabber.org/protocol/muc#request",
                                             "http://jabber.org/protocol/muc#roomconfig", "http://jabber.org/protocol/muc#roominfo"});
    return with_features(std::move(query), {config.is_public ? "muc_public" : "muc_hidden",
                                            config.is_persistent ? "muc_persistent" : "muc_temporary",
                                            config.is_members_only ? "muc_membersonly" : "muc_open",
                                            config.is_moderated ? "muc_moderated" : "muc_unmoderated",
                                            config.is_non_anonymous ? "muc_nonanonymous" : "muc_semianonymous",
                                            config.password.empty() ? "muc_unsecured" : "muc_passwordprotected"});
}

// XEP-0045 6.4, 16.4.4. The subject stays inside where not everybody may enter (14.4).
xml::Element room_form(const Room& room, bool is_inside, xmpp::Language language) {
    const Config& config = room.config;
    DataForm form(DataForm::result, "http://jabber.org/protocol/muc#roominfo");
    const auto add = [&](const char* var, const Sentence& label, std::string value) {
        form.add({var, "text-single", label.in(language), {std::move(value)}, {}, false});
    };
    add("muc#roominfo_description", {"Description", "Description"}, config.description);
    if (!config.language.empty()) add("muc#roominfo_lang", {"Language of the discussion", "Langue de la discussion"}, config.language);
    add("muc#roominfo_occupants", {"Number of occupants", "Nombre d'occupants"}, std::to_string(room.occupants.all().size()));
    add("muc#maxhistoryfetch", {"Most messages shown to who enters", "Nombre de messages montrés à qui entre"}, std::to_string(config.history));
    const Sentence subject_label = {"Everybody with voice may change the subject", "Tous ceux qui ont la parole peuvent changer le sujet"};
    form.add({"muc#roominfo_subjectmod", "boolean", subject_label.in(language),
              {config.anyone_sets_subject ? "1" : "0"}, {}, false});
    if (!room.card.hashes.empty())
        form.add({"muc#roominfo_avatarhash", "text-multi", Sentence{"Hashes of the avatar", "Empreintes de l'avatar"}.in(language), room.card.hashes, {}, false});
    const bool is_open = config.is_public && !config.is_members_only && config.password.empty();
    const auto subject = room.subject && (is_open || is_inside) ? read_message(room.subject->stanza) : std::nullopt;
    if (subject) add("muc#roominfo_subject", {"Subject", "Sujet"}, subject->element().child_text({xml::stanza_ns, "subject"}));
    return form.to_element();
}

IqReply reserved_nick(const Room& room, const xmpp::Jid& user) {
    const auto query = xml::Element({disco_info, "query"}).with_attribute("node", reserved_nick_node);
    const Standing* standing = room.affiliations.find(user.bare_text());
    return IqReply::result(standing && !standing->nick.empty() ? query.with(identity(standing->nick)) : query);
}

}  // namespace

IqReply service_info(const xml::Element& query) {
    if (query.attribute("node")) return IqReply::error(Condition::item_not_found);
    return IqReply::result(with_features(xml::Element({disco_info, "query"}).with(identity("Rooms")),
                                         {muc_ns, stable_id, self_ping, stanza_id_ns, occupant_id_ns, disco_info, disco_items, ping_ns, paging_ns, unique_ns, card_ns}));
}

// XEP-0045 6.3, XEP-0059: at most a page, and then with what is needed to ask for the next.
IqReply service_items(const Service& service, const xml::Element& query) {
    if (query.attribute("node")) return IqReply::error(Condition::item_not_found);
    const auto asked = xmpp::parse_page_asked(query);
    if (!asked) return IqReply::error(asked.error());
    const auto& rooms = service.public_rooms();
    std::vector<std::string> ids;
    for (const auto& [jid, name] : rooms) ids.push_back(jid);
    const auto page = xmpp::page_of(ids, asked->value_or(xmpp::PageAsked()), most_items);
    if (!page) return IqReply::error(page.error());
    auto items = xml::Element({disco_items, "query"});
    for (std::size_t at = page->first; at < page->first + page->count; ++at) {
        const std::string& jid = ids[at];
        const std::string& name = rooms.at(jid);
        const auto shown = name.empty() ? std::string_view(jid).substr(0, jid.find('@')) : std::string_view(name);
        items = std::move(items).with(xml::Element({disco_items, "item"}).with_attribute("jid", jid).with_attribute("name", shown));
    }
    const bool is_whole = page->count == ids.size();
    return IqReply::result(*asked || !is_whole ? items.with(to_element(xmpp::told_of(ids, *page))) : items);
}

IqReply room_info(const Room& room, const xmpp::Iq& iq) {
    const auto node = iq.payload()->attribute("node");
    if (node == reserved_nick_node) return reserved_nick(room, iq.from());
    if (node == traffic_node) return IqReply::error(Condition::feature_not_implemented);  // XEP-0045 18.1.1: all of it passes
    if (node) return IqReply::error(Condition::item_not_found);
    const auto name = room.config.name.empty() ? std::string(room.jid.local()) : room.config.name;
    const auto query = with_room_features(xml::Element({disco_info, "query"}).with(identity(name)), room.config);
    return IqReply::result(query.with(room_form(room, room.occupants.of_client(iq.from()) != nullptr, iq.language())));
}

// XEP-0045 6.5: who is inside is told to those inside.
IqReply room_items(const Room& room, const xmpp::Iq& iq) {
    if (iq.payload()->attribute("node")) return IqReply::error(Condition::item_not_found);
    auto items = xml::Element({disco_items, "query"});
    if (!room.occupants.of_client(iq.from())) return IqReply::result(items);
    for (const auto& occupant : room.occupants.all())
        if (occupant->is_announced) items = std::move(items).with(xml::Element({disco_items, "item"}).with_attribute("jid", occupant->jid.text()));
    return IqReply::result(items);
}

}  // namespace modules::rooms
