// SPDX-License-Identifier: MIT
// RFC 6121 appendix A: what a subscription stanza does to one roster item. Values only: no sessions, no store.
#pragma once
#include "store/rosters.h"
#include "xmpp/stanza.h"

namespace routing {

struct SubscriptionStep {
    store::RosterItem item;          // as it is afterwards
    bool goes_on = false;            // out: to the contact; in: to the user's clients
    bool is_changed = false;         // to be kept
    bool is_shown = false;           // the change is one that clients see, so it is pushed
    bool answers_subscribed = false; // in: the server approves for the user (RFC 6121 3.1.3, 3.4)
};

// Whether presence of this type manages subscriptions: subscribe, subscribed, unsubscribe, unsubscribed.
bool is_subscription(xmpp::Presence::Type type);

// The user sends the contact presence of such a type (A.2). `item`: what the user's roster has of the contact.
SubscriptionStep subscription_out(const store::RosterItem& item, xmpp::Presence::Type type);
// The user gets `presence` of such a type from the contact (A.3); a request is kept in the item, whole.
SubscriptionStep subscription_in(const store::RosterItem& item, const xmpp::Presence& presence);

// Whether nothing is left that the user or the protocol still needs.
bool is_vacant(const store::RosterItem& item);

bool sees_us(store::Subscription subscription);
bool we_see(store::Subscription subscription);

} // namespace routing
