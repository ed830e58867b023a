// SPDX-License-Identifier: MIT
#include "modules/xep_0045_rooms/owning.h"

#include "modules/xep_0045_rooms/lists.h"
#include "modules/xep_0045_rooms/talking.h"
#include "xmpp/namespaces.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace modules::rooms {
namespace {

using xmpp::Condition, xmpp::DataForm, xmpp::Iq;

// As long as somebody reads the form.
constexpr std::chrono::seconds patience_with_form{600};

// XEP-0045 10.9: one presence for each client, not one from each occupant to each.
void destroy(Service& service, Room& room, const Iq& iq, const xml::Element& wanted) {
    auto told = xml::Element({user_ns, "destroy"});
    if (const auto venue = wanted.attribute("jid")) told = std::move(told).with_attribute("jid", *venue);
    for (const char* name : {"password", "reason"}) {
        const auto text = wanted.child_text({owner_ns, name});
        if (!text.empty()) told = std::move(told).with(xml::Element({user_ns, name}).with_text(text));
    }
    const auto x = xml::Element({user_ns, "x"})
                       .with(xml::Element({user_ns, "item"}).with_attribute("affiliation", "none").with_attribute("role", "none"))
                       .with(told)
                       .with(xml::Element({user_ns, "status"}).with_attribute("code", std::to_string(status::self)));
    store::Batch batch;
    if (room.is_kept()) batch.push_back(store::EraseOwner{room.jid.text()});
    service.change(room, iq, std::move(batch), [&service, iq, x](Room& now) {
        const xmpp::Presence presence(unavailable().with(x), {}, {}, xmpp::Presence::unavailable);
        for (const auto& occupant : now.occupants.all())
            for (const Client& client : occupant->clients)
                service.send(presence.with(occupant_id(occupant->id)).addressed(occupant->jid, client.jid));
        now.is_destroyed = true;
        service.send(xmpp::result_reply(iq));
    });
}

bool is_in(const std::vector<std::string>& list, const std::string& bare) {
    return std::ranges::find(list, bare) != list.end();
}

// The two full lists of the form as changes. Who is on neither any more keeps the next lower affiliation (10.2).
std::vector<AffiliationChange> list_changes(const Room& room, const Submitted& submitted) {
    std::vector<AffiliationChange> changes;
    const auto change = [&](const std::string& bare, Affiliation now) {
        Standing standing = room.affiliations.find(bare) ? *room.affiliations.find(bare) : Standing{};
        if (standing.affiliation != now) changes.push_back({bare, {now, standing.nick, {}}});
    };
    const auto listed = [](const auto& list, const std::string& bare) { return list && is_in(*list, bare); };
    for (const auto& [bare, standing] : room.affiliations.all()) {
        if (listed(submitted.owners, bare) || listed(submitted.admins, bare)) continue;
        if (standing.affiliation == Affiliation::owner && submitted.owners) change(bare, Affiliation::admin);
        if (standing.affiliation == Affiliation::admin && submitted.admins)
            change(bare, submitted.config.is_members_only ? Affiliation::member : Affiliation::none);
    }
    for (const std::string& bare : submitted.owners.value_or(std::vector<std::string>())) change(bare, Affiliation::owner);
    for (const std::string& bare : submitted.admins.value_or(std::vector<std::string>())) {
        const bool stays_owner = !submitted.owners && room.affiliations.find(bare) &&
                                 room.affiliations.find(bare)->affiliation == Affiliation::owner;
        if (!listed(submitted.owners, bare) && !stays_owner) change(bare, Affiliation::admin);
    }
    return changes;
}

// XEP-0045 10.2.1.
std::vector<int> codes_of_change(const Config& before, const Config& now) {
    if (before == now) return {};
    std::vector<int> codes;
    if (before.is_non_anonymous != now.is_non_anonymous)
        codes.push_back(now.is_non_anonymous ? status::now_non_anonymous : status::now_semi_anonymous);
    const bool is_logged = Room::keeps_archive_as(now);
    const bool is_log_told = Room::keeps_archive_as(before) != is_logged;
    if (is_log_told) codes.push_back(is_logged ? status::logged : status::now_not_logged);
    Config same = now;
    same.is_non_anonymous = before.is_non_anonymous;
    if (is_log_told) same.is_logged = before.is_logged;
    if (same != before) codes.push_back(status::configured);
    return codes;
}

store::Batch batch_for(const Room& room, const Config& now, const std::vector<AffiliationChange>& changes) {
    store::Batch batch = room.is_kept() ? store::Batch{store::Put{room.jid.text(), {room_drawer, config_record, to_record(now)}}}
                                        : everything(room, now);
    std::ranges::move(operations(room, changes), std::back_inserter(batch));
    if (room.config.is_moderated && !now.is_moderated) batch.push_back(store::EraseDrawer{room.jid.text(), voice_drawer});
    // What is shown to nobody any more is not kept either.
    if (room.keeps_archive() && !Room::keeps_archive_as(now)) batch.push_back(store::Trim{room.jid.text(), room.last_entry_id});
    return batch;
}

// Everybody may speak where nobody needs voice (XEP-0045 5.1.2).
void give_voice(Room& room, Outcome& outcome) {
    room.voices.clear();
    for (const auto& occupant : room.occupants.all()) {
        if (occupant->role != Role::visitor) continue;
        occupant->role = Role::participant;
        outcome.updates.push_back({occupant.get(), {}});
    }
}

// Whose role is shown to others from now on, or no longer.
void show_and_hide(const Room& room, Outcome& outcome) {
    for (const auto& occupant : room.occupants.all()) {
        const bool is_told = std::ranges::find(outcome.updates, occupant.get(), &Outcome::Update::occupant) != outcome.updates.end();
        if (!is_told && room.config.shown.has(occupant->role) != occupant->is_announced) outcome.updates.push_back({occupant.get(), {}});
    }
}

void apply(Service& service, Room& room, const Iq& iq, const Config& config, const std::vector<AffiliationChange>& changes) {
    const Config before = std::exchange(room.config, config);
    const bool is_first = std::exchange(room.is_locked, false);
    room.history.shorten(config.history);
    if (room.keeps_archive() && !Room::keeps_archive_as(before)) room.history.forget_ids();
    service.list(room);
    Outcome outcome = take_changes(room, changes, {});
    if (before.is_moderated && !config.is_moderated) give_voice(room, outcome);
    show_and_hide(room, outcome);
    if (config.is_members_only && !before.is_members_only) {
        outcome.removals.clear();  // one reason to go is enough
        remove_non_members(room, outcome);
    }
    carry_out(service, room, outcome, [&] { service.send(xmpp::result_reply(iq)); });
    if (!is_first) tell_codes(service, room, codes_of_change(before, config));
}

void configure(Service& service, Room& room, const Iq& iq, const DataForm& form) {
    if (!form.fields().empty() && !form.form_type().empty() && form.form_type() != "http://jabber.org/protocol/muc#roomconfig")
        return service.refuse(iq, Condition::bad_request, {"this is not the form of a room's configuration", "ce n'est pas le formulaire de configuration d'un salon"});
    const auto submitted = read_config_form(room, form, service.node().limits.occupants);
    if (!submitted) return service.refuse(iq, submitted.error().condition, submitted.error().text);
    const auto changes = list_changes(room, *submitted);
    Affiliations after = room.affiliations;
    for (const AffiliationChange& change : changes) after.set(change.bare, change.standing);
    if (!after.has_owner()) return service.refuse(iq, Condition::conflict, words::owner_needed);
    service.change(room, iq, batch_for(room, submitted->config, changes),
                   [&service, iq, config = submitted->config, changes](Room& now) { apply(service, now, iq, config, changes); });
}

void take_form(Service& service, Room& room, const Iq& iq, const DataForm& form) {
    if (form.type() == DataForm::submit) return configure(service, room, iq, form);
    if (form.type() != DataForm::cancel) return service.refuse(iq, Condition::bad_request);
    if (room.is_locked) return destroy(service, room, iq, xml::Element({owner_ns, "destroy"}));
    service.send(xmpp::result_reply(iq));
}

}  // namespace

void take_owner_query(Service& service, Room& room, const Iq& iq) {
    if (room.affiliation_of(iq.from()) != Affiliation::owner)
        return service.refuse(iq, Condition::forbidden, {"only the room's owners do this", "réservé aux propriétaires du salon"});
    const xml::Element query = *iq.payload();
    if (iq.type() == Iq::get) {
        if (room.is_locked) service.expect_configuration(room, patience_with_form);
        return service.send(xmpp::result_reply(iq, xml::Element({owner_ns, "query"}).with(config_form(room, iq.language()).to_element())));
    }
    if (const auto wanted = query.child({owner_ns, "destroy"})) return destroy(service, room, iq, *wanted);
    const auto x = query.child({xmpp::ns::data_form, "x"});
    const auto form = x ? xmpp::parse_form(*x) : std::nullopt;
    if (!form) return service.refuse(iq, Condition::bad_request, {"neither a form nor a request to destroy", "ni formulaire ni demande de destruction"});
    take_form(service, room, iq, *form);
}

}  // namespace modules::rooms
