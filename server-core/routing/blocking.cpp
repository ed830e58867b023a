// SPDX-License-Identifier: MIT
#include "routing/blocking.h"

namespace routing {

bool Blocklist::matches(const xmpp::Jid& other) const {
    if (jids_.empty()) return false;
    return jids_.contains(other.text()) || jids_.contains(other.bare_text()) || jids_.contains(other.domain());
}

Blocklist& blocklist(Account& account) { return account.state<Blocklist>(); }

bool may_be_blocked(const Account& account, const xmpp::Jid& other) {
    if (other.empty() || other.bare_text() == account.jid().text()) return false;
    return other.has_local() || other.domain() != account.jid().domain();
}

bool has_blocked(Account& account, const xmpp::Jid& other) {
    return blocklist(account).matches(other) && may_be_blocked(account, other);
}

}  // namespace routing
