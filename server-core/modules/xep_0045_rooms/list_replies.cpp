// SPDX-License-Identifier: MIT
// XEP-0045 8.5, 9.2, 9.5, 9.8, 10.5, 10.8: who may read which list, and what it shows.
#include "modules/xep_0045_rooms/lists.h"

#include <utility>

namespace modules::rooms {
namespace {

using xmpp::Condition, xmpp::IqReply;

xml::Element item() {
    return xml::Element({admin_ns, "item"});
}

IqReply occupants_with(const Room& room, Role role) {
    auto query = xml::Element({admin_ns, "query"});
    for (const auto& occupant : room.occupants.all()) {
        if (occupant->role != role) continue;
        query = std::move(query).with(item().with_attribute("affiliation", to_string(room.affiliation_of(occupant->user)))
                                          .with_attribute("jid", occupant->shown().jid.text())
                                          .with_attribute("nick", occupant->nick())
                                          .with_attribute("role", to_string(role)));
    }
    return IqReply::result(query);
}

IqReply users_with(const Room& room, Affiliation affiliation) {
    auto query = xml::Element({admin_ns, "query"});
    for (const auto& [bare, standing] : room.affiliations.all()) {
        if (standing.affiliation != affiliation) continue;
        auto one = item().with_attribute("affiliation", to_string(affiliation)).with_attribute("jid", bare);
        if (!standing.nick.empty()) one = std::move(one).with_attribute("nick", standing.nick);
        if (!standing.reason.empty())
            one = std::move(one).with(xml::Element({admin_ns, "reason"}).with_text(standing.reason));
        query = std::move(query).with(one);
    }
    return IqReply::result(query);
}

bool may_read(const Room& room, const xmpp::Jid& user, Role role) {
    const Affiliation own = room.affiliation_of(user);
    if (own >= Affiliation::admin) return true;
    return role != Role::moderator && room.occupants.strongest_role(user) == Role::moderator;
}

bool may_read(const Room& room, const xmpp::Jid& user, Affiliation affiliation) {
    const Affiliation own = room.affiliation_of(user);
    if (own == Affiliation::owner) return true;
    if (own == Affiliation::admin && affiliation <= Affiliation::member) return true;
    const bool is_reader = room.config.member_list_readers.has(room.occupants.strongest_role(user));
    if (affiliation == Affiliation::member && is_reader) return true;
    // Where everybody sees the addresses of everybody, the lists tell members nothing that they may not know.
    return room.config.is_non_anonymous && affiliation >= Affiliation::member && own >= Affiliation::member;
}

}  // namespace

IqReply list_reply(const Room& room, const xmpp::Iq& iq) {
    const auto asked = iq.payload()->child({admin_ns, "item"});
    if (!asked) return IqReply::error(Condition::bad_request, {"no list is named", "aucune liste n'est nommée"});
    if (const auto name = asked->attribute("affiliation")) {
        const auto affiliation = parse_affiliation(*name);
        if (!affiliation || *affiliation == Affiliation::none) return IqReply::error(Condition::bad_request, words::no_such_list);
        return may_read(room, iq.from(), *affiliation) ? users_with(room, *affiliation) : IqReply::error(Condition::forbidden);
    }
    const auto role = parse_role(asked->attribute("role").value_or(""));
    if (!role || *role == Role::none) return IqReply::error(Condition::bad_request, words::no_such_list);
    return may_read(room, iq.from(), *role) ? occupants_with(room, *role) : IqReply::error(Condition::forbidden);
}

}  // namespace modules::rooms
