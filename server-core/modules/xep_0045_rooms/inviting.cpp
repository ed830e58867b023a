// SPDX-License-Identifier: MIT
#include "modules/xep_0045_rooms/inviting.h"

#include "modules/xep_0045_rooms/lists.h"
#include "modules/xep_0045_rooms/registering.h"
#include "modules/xep_0045_rooms/voice.h"

#include <algorithm>
#include <utility>

namespace modules::rooms {
namespace {

using xmpp::Condition, xmpp::Message;

constexpr std::size_t most_invitations = 500;

struct Invitation {
    xmpp::Jid to;
    xml::Element invite;
};

// Why the sender may not invite; nothing when he may.
std::optional<Condition> reason_not_to_invite(const Room& room, const Message& message, const std::vector<Invitation>& all) {
    const Affiliation own = room.affiliation_of(message.from());
    if (!room.occupants.of_client(message.from()) && own < Affiliation::admin) return Condition::forbidden;
    if (room.config.is_members_only && own < (room.config.members_invite ? Affiliation::member : Affiliation::admin))
        return Condition::forbidden;
    // An invitation must not be a way round a ban.
    const bool is_any_banned = std::ranges::any_of(
        all, [&](const Invitation& one) { return room.affiliation_of(one.to) == Affiliation::outcast; });
    return is_any_banned ? std::optional(Condition::not_allowed) : std::nullopt;
}

// The inviter as the room may show him to an outsider.
std::string shown_inviter(const Room& room, const xmpp::Jid& inviter) {
    const Occupant* occupant = room.occupants.of_client(inviter);
    return occupant && !room.config.is_non_anonymous ? occupant->jid.text() : std::string(inviter.bare_text());
}

void invite(Service& service, Room& room, const Message& message, const std::vector<Invitation>& all) {
    if (const auto reason = reason_not_to_invite(room, message, all)) return service.refuse(message, *reason);
    // XEP-0045 9.5: who is invited into a members-only room becomes a member, or he could not come.
    std::vector<AffiliationChange> changes;
    for (const Invitation& one : all) {
        if (room.config.is_members_only && room.affiliation_of(one.to) < Affiliation::member)
            changes.push_back({std::string(one.to.bare_text()), {Affiliation::member, {}, {}}});
    }
    service.change(room, message, to_batch(room, changes), [&service, message, all, changes](Room& now) {
        carry_out(service, now, take_changes(now, changes, {}), [] {});
        for (const Invitation& one : all) send_invitation(service, now, one.to, message.from(), one.invite, message.id());
    });
}

// XEP-0045 7.8.2: to the inviter, wherever he is, once for each invitation: the room is no relay for strangers.
void pass_decline(Service& service, Room& room, const Message& message, const xml::Element& decline) {
    const auto to = xmpp::parse_jid(decline.attribute("to").value_or(""));
    if (!to) return service.refuse(message, Condition::bad_request, {"nobody to tell", "personne à prévenir"});
    if (room.affiliation_of(message.from()) == Affiliation::outcast) return service.refuse(message, Condition::forbidden);
    const auto found = std::ranges::find_if(room.invitations, [&](const Given& given) {
        return given.invited.text() == message.from().bare_text() && (given.shown == to->text() || given.inviter.bare() == to->bare());
    });
    if (found == room.invitations.end())
        return service.refuse(message, Condition::item_not_found, {"nobody invited you so", "personne ne vous a invité ainsi"});
    const xmpp::Jid inviter = found->inviter;
    if (room.is_kept()) service.keep(room, {without_invitation(room.jid, *found)});
    room.invitations.erase(found);
    const auto passed = decline.without_attribute("to").with_attribute("from", message.from().bare_text());
    const Message told(room.jid, {}, Message::normal, xml::Element({user_ns, "x"}).with(passed));
    const Occupant* inside = room.occupants.of_client(inviter);
    if (!inside) return service.send(told.addressed(room.jid, inviter.bare()));
    for (const Client& client : inside->clients) service.send(told.addressed(room.jid, client.jid));
}

void remember(Service& service, Room& room, Given given) {
    store::Batch batch{invitation_operation(room.jid, given)};
    std::erase_if(room.invitations, [&](const Given& older) { return older.invited == given.invited && older.shown == given.shown; });
    if (room.invitations.size() >= most_invitations) {
        batch.push_back(without_invitation(room.jid, room.invitations.front()));
        room.invitations.pop_front();
    }
    room.invitations.push_back(std::move(given));
    if (room.is_kept()) service.keep(room, std::move(batch));
}

}  // namespace

void take_request(Service& service, Room& room, const Message& message) {
    if (room.is_locked) return service.refuse(message, Condition::item_not_found, words::locked);
    if (const auto form = voice_form(message)) return take_voice_form(service, room, message, *form);
    if (const auto form = approval_form(message)) return take_approval(service, room, message, *form);
    const auto x = message.child({user_ns, "x"});
    if (!x) return service.refuse(message, Condition::bad_request, words::not_groupchat);
    if (const auto decline = x->child({user_ns, "decline"})) return pass_decline(service, room, message, *decline);
    std::vector<Invitation> all;
    for (const xml::Element child : x->children()) {
        if (!child.is({user_ns, "invite"})) continue;
        auto to = xmpp::parse_jid(child.attribute("to").value_or(""));
        if (!to) return service.refuse(message, Condition::jid_malformed, {"nobody to invite", "personne à inviter"});
        all.push_back({std::move(*to), child});
    }
    if (all.empty()) return service.refuse(message, Condition::bad_request, words::not_groupchat);
    invite(service, room, message, all);
}

void send_invitation(Service& service, Room& room, const xmpp::Jid& to, const xmpp::Jid& inviter,
                     const xml::Element& invite, std::string_view id) {
    const std::string shown = shown_inviter(room, inviter);
    remember(service, room, {to.bare(), inviter, shown});
    const auto stamped = invite.without_attribute("to").with_attribute("from", shown);
    auto x = xml::Element({user_ns, "x"}).with(stamped);
    if (!room.config.password.empty())
        x = std::move(x).with(xml::Element({user_ns, "password"}).with_text(room.config.password));
    Message sent(room.jid, to, Message::normal, x);
    if (!id.empty()) sent = Message(sent.element().with_attribute("id", id), room.jid, to);
    service.send(sent);
}

}  // namespace modules::rooms
