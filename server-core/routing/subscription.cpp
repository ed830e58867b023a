// SPDX-License-Identifier: MIT
#include "routing/subscription.h"

#include "xml/writer.h"

#include <utility>

namespace routing {
namespace {

using store::RosterItem, store::Subscription, xmpp::Presence;

Subscription subscription_of(bool theirs, bool ours) {
    if (theirs) return ours ? Subscription::both : Subscription::from;
    return ours ? Subscription::to : Subscription::none;
}

void set_sees_us(RosterItem& item, bool sees) {
    item.subscription = subscription_of(sees, we_see(item.subscription));
}
void set_we_see(RosterItem& item, bool see) { item.subscription = subscription_of(sees_us(item.subscription), see); }

SubscriptionStep finish(const RosterItem& before, SubscriptionStep step) {
    const RosterItem& after = step.item;
    step.is_shown = after.in_roster &&
                    std::tie(before.subscription, before.ask, before.approved, before.in_roster) !=
                        std::tie(after.subscription, after.ask, after.approved, after.in_roster);
    step.is_changed = step.is_shown || before.request != after.request;
    return step;
}

} // namespace

bool is_subscription(Presence::Type type) {
    return type == Presence::subscribe || type == Presence::subscribed || type == Presence::unsubscribe ||
           type == Presence::unsubscribed;
}

bool sees_us(Subscription subscription) {
    return subscription == Subscription::from || subscription == Subscription::both;
}

bool we_see(Subscription subscription) {
    return subscription == Subscription::to || subscription == Subscription::both;
}

bool is_vacant(const RosterItem& item) {
    return !item.in_roster && item.request.empty() && item.name.empty() && item.groups.empty();
}

SubscriptionStep subscription_out(const RosterItem& item, Presence::Type type) {
    SubscriptionStep step{item};
    RosterItem& after = step.item;
    const bool is_waiting = !item.request.empty();
    if (type == Presence::subscribe) {
        after.in_roster = true;
        after.ask = !we_see(item.subscription);
        step.goes_on = true;
    } else if (type == Presence::unsubscribe) {
        after.ask = false;
        set_we_see(after, false);
        step.goes_on = true;
    } else if (type == Presence::subscribed && is_waiting) {
        after.in_roster = true;
        after.request.clear();
        set_sees_us(after, true);
        step.goes_on = true;
    } else if (type == Presence::subscribed && !sees_us(item.subscription)) {
        after.in_roster = true; // RFC 6121 3.4: approved before it was asked for
        after.approved = true;
    } else if (type == Presence::unsubscribed) {
        step.goes_on = is_waiting || sees_us(item.subscription);
        after.request.clear();
        after.approved = false;
        set_sees_us(after, false);
    }
    return finish(item, std::move(step));
}

SubscriptionStep subscription_in(const RosterItem& item, const Presence& presence) {
    SubscriptionStep step{item};
    RosterItem& after = step.item;
    const bool is_waiting = !item.request.empty();
    switch (presence.type()) {
    case Presence::subscribe:
        step.answers_subscribed = sees_us(item.subscription) || (item.approved && !is_waiting);
        if (step.answers_subscribed) {
            set_sees_us(after, true);
        } else if (!is_waiting) {
            after.request = xml::to_string(presence.element());
            step.goes_on = true;
        }
        break;
    case Presence::subscribed:
        step.goes_on = item.ask;
        if (item.ask) set_we_see(after, true);
        after.ask = false;
        break;
    case Presence::unsubscribe:
        step.goes_on = is_waiting || sees_us(item.subscription);
        after.request.clear();
        set_sees_us(after, false);
        break;
    case Presence::unsubscribed:
        step.goes_on = item.ask || we_see(item.subscription);
        after.ask = false;
        set_we_see(after, false);
        break;
    default: break;
    }
    return finish(item, std::move(step));
}

} // namespace routing
