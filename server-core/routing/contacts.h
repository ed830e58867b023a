// SPDX-License-Identifier: MIT
// What roster and subscriptions do alike to one contact of an account: keep the item, push it, show or hide presence.
// Contacts are reached by stanzas only, also those of this node (DESIGN 9.1).
#pragma once
#include "routing/feature.h"

#include <set>

namespace routing {

// Whom a client sent directed presence, rooms included: they too learn when it goes (RFC 6121 4.6.3).
struct Directed {
    std::set<xmpp::Jid> to;
};
// Contacts whose last presence to a client was an error: it is broadcast to them no more (RFC 6121 4.4.2, 4.5.2).
struct Failing {
    std::set<xmpp::Jid> contacts;
};
// Remembers whether `presence`, which came to the account, was one. Only of contacts that see us, so the roster bounds it.
void note_failing(Account& account, const xmpp::Presence& presence);

// The contacts of whom that is so: Roster::sees_us, Roster::we_see. Of the staff only those who have an available client:
// presence to and from the others says nothing, and would bring every account into memory.
std::vector<xmpp::Jid> contacts_that(Account& account, bool (Roster::*is)(const xmpp::Jid&) const);

// The item of a contact, or a blank one that is not in the roster yet.
store::RosterItem item_of(Account& account, const xmpp::Jid& contact);
// Whether the roster may not grow any more; those who wait for an answer have a limit of their own.
bool has_full_roster(const Feature& feature, Account& account);
bool has_too_many_requests(const Feature& feature, Account& account);

// Keeps `item` in memory and store; what is sent from now on in this scope waits for that.
void keep_item(const Feature& feature, Account& account, store::RosterItem item);
// A roster push of what is kept to every client that asked for the roster (RFC 6121 2.1.6), and to one client.
void push_contact(const Feature& feature, Account& account, const xmpp::Jid& contact);
void push_item(Session& session, const store::RosterItem& item, const std::string& version, const TicketPtr& gate);

// Each available client's presence to `to`; false when there is none.
bool send_presence(const Feature& feature, Account& account, const xmpp::Jid& to);
// Each available client as unavailable to `to`, which is about to lose sight of us (RFC 6121 3.2.2, 3.3.3).
void send_unavailable(const Feature& feature, Account& account, const xmpp::Jid& to);
// Ends both subscriptions and what is asked for on either side, and tells the contact (RFC 6121 2.5.2).
void cancel_subscriptions(const Feature& feature, Account& account, const store::RosterItem& item);

} // namespace routing
