// SPDX-License-Identifier: MIT
#include "routing/contacts.h"

#include "routing/subscription.h"
#include "xmpp/namespaces.h"

#include <algorithm>
#include <utility>

namespace routing {
namespace {

using store::RosterItem, xmpp::Presence;

// Removed contacts that are remembered for clients that come with an old version of the roster.
constexpr std::size_t most_tombstones = 500;

std::function<void()> reloading(const Feature& feature, const Account& account) {
    return [&users = feature.users(), jid = account.jid()] { users.reload(jid); };
}

// Forgets all removed contacts at once: clients with an older version get the whole roster.
store::Batch forget_tombstones(Account& account) {
    std::vector<xmpp::Jid> removed;
    for (const auto& [jid, item] : account.roster().items())
        if (item.removed) removed.push_back(jid);
    if (removed.size() < most_tombstones) return {};
    store::Batch batch;
    for (const xmpp::Jid& jid : removed) {
        account.roster().erase(jid);
        batch.push_back(store::erase_roster_item(account.jid().text(), jid));
    }
    batch.push_back(store::put_roster_item(account.jid().text(), account.roster().put_floor(account.jid())));
    return batch;
}

// How many pushes a client got.
struct Pushes {
    std::uint64_t count = 0;
};

// A contact that no client has ever seen in the roster leaves no tombstone.
bool was_never_seen(Account& account, const xmpp::Jid& contact) {
    const auto kept = account.roster().items().find(contact);
    return kept == account.roster().items().end() || kept->second.version == 0;
}

} // namespace

void note_failing(Account& account, const Presence& presence) {
    const xmpp::Jid contact = presence.from().bare();
    const bool fails = presence.type() == Presence::error && account.roster().sees_us(contact);
    for (Session* session : account.sessions()) {
        if (presence.to().is_full() && presence.to() != session->jid()) continue;
        if (fails)
            session->state<Failing>().contacts.insert(contact);
        else if (session->find_state<Failing>())
            session->state<Failing>().contacts.erase(contact);
    }
}

std::vector<xmpp::Jid> contacts_that(Account& account, bool (Roster::*is)(const xmpp::Jid&) const) {
    std::vector<xmpp::Jid> contacts;
    const Roster& roster = account.roster();
    for (const auto& [contact, item] : roster.items())
        if (!roster.is_colleague(contact) && (roster.*is)(contact)) contacts.push_back(contact);
    for (const xmpp::Jid& colleague : roster.online_colleagues())
        if (colleague != account.jid()) contacts.push_back(colleague);
    return contacts;
}

RosterItem item_of(Account& account, const xmpp::Jid& contact) {
    if (const RosterItem* known = account.roster().find(contact)) return *known;
    RosterItem blank;
    blank.jid = contact;
    blank.in_roster = false;
    return blank;
}

bool has_full_roster(const Feature& feature, Account& account) {
    const std::size_t most = feature.node().limits.roster_items;
    if (most == 0 || account.roster().size() < most) return false;
    const auto& items = account.roster().items();
    const auto counts = [](const auto& entry) { return entry.second.in_roster && !entry.second.removed; };
    return static_cast<std::size_t>(std::count_if(items.begin(), items.end(), counts)) >= most;
}

// Against a flood of requests from strangers: the rest are not kept, and asked again when they log in.
bool has_too_many_requests(const Feature& feature, Account& account) {
    const std::size_t most = feature.node().limits.subscription_requests;
    if (most == 0) return false;
    const auto& items = account.roster().items();
    const auto is_request = [](const auto& entry) { return !entry.second.request.empty(); };
    return static_cast<std::size_t>(std::count_if(items.begin(), items.end(), is_request)) >= most;
}

void keep_item(const Feature& feature, Account& account, RosterItem item) {
    const std::string& owner = account.jid().text();
    const xmpp::Jid contact = item.jid;
    if (is_vacant(item)) item.removed = true;
    store::Batch batch = item.removed ? forget_tombstones(account) : store::Batch();
    if (item.removed && was_never_seen(account, item.jid)) {
        account.roster().erase(item.jid);
        batch.push_back(store::erase_roster_item(owner, item.jid));
    } else {
        batch.push_back(store::put_roster_item(owner, account.roster().put(std::move(item))));
    }
    const auto ended = feature.publisher().end_lost(Publisher::of(account), contact, {}, batch);
    feature.writes().commit(std::move(batch), reloading(feature, account));
    feature.publisher().tell_ended(Publisher::of(account), ended);
}

void push_contact(const Feature& feature, Account& account, const xmpp::Jid& contact) {
    const Roster& roster = account.roster();
    const bool is_known = roster.items().contains(contact) || roster.is_colleague(contact);
    if (!is_known) return; // the store has refused it already
    const RosterItem shown = roster.shown(contact);
    for (Session* session : account.sessions())
        if (session->is_interested()) push_item(*session, shown, roster.version_text(), feature.writes().gate());
}

void push_item(Session& session, const RosterItem& item, const std::string& version, const TicketPtr& gate) {
    const auto query = xml::Element({xmpp::ns::roster, "query"}).with_attribute("ver", version);
    // RFC 6120 8.1.3: the same version may be pushed again.
    const std::string id = "push-" + version + '-' + std::to_string(++session.state<Pushes>().count);
    session.deliver(xmpp::Iq(session.account().jid(), session.jid(), xmpp::Iq::set, id, query.with(roster_item_element(item))), gate);
}

bool send_presence(const Feature& feature, Account& account, const xmpp::Jid& to) {
    std::vector<Presence> shown;
    for (const Session* session : account.sessions())
        if (session->is_available()) shown.push_back(session->presence()->addressed(session->jid(), to));
    for (const Presence& presence : shown) feature.router().send(presence);
    return !shown.empty();
}

void send_unavailable(const Feature& feature, Account& account, const xmpp::Jid& to) {
    std::vector<Presence> gone;
    for (const Session* session : account.sessions())
        if (session->is_available()) gone.emplace_back(session->jid(), to, Presence::unavailable);
    for (const Presence& presence : gone) feature.router().send(presence);
}

void cancel_subscriptions(const Feature& feature, Account& account, const RosterItem& item) {
    const xmpp::Jid contact = item.jid;
    const auto tell = [&](Presence::Type type) {
        feature.router().send(Presence(account.jid(), contact, type));
    };
    const bool had_sight = sees_us(item.subscription);
    const bool had_asked = !item.request.empty();
    if (we_see(item.subscription) || item.ask) tell(Presence::unsubscribe);
    if (had_sight) send_unavailable(feature, account, contact);
    if (had_sight || had_asked) tell(Presence::unsubscribed);
}

} // namespace routing
