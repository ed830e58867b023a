// SPDX-License-Identifier: MIT
// XEP-0191: whom an account has blocked, asked by every feature that sends in the account's name.
#pragma once
#include "routing/account.h"

#include <set>
#include <string>

namespace routing {

class Blocklist {
public:
    void block(const xmpp::Jid& jid) { jids_.insert(jid.text()); }
    void unblock(const xmpp::Jid& jid) { jids_.erase(jid.text()); }
    const std::set<std::string, std::less<>>& jids() const { return jids_; }
    // Whether an item matches `other`: its full address, its bare one, its domain (XEP-0191 5).
    bool matches(const xmpp::Jid& other) const;

private:
    std::set<std::string, std::less<>> jids_;
};

// The account's list; empty where no feature keeps one.
Blocklist& blocklist(Account& account);
// Never the account's own clients (XEP-0191 4, note) nor its server, which acts for it.
bool has_blocked(Account& account, const xmpp::Jid& other);
bool may_be_blocked(const Account& account, const xmpp::Jid& other);

}  // namespace routing
