// SPDX-License-Identifier: MIT
// XEP-0163 Personal Eventing Protocol 1.2.2: who is there to hear of an account's nodes. Keeps, with the account, which
// clients of its own and of others showed presence and what they want to know (XEP-0115); stores nothing.
#include "modules/modules.h"

#include <memory>
#include <set>
#include <utility>

namespace modules {
namespace {

using routing::Account, routing::Feature, routing::Session, xmpp::Presence;

// Contacts that were let in, until the roster has it.
struct LetIn {
    std::set<xmpp::Jid> contacts;
    std::shared_ptr<void> timer;
};

// They see what they could not see before.
void show(const Feature& feature, const xmpp::Jid& owner) {
    Account* account = feature.users().find(owner);
    if (!account) return;
    for (const xmpp::Jid& contact : std::exchange(account->state<LetIn>().contacts, {}))
        if (account->roster().sees_us(contact)) feature.publisher().catch_up(*account, contact);
}

void let_in(const Feature& feature, Account& account, const Presence& presence) {
    if (presence.type() != Presence::subscribed || account.roster().sees_us(presence.to().bare())) return;
    LetIn& state = account.state<LetIn>();
    state.contacts.insert(presence.to().bare());
    state.timer = feature.after({}, [feature, owner = account.jid()] { show(feature, owner); });
}

}  // namespace

void add_pep(Feature& feature) {
    feature.on_presence_sent([feature](Session& session, const Presence& presence) {
        if (presence.to().empty()) feature.publisher().saw(session.account(), presence);
        let_in(feature, session.account(), presence);
        return false;
    });
    feature.on_presence_received([feature](Account& account, const Presence& presence) {
        const bool is_shown = presence.type() == Presence::available || presence.type() == Presence::unavailable;
        if (account.exists() && is_shown) feature.publisher().saw(account, presence);
        return false;
    });
    feature.on_session_end([feature](Session& session) {
        feature.publisher().saw(session.account(), Presence(session.jid(), {}, Presence::unavailable));
    });
}

}  // namespace modules
