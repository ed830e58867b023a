// SPDX-License-Identifier: MIT
// RFC 6121 4: presence to subscribers, probes, directed presence, and unavailable when a client goes or dies.
// Keeps with each session whom it sent directed presence, and which contacts answered by errors; stores nothing.
#include "modules/modules.h"
#include "routing/blocking.h"
#include "routing/contacts.h"
#include "xml/writer.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace modules {
namespace {

using routing::Account, routing::Directed, routing::Failing, routing::Feature, routing::Session;
using xmpp::Jid, xmpp::Presence;

// Those of our contacts whom the account has not blocked (XEP-0191 3.3).
std::vector<Jid> unblocked(Account& account, bool (routing::Roster::*is)(const Jid&) const) {
    std::vector<Jid> contacts = routing::contacts_that(account, is);
    std::erase_if(contacts, [&account](const Jid& contact) { return routing::has_blocked(account, contact); });
    return contacts;
}

// RFC 6121 4.2.2, 4.4.2, 4.5.2: to all that may see us and did not answer by an error, and to the account's own
// available clients.
void broadcast(const Feature& feature, Session& session, const Presence& presence) {
    Account& account = session.account();
    xml::keep_serialised(presence.element());
    const Presence own = presence.addressed(session.jid(), account.jid());
    for (Session* other : account.sessions())
        if (other->is_available()) other->deliver(own, feature.writes().gate());
    std::vector<Jid> contacts = unblocked(account, &routing::Roster::sees_us);
    if (const auto* failing = session.find_state<Failing>())
        std::erase_if(contacts, [failing](const Jid& contact) { return failing->contacts.contains(contact); });
    for (const Jid& contact : contacts)
        feature.router().send(presence.addressed(session.jid(), contact));
}

// RFC 6121 4.2.2: the new client learns who is there. A probe carries the full address, so that its answer goes to
// this client only and not to those that know already.
void came_online(const Feature& feature, Session& session) {
    Account& account = session.account();
    for (const Session* other : account.sessions())
        if (other != &session && other->is_available())
            session.deliver(other->presence()->addressed(other->jid(), account.jid()), feature.writes().gate());
    for (const Jid& contact : unblocked(account, &routing::Roster::we_see))
        feature.router().send(Presence(session.jid(), contact, Presence::probe));
}

void became_available(const Feature& feature, Session& session, const Presence& presence) {
    const bool is_initial = !session.is_available();
    session.set_presence(presence);
    feature.users().directory().set_online(session.account().jid(), true);
    broadcast(feature, session, presence);
    if (is_initial) came_online(feature, session);
    if (session.priority() >= 0) feature.router().catch_up(session.account());
}

// RFC 6121 4.5.2, 4.6.3. The client itself hears of it as long as it is connected.
void became_unavailable(const Feature& feature, Session& session, const Presence& presence) {
    const bool was_available = session.is_available();
    const auto directed = std::exchange(session.state<Directed>().to, {});
    if (was_available) broadcast(feature, session, presence);
    session.state<Failing>().contacts.clear();  // with the presence session
    session.set_presence(std::nullopt);
    const bool is_online = std::ranges::any_of(session.account().sessions(), &Session::is_available);
    feature.users().directory().set_online(session.account().jid(), is_online);
    const routing::Roster& roster = session.account().roster();
    for (const Jid& to : directed)
        if (!was_available || !roster.sees_us(to.bare())) feature.router().send(presence.addressed(session.jid(), to));
}

// RFC 6121 4.6: remembered, then routed like anything else. True when it is refused here.
bool sent_directed(const Feature& feature, Session& session, const Presence& presence) {
    auto& known = session.state<Directed>().to;
    if (presence.type() == Presence::unavailable) known.erase(presence.to());
    if (presence.type() != Presence::available || known.contains(presence.to())) return false;
    const std::size_t most = feature.node().limits.directed;
    if (most != 0 && known.size() >= most) {
        feature.router().refuse(presence, {xmpp::Condition::resource_constraint, {"presence was sent to too many", "la présence a été envoyée à trop de monde"}, {}, {}});
        return true;
    }
    known.insert(presence.to());
    return false;
}

bool sent(const Feature& feature, Session& session, const Presence& presence) {
    if (!presence.to().empty()) return sent_directed(feature, session, presence);
    if (presence.type() == Presence::available)
        became_available(feature, session, presence);
    else if (presence.type() == Presence::unavailable)
        became_unavailable(feature, session, presence);
    else
        feature.router().refuse(presence, {xmpp::Condition::bad_request, {"this needs the address of a contact", "il faut l'adresse d'un contact"}, {}, {}});
    return true;
}

// RFC 6121 4.6.6: who got directed presence learns of those clients that they are still there, and no more.
bool showed_directed(const Feature& feature, const Account& account, const Jid& asked, const Jid& asker) {
    std::vector<Jid> shown;
    for (const Session* session : account.sessions()) {
        if (asked.is_full() && session->jid() != asked) continue;
        const auto* directed = session->find_state<Directed>();
        if (directed && (directed->to.contains(asker) || directed->to.contains(asker.bare()))) shown.push_back(session->jid());
    }
    for (const Jid& jid : shown) feature.router().send(Presence(jid, asker, Presence::available));
    return !shown.empty();
}

// RFC 6121 4.3.2: of one client, or of all; of none it is said that the account is unavailable.
void show_presence(const Feature& feature, Account& account, const Jid& asked, const Jid& asker) {
    if (asked.is_bare()) {
        if (!routing::send_presence(feature, account, asker))
            feature.router().send(Presence(account.jid(), asker, Presence::unavailable));
        return;
    }
    const Session* session = account.session(asked.resource());
    const bool is_there = session && session->is_available();
    feature.router().send(is_there ? session->presence()->addressed(asked, asker) : Presence(asked, asker, Presence::unavailable));
}

// RFC 6121 4.3.2: a probe of one who may not see us is answered as if there were nobody.
bool answered_probe(const Feature& feature, Account& account, const Presence& presence) {
    if (presence.type() != Presence::probe) return false;
    const Jid& asker = presence.from();
    const Jid contact = asker.bare();
    if (contact == account.jid() || account.roster().sees_us(contact))
        show_presence(feature, account, presence.to(), asker);
    else if (!showed_directed(feature, account, presence.to(), asker))
        feature.router().send(Presence(account.jid(), asker, Presence::unsubscribed));
    return true;
}

} // namespace

void add_presence(Feature& feature) {
    feature.on_presence_sent([feature](Session& session, const Presence& presence) {
        return sent(feature, session, presence);
    });
    feature.on_presence_received([feature](Account& account, const Presence& presence) {
        routing::note_failing(account, presence);
        return answered_probe(feature, account, presence);
    });
    feature.on_session_end([feature](Session& session) {
        became_unavailable(feature, session, Presence(session.jid(), {}, Presence::unavailable));
    });
}

} // namespace modules
