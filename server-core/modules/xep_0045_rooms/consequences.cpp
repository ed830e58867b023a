// SPDX-License-Identifier: MIT
// What changed roles and affiliations mean for those who are in the room.
#include "modules/xep_0045_rooms/lists.h"

#include "xml/writer.h"

#include <algorithm>
#include <utility>

namespace modules::rooms {
namespace {

// XEP-0045 5.1.3: an affiliation brings its role along; losing it leaves what everybody has.
Role role_after(const Room& room, const Occupant& occupant, Affiliation before, Affiliation now) {
    const Role first = room.first_role(now);
    if (now >= Affiliation::admin) return Role::moderator;
    if (before >= Affiliation::admin) return first;
    return now == Affiliation::member ? std::max(first, occupant.role) : occupant.role;
}

Notice notice_of(const std::string& actor, const std::string& reason) {
    Notice notice;
    notice.actor = actor;
    notice.reason = reason;
    return notice;
}

void follow(const Room& room, Occupant& occupant, Affiliation before, const Notice& notice, Outcome& outcome) {
    const Affiliation now = room.affiliation_of(occupant.user);
    if (before == now) return;
    const bool is_banned = now == Affiliation::outcast;
    if (is_banned || (room.config.is_members_only && now < Affiliation::member)) {
        outcome.removals.push_back({&occupant, notice});
        outcome.removals.back().notice.codes = {is_banned ? status::banned : status::affiliation_lost};
        return;
    }
    const bool saw = room.shows_addresses_to(occupant);
    occupant.role = role_after(room, occupant, before, now);
    outcome.updates.push_back({&occupant, notice, !saw && room.shows_addresses_to(occupant)});
}

// XEP-0045 8: a moderator of a semi-anonymous room learns by presence who the others are.
void show_addresses(const Service& service, const Room& room, const Occupant& moderator) {
    for (const auto& other : room.occupants.all()) {
        if (other.get() == &moderator || !other->is_announced) continue;
        const auto announcement = Announcement::present(room, *other);
        for (const Client& client : moderator.clients) announcement.to_other(service, moderator, client.jid);
    }
}

// XEP-0045 10.3, 18.1: those who may see addresses hear of it, and the user himself, unless he is invited.
void tell_of_absent(const Service& service, const Room& room, const Outcome::Absence& absence) {
    const AffiliationChange& change = absence.change;
    const auto item = xml::Element({user_ns, "item"}).with_attribute("affiliation", to_string(change.standing.affiliation));
    const auto x = xml::Element({user_ns, "x"}).with(item.with_attribute("jid", change.bare).with_attribute("role", to_string(Role::none)));
    const auto told = xmpp::Message(room.jid, {}, xmpp::Message::normal, x).with(xml::Element({"urn:xmpp:hints", "no-store"}));
    xml::keep_serialised(told.element());
    for (const auto& occupant : room.occupants.all()) {
        if (!room.shows_addresses_to(*occupant)) continue;
        for (const Client& client : occupant->clients) service.send(told.addressed(room.jid, client.jid));
    }
    const auto user = xmpp::parse_jid(change.bare);
    const bool is_invited = room.config.is_members_only && absence.before == Affiliation::none && change.standing.affiliation == Affiliation::member;
    if (!user || !user->has_local() || is_invited) return;
    const auto code = xml::Element({user_ns, "status"}).with_attribute("code", std::to_string(status::changed_while_away));
    service.send(xmpp::Message(room.jid, *user, xmpp::Message::normal, xml::Element({user_ns, "x"}).with(item).with(code)));
}

}  // namespace

store::Batch operations(const Room& room, const std::vector<AffiliationChange>& changes) {
    store::Batch batch;
    for (const AffiliationChange& change : changes) {
        batch.push_back(to_operation(room.jid, change.bare, change.standing));
        if (room.voices.contains(change.bare)) batch.push_back(store::Erase{room.jid.text(), voice_drawer, change.bare});
    }
    return batch;
}

store::Batch to_batch(const Room& room, const std::vector<AffiliationChange>& changes) {
    return room.is_kept() ? operations(room, changes) : store::Batch();
}

store::Batch to_batch(const Room& room, const std::vector<RoleChange>& changes) {
    store::Batch batch;
    for (const RoleChange& change : changes)
        if (room.is_kept() && change.role != change.occupant->role && room.remembers_voice(*change.occupant, change.role))
            batch.push_back(voice_operation(room.jid, change.occupant->user.text(), change.role));
    return batch;
}

Outcome take_changes(Room& room, const std::vector<AffiliationChange>& changes, const std::string& actor) {
    std::vector<std::pair<Occupant*, Affiliation>> before;
    for (const auto& occupant : room.occupants.all()) before.emplace_back(occupant.get(), room.affiliation_of(occupant->user));
    Outcome outcome;
    for (const AffiliationChange& change : changes) {
        const Standing* standing = room.affiliations.find(change.bare);
        const Affiliation held = standing ? standing->affiliation : Affiliation::none;
        const bool is_there = room.occupants.strongest_role(change.bare) != Role::none;
        if (!is_there && held != change.standing.affiliation) outcome.absences.push_back({change, held});
        room.affiliations.set(change.bare, change.standing);
        room.voices.erase(change.bare);  // an affiliation brings its role along
    }
    for (const auto& [occupant, affiliation] : before) {
        const auto cause = std::ranges::find(changes, occupant->user.text(), &AffiliationChange::bare);
        follow(room, *occupant, affiliation, notice_of(actor, cause == changes.end() ? std::string() : cause->reason), outcome);
    }
    return outcome;
}

void take_changes(Room& room, const std::vector<RoleChange>& changes, const std::string& actor, Outcome& outcome) {
    for (const RoleChange& change : changes) {
        if (change.role == Role::none) {
            outcome.removals.push_back({change.occupant, notice_of(actor, change.reason)});
            outcome.removals.back().notice.codes = {status::kicked};
        } else if (change.role != change.occupant->role) {
            const bool saw = room.shows_addresses_to(*change.occupant);
            change.occupant->role = change.role;
            if (room.remembers_voice(*change.occupant, change.role)) room.voices.insert_or_assign(change.occupant->user.text(), change.role);
            outcome.updates.push_back({change.occupant, notice_of(actor, change.reason), !saw && room.shows_addresses_to(*change.occupant)});
        }
    }
}

void remove_non_members(const Room& room, Outcome& outcome) {
    for (const auto& occupant : room.occupants.all()) {
        if (room.affiliation_of(occupant->user) >= Affiliation::member) continue;
        outcome.removals.push_back({occupant.get(), {}});
        outcome.removals.back().notice.codes = {status::now_members_only};
    }
}

void carry_out(const Service& service, Room& room, const Outcome& outcome, const std::function<void()>& reply) {
    std::vector<Announcement> farewells;
    std::vector<const Occupant*> removed;  // two items of one request may hit the same one
    const auto is_gone = [&](const Occupant* occupant) { return std::ranges::find(removed, occupant) != removed.end(); };
    for (const Outcome::Removal& removal : outcome.removals) {
        if (is_gone(removal.occupant)) continue;
        removed.push_back(removal.occupant);
        farewells.push_back(Announcement::leaving(room, *removal.occupant, unavailable(), removal.notice));
        const auto gone = room.occupants.take(*removal.occupant);
        for (const Client& client : gone->clients) farewells.back().to_self(service, client.jid);
    }
    reply();
    for (const Announcement& farewell : farewells) farewell.to_others(service, room);
    for (const Outcome::Update& update : outcome.updates)
        if (!is_gone(update.occupant)) announce(service, room, *update.occupant, update.notice);
    for (const Outcome::Update& update : outcome.updates)
        if (update.sees_addresses && !is_gone(update.occupant)) show_addresses(service, room, *update.occupant);
    for (const Outcome::Absence& absence : outcome.absences) tell_of_absent(service, room, absence);
}

}  // namespace modules::rooms
