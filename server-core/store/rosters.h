// SPDX-License-Identifier: MIT
// RFC 6121 2: roster items, with pending subscription requests, as records named by bare JID. Drawer "roster".
#pragma once
#include "store/store.h"
#include "xmpp/jid.h"

#include <optional>
#include <string>
#include <vector>

namespace store {

inline constexpr const char* roster_drawer = "roster";

enum class Subscription { none, to, from, both };

struct RosterItem {
    xmpp::Jid jid;  // bare
    std::string name;
    std::vector<std::string> groups;
    Subscription subscription = Subscription::none;
    bool ask = false;         // pending out: we asked (ask='subscribe')
    bool in_roster = true;    // false: only a request from a stranger waits here (RFC 6121 A.1 "None + Pending In")
    std::string request;      // pending in: the serialised presence of type subscribe; empty: none
    bool approved = false;    // RFC 6121 3.4, pre-approval
    std::uint64_t version = 0;  // the roster's version when this item last changed
    bool removed = false;       // a tombstone, kept for versioning
};

Put put_roster_item(const std::string& owner, const RosterItem& item);
Erase erase_roster_item(const std::string& owner, const xmpp::Jid& contact);
// The items among `records`; damaged ones are left out and counted.
std::vector<RosterItem> read_roster(const std::vector<Record>& records, std::size_t* damaged = nullptr);

}  // namespace store
