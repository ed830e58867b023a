// SPDX-License-Identifier: MIT
// RFC 6121 3 and appendix A: asking for, approving and cancelling presence subscriptions, with pre-approval (3.4).
// Requests wait in the account's roster and are shown at every login until they are answered.
#include "modules/modules.h"
#include "routing/blocking.h"
#include "routing/contacts.h"
#include "routing/subscription.h"
#include "xml/parser.h"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace modules {
namespace {

using routing::Account, routing::Feature, routing::Session, routing::SubscriptionStep;
using store::RosterItem;
using xmpp::Presence;

// RFC 6121 3.1.6, 3.2.3, 3.3.3: what a contact has decided is told to clients that asked for the roster.
void tell_interested(const Feature& feature, Account& account, const Presence& presence) {
    for (Session* session : account.sessions())
        if (session->is_interested()) session->deliver(presence, feature.writes().gate());
}

// RFC 6121 3.1.3: a request goes to all available clients.
void tell_available(const Feature& feature, Account& account, const Presence& presence) {
    for (Session* session : account.sessions())
        if (session->is_available()) session->deliver(presence, feature.writes().gate());
}

// RFC 6121 3.1.2, 3.1.5, 3.2.2, 3.3.2: a client of ours manages the subscription to or from a contact.
void send_to_contact(const Feature& feature, Account& account, const xmpp::Jid& contact, const Presence& presence) {
    // Among colleagues subscriptions are the organisation's: the client is told how it is.
    if (account.roster().is_colleague(contact)) return routing::push_contact(feature, account, contact);
    const RosterItem before = routing::item_of(account, contact);
    const SubscriptionStep step = routing::subscription_out(before, presence.type());
    const bool is_new = step.item.in_roster && !before.in_roster;
    if (is_new && routing::has_full_roster(feature, account))
        return feature.router().refuse(presence, {xmpp::Condition::resource_constraint, {"the roster is full", "la liste de contacts est pleine"}, {}, {}});
    if (step.is_changed) routing::keep_item(feature, account, step.item);
    // What the contact is sent comes after the commit, and unavailable before the end of the subscription (3.2.2).
    const bool ends_sight = presence.type() == Presence::unsubscribed && routing::sees_us(before.subscription);
    if (ends_sight) routing::send_unavailable(feature, account, contact);
    // A contact that approved before answers at once: what we ask for is told before it.
    const bool is_request = presence.type() == Presence::subscribe;
    if (step.is_shown && is_request) routing::push_contact(feature, account, contact);
    if (step.goes_on) feature.router().send(presence.addressed(account.jid(), contact));
    if (step.is_shown && !is_request) routing::push_contact(feature, account, contact);
    if (step.goes_on && presence.type() == Presence::subscribed) routing::send_presence(feature, account, contact);
}

// RFC 6121 3.1.3, 3.1.6, 3.2.3, 3.3.3: the contact manages it.
void receive_from_contact(const Feature& feature, Account& account, const Presence& presence) {
    const xmpp::Jid contact = presence.from();
    const RosterItem before = routing::item_of(account, contact);
    const SubscriptionStep step = routing::subscription_in(before, presence);
    const bool is_request = presence.type() == Presence::subscribe;
    if (account.roster().is_colleague(contact)) {  // he leaves: of what they had beside the staff group nothing is shown
        if (step.is_changed && !is_request) routing::keep_item(feature, account, step.item);
        return;
    }
    if (is_request && step.goes_on && routing::has_too_many_requests(feature, account)) return;
    if (step.is_changed) routing::keep_item(feature, account, step.item);
    if (step.goes_on)
        is_request ? tell_available(feature, account, presence) : tell_interested(feature, account, presence);
    if (step.is_shown) routing::push_contact(feature, account, contact);
    const bool ends_sight = presence.type() == Presence::unsubscribe && routing::sees_us(before.subscription);
    if (ends_sight) routing::send_unavailable(feature, account, contact);
    if (!step.answers_subscribed) return;
    feature.router().send(Presence(account.jid(), contact, Presence::subscribed));
    if (step.is_shown) routing::send_presence(feature, account, contact);
}

bool sent(const Feature& feature, Session& session, const Presence& presence) {
    if (!routing::is_subscription(presence.type())) return false;
    Account& account = session.account();
    const xmpp::Jid contact = presence.to().bare();
    if (contact.empty())
        feature.router().refuse(presence, {xmpp::Condition::bad_request, {"this needs the address of a contact", "il faut l'adresse d'un contact"}, {}, {}});
    else if (contact != account.jid()) // everybody sees his own presence
        send_to_contact(feature, account, contact, presence);
    return true;
}

bool received(const Feature& feature, Account& account, const Presence& presence) {
    if (!routing::is_subscription(presence.type())) return false;
    routing::note_failing(account, presence);
    const xmpp::Jid contact = presence.from().bare();
    if (contact != account.jid())
        receive_from_contact(feature, account, presence.addressed(contact, account.jid()));
    return true;
}

// RFC 6121 3.1.3: requests that wait are shown at every login. 3.1.2: and our own are made again, since a contact that
// knows of them already does nothing, and one that has lost them gets them.
void came_online(const Feature& feature, Session& session) {
    Account& account = session.account();
    std::vector<xmpp::Jid> asked;
    for (const auto& [contact, item] : account.roster().items()) {
        if (routing::has_blocked(account, contact) || account.roster().is_colleague(contact)) continue;
        if (item.ask) asked.push_back(contact);
        if (item.request.empty()) continue;
        const auto element = xml::parse_element(item.request);
        if (element) session.deliver(Presence(*element, contact, account.jid(), Presence::subscribe), feature.writes().gate());
    }
    for (const xmpp::Jid& contact : asked)
        feature.router().send(Presence(account.jid(), contact, Presence::subscribe));
}

bool has_something(const RosterItem& item) {
    return routing::we_see(item.subscription) || routing::sees_us(item.subscription) || item.ask || !item.request.empty();
}

// The disk may refuse what an account's end changes in a contact's roster: he is told again, until nothing is left there.
constexpr std::chrono::minutes until_told_again{1};
struct Retries {
    std::map<std::pair<xmpp::Jid, xmpp::Jid>, std::shared_ptr<void>> timers;  // by ended account and contact
};

struct Severance {
    Feature feature;
    std::shared_ptr<Retries> retries;
    xmpp::Jid ended, contact;
    std::function<void()> done;
};

// By value: the timer that holds one may go meanwhile.
void look_at_contact(Severance of);

void tell_again(const Severance& of) {
    for (const auto type : {Presence::unsubscribe, Presence::unsubscribed}) of.feature.router().send(Presence(of.ended, of.contact, type));
    look_at_contact(of);
}

void look_at_roster(const Severance& of, Account* contact) {
    const auto key = std::pair(of.ended, of.contact);
    const RosterItem* left = contact != nullptr ? contact->roster().find(of.ended) : nullptr;
    if (contact != nullptr && (left == nullptr || !has_something(*left))) {
        of.retries->timers.erase(key);
        return of.done();
    }
    const auto again = [weak = std::weak_ptr(of.retries), feature = of.feature, ended = of.ended, contact = of.contact, done = of.done] {
        if (auto retries = weak.lock()) tell_again({feature, std::move(retries), ended, contact, done});
    };
    of.retries->timers.insert_or_assign(key, of.feature.node().after(until_told_again, again));
}

// Once he has handled what he was sent, and the disk has kept or refused what came of it.
void look_at_contact(Severance of) {
    const auto look = [of] {
        if (!of.feature.users().when_loaded(of.contact, [of](Account* contact) { look_at_roster(of, contact); })) look_at_roster(of, nullptr);
    };
    const auto handled = [of, look](Account*) {
        const routing::TicketPtr newest = of.feature.writes().newest();
        newest ? newest->when_settled(look) : look();
    };
    if (!of.feature.users().when_loaded(of.contact, handled)) look_at_roster(of, nullptr);
}

// Cancels all subscriptions of an account that has ended; a contact that could not be written keeps the end open.
void sever(const Feature& feature, const std::shared_ptr<Retries>& retries, Account& account, routing::AccountEnd& end) {
    const auto all = end.part();
    const auto items = account.roster().items();
    for (const auto& [contact, item] : items) {
        account.roster().erase(contact); // nobody is told twice when the clients go
        routing::cancel_subscriptions(feature, account, item);
    }
    for (const auto& [contact, item] : items)
        if (has_something(item) && contact.domain() == feature.node().domain.text())
            look_at_contact({feature, retries, account.jid(), contact, end.part()});
    all();
}

} // namespace

void add_subscriptions(Feature& feature) {
    feature.on_presence_sent([feature](Session& session, const Presence& presence) {
        const bool is_initial = presence.to().empty() && presence.type() == Presence::available && !session.is_available();
        if (is_initial) came_online(feature, session);
        return sent(feature, session, presence);
    });
    feature.on_presence_received([feature](Account& account, const Presence& presence) {
        return received(feature, account, presence);
    });
    feature.on_account_end([feature, retries = std::make_shared<Retries>()](Account& account, routing::AccountEnd& end) {
        sever(feature, retries, account, end);
    });
}

} // namespace modules
