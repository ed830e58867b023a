// SPDX-License-Identifier: MIT
// RFC 6121 2: roster get, set, remove and versions. Items and tombstones are kept in the account's roster.
#include "modules/modules.h"
#include "routing/contacts.h"
#include "xmpp/namespaces.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace modules {
namespace {

using routing::Account, routing::Feature, routing::Reply, routing::Request;
using store::RosterItem;
using xmpp::Condition, xmpp::IqReply;

// RFC 6121 2.3.3 lets the server set these.
constexpr std::size_t most_name_bytes = 1023;
constexpr std::size_t most_group_bytes = 1023;

// What a client says it has: a version of its roster and, where there is a staff group, one of the directory.
struct Version {
    std::uint64_t own = 0;
    std::uint64_t staff = 0;
};

std::optional<std::uint64_t> read_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc{} && read.ptr == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

// The version the client has, if what changed since then is still known; the account's own address remembers when
// tombstones were forgotten.
std::optional<Version> known_version(Account& account, const routing::Directory& directory, std::string_view text) {
    const bool has_staff = account.roster().has_staff();
    const std::size_t dash = std::min(text.find('-'), text.size());
    if (has_staff != (dash < text.size())) return std::nullopt;
    const auto own = read_number(text.substr(0, dash));
    const auto staff = has_staff ? read_number(text.substr(dash + 1)) : std::optional<std::uint64_t>(0);
    if (!own || !staff) return std::nullopt;
    const auto& items = account.roster().items();
    const auto floor = items.find(account.jid());
    const bool is_too_old = floor != items.end() && *own < floor->second.version;
    if (is_too_old || *own > account.roster().version()) return std::nullopt;
    if (has_staff && (*staff < directory.oldest_version() || *staff > directory.version())) return std::nullopt;
    return Version{*own, *staff};
}

// Those that are newer than `version`, oldest first.
template <class Map>
auto newer(const Map& all, std::uint64_t version, const xmpp::Jid& but) {
    std::vector<const typename Map::mapped_type*> changed;
    for (const auto& [jid, item] : all)
        if (item.version > version && jid != but) changed.push_back(&item);
    std::ranges::sort(changed, {}, [](const auto* item) { return item->version; });
    return changed;
}

// RFC 6121 2.6.3: what changed since then, each change with the version that the client has after it.
void push_changes(const Feature& feature, Account& account, routing::Session& session, const Version& known) {
    const routing::Roster& roster = account.roster();
    const auto push = [&](const xmpp::Jid& jid, std::uint64_t own, std::uint64_t staff) {
        routing::push_item(session, roster.shown(jid), roster.version_text(own, staff), feature.writes().gate());
    };
    for (const RosterItem* item : newer(roster.items(), known.own, account.jid())) push(item->jid, item->version, known.staff);
    if (!roster.has_staff()) return;
    for (const auto* colleague : newer(feature.users().directory().all(), known.staff, account.jid()))
        push(colleague->jid, roster.version(), colleague->version);
}

xml::Element whole_roster(const Feature& feature, Account& account, bool with_version) {
    const routing::Roster& roster = account.roster();
    auto query = xml::Element({xmpp::ns::roster, "query"});
    if (with_version) query = std::move(query).with_attribute("ver", roster.version_text());
    const auto add = [&](const xmpp::Jid& jid) { query = std::move(query).with(routing::roster_item_element(roster.shown(jid))); };
    for (const auto& [jid, item] : roster.items())
        if (routing::is_shown(item) && !roster.is_colleague(jid)) add(jid);
    for (const auto& [jid, colleague] : feature.users().directory().all())
        if (roster.is_colleague(jid) && jid != account.jid()) add(jid);
    return query;
}

void get_roster(const Feature& feature, const Request& request, const Reply& reply) {
    Account& account = *request.account;
    request.session->set_interested();
    // Another client may be changing the roster: what is told of that is on disk (DESIGN 4.1), or a version that a crash
    // took back would be given to another change.
    feature.writes().wait_for(feature.writes().newest());
    const auto version = request.payload().attribute("ver");
    const auto known = version ? known_version(account, feature.users().directory(), *version) : std::nullopt;
    if (!known) return reply(IqReply::result(whole_roster(feature, account, version.has_value())));
    reply(IqReply::done());
    push_changes(feature, account, *request.session, *known);
}

// The groups of an item, or what RFC 6121 2.3.3 says against them.
base::Result<std::vector<std::string>, xmpp::StanzaError> read_groups(const xml::Element& element, std::size_t most) {
    std::vector<std::string> groups;
    std::set<std::string> seen;
    const auto refused = [](Condition condition, const xmpp::Words& text) {
        return base::Unexpected(xmpp::StanzaError{condition, text, {}, {}});
    };
    for (const xml::Element child : element.children()) {
        if (!child.is({xmpp::ns::roster, "group"})) continue;
        std::string name = child.text();
        if (name.empty()) return refused(Condition::not_acceptable, {"a group needs a name", "un groupe doit avoir un nom"});
        if (name.size() > most_group_bytes) return refused(Condition::not_acceptable, {"the name of a group is too long", "le nom d'un groupe est trop long"});
        if (!seen.insert(name).second) return refused(Condition::bad_request, {"a group is named twice", "un groupe est nommé deux fois"});
        groups.push_back(std::move(name));
    }
    if (most != 0 && groups.size() > most) return refused(Condition::not_acceptable, {"too many groups", "trop de groupes"});
    return groups;
}

// A colleague stays: what goes is the name and the groups that the user gave him.
IqReply remove_copy(const Feature& feature, Account& account, const xmpp::Jid& contact) {
    RosterItem item = routing::item_of(account, contact);
    const bool is_changed = !item.name.empty() || !item.groups.empty();
    item.name.clear();
    item.groups.clear();
    if (is_changed) routing::keep_item(feature, account, std::move(item));
    routing::push_contact(feature, account, contact);
    if (is_changed) return IqReply::done();
    return IqReply::error(Condition::not_allowed, {"colleagues are in everybody's roster", "les collègues sont dans la liste de chacun"});
}

IqReply remove_contact(const Feature& feature, Account& account, const xmpp::Jid& contact) {
    if (account.roster().is_colleague(contact)) return remove_copy(feature, account, contact);
    const RosterItem before = routing::item_of(account, contact);
    if (!before.in_roster) return IqReply::error(Condition::item_not_found, {"this contact is not in the roster", "ce contact n'est pas dans la liste"});
    RosterItem tombstone;
    tombstone.jid = contact;
    tombstone.removed = true;
    routing::keep_item(feature, account, tombstone);
    routing::push_contact(feature, account, contact);
    routing::cancel_subscriptions(feature, account, before);
    return IqReply::done();
}

// What the user has chosen for a colleague: a client may send back what it was shown.
void put_copy(const Feature& feature, Account& account, RosterItem item) {
    const routing::Directory& directory = feature.users().directory();
    if (item.name == directory.find(item.jid)->name()) item.name.clear();
    std::erase(item.groups, directory.staff_group());
    routing::keep_item(feature, account, std::move(item));
}

IqReply put_contact(const Feature& feature, Account& account, const xmpp::Jid& contact, const xml::Element& element) {
    if (contact == account.jid()) return IqReply::error(Condition::not_allowed, {"nobody is a contact of himself", "personne n'est un contact de soi-même"});
    const std::string name(element.attribute("name").value_or(""));
    if (name.size() > most_name_bytes) return IqReply::error(Condition::not_acceptable, {"the name is too long", "le nom est trop long"});
    auto groups = read_groups(element, feature.node().limits.roster_groups);
    if (!groups) return IqReply::error(groups.error());
    RosterItem item = routing::item_of(account, contact);
    item.name = name;
    item.groups = *std::move(groups);
    if (account.roster().is_colleague(contact)) {
        put_copy(feature, account, std::move(item));
    } else {
        if (!item.in_roster && routing::has_full_roster(feature, account))
            return IqReply::error(Condition::resource_constraint, {"the roster is full", "la liste de contacts est pleine"});
        item.in_roster = true;
        routing::keep_item(feature, account, std::move(item));
    }
    routing::push_contact(feature, account, contact);
    return IqReply::done();
}

IqReply set_roster(const Feature& feature, const Request& request) {
    if (!request.account || !request.session || &request.session->account() != request.account)
        return IqReply::error(Condition::forbidden, {"a roster is changed by its owner only", "une liste de contacts n'est modifiée que par son propriétaire"}); // RFC 6121 2.3.3
    const xml::Element query = request.payload();
    const auto children = query.children();
    if (std::distance(children.begin(), children.end()) != 1 || !query.has_child({xmpp::ns::roster, "item"}))
        return IqReply::error(Condition::bad_request, {"a roster set has exactly one item", "une modification de liste a exactement un élément"});
    const xml::Element element = *query.first_child();
    const auto address = element.attribute("jid");
    if (!address) return IqReply::error(Condition::bad_request, {"an item needs a jid", "un élément a besoin d'un jid"});
    const auto contact = xmpp::parse_jid(*address);
    if (!contact) return IqReply::error(Condition::jid_malformed);
    if (element.attribute("subscription") == "remove")
        return remove_contact(feature, *request.account, contact->bare());
    return put_contact(feature, *request.account, contact->bare(), element);
}

IqReply refuse_stranger(const Request&) {
    return IqReply::error(Condition::forbidden, {"a roster is read by its owner only", "une liste de contacts n'est lue que par son propriétaire"});
}

// RFC 6121 2.1.6: only the server pushes roster items, and its own do not come this way. Clients should know better than
// to believe a stranger's; here it does not even reach them.
bool keeps_foreign_push(const Feature& feature, const xmpp::Iq& iq) {
    if (iq.type() != xmpp::Iq::set || !iq.payload()->is({xmpp::ns::roster, "query"})) return false;
    feature.router().refuse(iq, {Condition::forbidden, {}, {}, {}});
    return true;
}

} // namespace

void add_roster(Feature& feature) {
    constexpr xml::Name query{xmpp::ns::roster, "query"};
    constexpr unsigned anybody = routing::own_account | routing::any_account | routing::no_account;
    feature.answer_later(xmpp::Iq::get, query, anybody, [feature](const Request& request, const Reply& reply) {
        const bool is_own = request.session && request.account == &request.session->account();
        is_own ? get_roster(feature, request, reply) : reply(refuse_stranger(request));
    });
    feature.answer(xmpp::Iq::set, query, anybody, [feature](Request& request) { return set_roster(feature, request); });
    feature.on_iq_received([feature](const Account*, const xmpp::Iq& iq) { return keeps_foreign_push(feature, iq); });
}

} // namespace modules
