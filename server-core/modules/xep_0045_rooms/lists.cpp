// SPDX-License-Identifier: MIT
#include "modules/xep_0045_rooms/lists.h"

#include "modules/xep_0045_rooms/inviting.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace modules::rooms {
namespace {

using xmpp::Condition, xmpp::Iq;

constexpr xml::Name item_name = {admin_ns, "item"};

// Who asks, by his bare JID (XEP-0045 8, 9, 10).
struct Actor {
    std::string bare;
    Affiliation affiliation;
    Role role;         // the strongest that one of his clients has
    std::string nick;  // of the asking client; empty: it is not in the room
};

Actor actor_of(const Room& room, const xmpp::Jid& from) {
    const Occupant* occupant = room.occupants.of_client(from);
    return {std::string(from.bare_text()), room.affiliation_of(from), room.occupants.strongest_role(from),
            occupant ? std::string(occupant->nick()) : std::string()};
}

base::Unexpected<xmpp::StanzaError> refused(Condition condition, xmpp::Words text = {}) {
    return base::Unexpected(xmpp::StanzaError{condition, std::move(text), {}, {}});
}

// XEP-0045 8.2 to 8.5, 9.6 to 9.8, for a moderator or admin.
std::optional<Condition> reason_to_keep(const Actor& actor, const Occupant& occupant, Affiliation affiliation, Role role) {
    const bool is_admin = actor.affiliation >= Affiliation::admin;
    if (role == Role::moderator && !is_admin) return Condition::forbidden;
    if (role >= occupant.role) return std::nullopt;
    if (role == Role::none) {
        const bool is_equal = occupant.role == Role::moderator && !is_admin && occupant.user.text() != actor.bare;
        return affiliation > actor.affiliation || is_equal ? std::optional(Condition::not_allowed) : std::nullopt;
    }
    if (affiliation >= Affiliation::admin) return Condition::not_allowed;
    if (occupant.role == Role::moderator && !is_admin) return Condition::forbidden;
    const bool is_protected = affiliation != Affiliation::none && affiliation >= actor.affiliation;
    return role == Role::visitor && is_protected ? std::optional(Condition::not_allowed) : std::nullopt;
}

// XEP-0045 9.1 to 9.5, 10.3 to 10.8, for an admin or owner.
std::optional<Condition> reason_to_keep(const Actor& actor, const std::string& bare, Affiliation before, Affiliation now) {
    if (now == Affiliation::outcast && bare == actor.bare) return Condition::conflict;
    if (actor.affiliation == Affiliation::owner) return std::nullopt;
    if (now >= Affiliation::admin) return Condition::forbidden;
    if (before < Affiliation::admin) return std::nullopt;
    return now == Affiliation::outcast ? Condition::not_allowed : Condition::forbidden;
}

base::Result<RoleChange, xmpp::StanzaError> plan_role(const Room& room, const Actor& actor, const xml::Element& item) {
    if (actor.role != Role::moderator && actor.affiliation < Affiliation::admin) return refused(Condition::forbidden);
    const auto role = parse_role(item.attribute("role").value_or(""));
    const auto nick = xmpp::prepare_resource(item.attribute("nick").value_or(""));
    if (!role || !nick) return refused(Condition::bad_request, {"a role belongs to a nick", "un rôle va à un pseudonyme"});
    Occupant* occupant = room.occupants.with_nick(*nick);
    if (!occupant) return refused(Condition::item_not_found, xmpp::Words("nobody here has the nick " + *nick, "personne ici n'a le pseudonyme " + *nick));
    const auto reason = reason_to_keep(actor, *occupant, room.affiliation_of(occupant->user), *role);
    if (reason) return refused(*reason);
    return RoleChange{occupant, *role, item.child_text({admin_ns, "reason"})};
}

// The user that an affiliation's item names: a JID (made bare), or the nick of somebody in the room.
std::optional<xmpp::Jid> named_user(const Room& room, const xml::Element& item) {
    if (const auto text = item.attribute("jid")) {
        const auto jid = xmpp::parse_jid(*text);
        return jid ? std::optional(jid->bare()) : std::nullopt;
    }
    const Occupant* occupant = room.occupants.with_nick(item.attribute("nick").value_or(""));
    return occupant ? std::optional(occupant->user) : std::nullopt;
}

// The nick to reserve (XEP-0045 9.3, 9.5): what the item says, or else the one that is reserved already.
base::Result<std::string, xmpp::StanzaError> plan_nick(const Room& room, const std::string& bare, const xml::Element& item) {
    const Standing* standing = room.affiliations.find(bare);
    const auto wanted = item.attribute("jid") ? item.attribute("nick") : std::nullopt;
    if (!wanted) return standing ? standing->nick : std::string();
    if (wanted->empty()) return std::string();
    const auto nick = xmpp::prepare_resource(*wanted);
    if (!nick) return refused(Condition::jid_malformed, {"this cannot be a nick", "ceci ne peut pas être un pseudonyme"});
    const auto holder = room.affiliations.reserved_for(*nick);
    if (!holder.empty() && holder != bare) return refused(Condition::conflict, {"the nick is reserved already", "ce pseudonyme est déjà réservé"});
    return *nick;
}

base::Result<AffiliationChange, xmpp::StanzaError> plan_affiliation(const Room& room, const Actor& actor, const xml::Element& item) {
    if (actor.affiliation < Affiliation::admin) return refused(Condition::forbidden);  // who may not learns nothing
    const auto now = parse_affiliation(item.attribute("affiliation").value_or(""));
    if (!now) return refused(Condition::bad_request, {"there is no such affiliation", "cette affiliation n'existe pas"});
    const auto user = named_user(room, item);
    if (!user && !item.attribute("jid")) return refused(Condition::item_not_found, words::nobody_has_nick);
    if (!user) return refused(Condition::jid_malformed, {"an affiliation belongs to a user's address", "une affiliation va à l'adresse d'un utilisateur"});
    if (!user->has_local() && *now >= Affiliation::admin)
        return refused(Condition::not_acceptable, {"a domain owns and administers no room", "un domaine ne possède ni n'administre de salon"});
    const Standing* standing = room.affiliations.find(user->text());
    const Affiliation before = standing ? standing->affiliation : Affiliation::none;
    if (const auto reason = reason_to_keep(actor, user->text(), before, *now)) return refused(*reason);
    const auto why = item.child_text({admin_ns, "reason"});
    if (*now < Affiliation::member)
        return AffiliationChange{user->text(), {*now, {}, *now == Affiliation::outcast ? why : std::string()}, why};
    const auto nick = plan_nick(room, user->text(), item);
    if (!nick) return base::Unexpected(nick.error());
    return AffiliationChange{user->text(), {*now, *nick, {}}, why};
}

struct Plan {
    std::vector<RoleChange> roles;
    std::vector<AffiliationChange> affiliations;
};

std::optional<xmpp::StanzaError> check_size(const Room& room, const Affiliations& after, std::size_t most) {
    if (most == 0 || after.all().size() <= std::max(most, room.affiliations.all().size())) return std::nullopt;
    return xmpp::StanzaError{Condition::resource_constraint, {"the room's lists are full", "les listes du salon sont pleines"}, xmpp::ErrorType::wait, {}};
}

std::optional<xmpp::StanzaError> check_whole(const Room& room, const Plan& plan, std::size_t most) {
    Affiliations after = room.affiliations;
    for (const AffiliationChange& change : plan.affiliations) after.set(change.bare, change.standing);
    if (!after.has_owner()) return xmpp::StanzaError{Condition::conflict, words::owner_needed, {}, {}};
    return check_size(room, after, most);
}

// All items or none (XEP-0045 9.2). `offending`: where it stops, the item that is wrong.
base::Result<Plan, xmpp::StanzaError> plan_items(const Room& room, const Actor& actor, const xml::Element& query,
                                                 std::optional<xml::Element>& offending) {
    Plan plan;
    for (const xml::Element item : query.children()) {
        if (!item.is(item_name)) continue;
        offending = item;
        if (item.attribute("role").has_value() == item.attribute("affiliation").has_value())
            return refused(Condition::bad_request, {"an item changes a role or an affiliation", "un élément change un rôle ou une affiliation"});  // XEP-0045 17.4, rule 4
        if (item.attribute("role")) {
            auto change = plan_role(room, actor, item);
            if (!change) return base::Unexpected(change.error());
            if (std::ranges::find(plan.roles, change->occupant, &RoleChange::occupant) != plan.roles.end())
                return refused(Condition::bad_request, {"two items for one nick", "deux éléments pour un pseudonyme"});
            plan.roles.push_back(std::move(*change));
        } else {
            auto change = plan_affiliation(room, actor, item);
            if (!change) return base::Unexpected(change.error());
            if (std::ranges::find(plan.affiliations, change->bare, &AffiliationChange::bare) != plan.affiliations.end())
                return refused(Condition::bad_request, {"two items for one user", "deux éléments pour un utilisateur"});
            plan.affiliations.push_back(std::move(*change));
        }
    }
    offending.reset();
    if (plan.roles.empty() && plan.affiliations.empty()) return refused(Condition::bad_request, {"there is no item", "il n'y a pas d'élément"});
    return plan;
}

// XEP-0045 9.5: new members of a members-only room hear of it.
std::vector<xmpp::Jid> users_to_invite(const Room& room, const std::vector<AffiliationChange>& changes) {
    std::vector<xmpp::Jid> users;
    for (const AffiliationChange& change : changes) {
        const auto user = xmpp::parse_jid(change.bare);
        const bool is_new = change.standing.affiliation == Affiliation::member && !room.affiliations.find(change.bare);
        if (room.config.is_members_only && is_new && user && user->has_local()) users.push_back(*user);
    }
    return users;
}

// XEP-0045 8.4: with the item that is wrong.
void refuse_item(const Service& service, const Iq& iq, const xmpp::StanzaError& error, const std::optional<xml::Element>& offending) {
    const Iq reply = xmpp::error_reply(iq, error);
    if (!offending) return service.send(reply);
    auto element = reply.element().without_content().with(xml::Element({admin_ns, "query"}).with(*offending));
    for (const xml::Element child : reply.element().children()) element = std::move(element).with(child);
    service.send(Iq(element, reply.from(), reply.to(), Iq::error));
}

void set_lists(Service& service, Room& room, const Iq& iq) {
    const Actor actor = actor_of(room, iq.from());
    std::optional<xml::Element> offending;
    const auto plan = plan_items(room, actor, *iq.payload(), offending);
    if (!plan) return refuse_item(service, iq, plan.error(), offending);
    const auto wrong = check_whole(room, *plan, service.node().limits.affiliations);
    if (wrong) return refuse_item(service, iq, *wrong, offending);
    const auto invited = users_to_invite(room, plan->affiliations);
    store::Batch batch = to_batch(room, plan->affiliations);
    std::ranges::move(to_batch(room, plan->roles), std::back_inserter(batch));
    service.change(room, iq, std::move(batch), [&service, iq, actor, invited, plan = *plan](Room& now) {
        Outcome outcome = take_changes(now, plan.affiliations, actor.nick);
        take_changes(now, plan.roles, actor.nick, outcome);
        carry_out(service, now, outcome, [&] { service.send(xmpp::result_reply(iq)); });
        for (const xmpp::Jid& user : invited)
            send_invitation(service, now, user, iq.from(), xml::Element({user_ns, "invite"}));
    });
}

}  // namespace

std::optional<xmpp::StanzaError> reason_against(const Service& service, const Room& room, const AffiliationChange& change) {
    Affiliations after = room.affiliations;
    after.set(change.bare, change.standing);
    return check_size(room, after, service.node().limits.affiliations);
}

void take_list_query(Service& service, Room& room, const Iq& iq) {
    if (iq.type() == Iq::set) return set_lists(service, room, iq);
    service.send(list_reply(room, iq).answer(iq));
}

}  // namespace modules::rooms
