// SPDX-License-Identifier: MIT
// RFC 6121 8.5: which clients of a local user get a stanza, and what happens when none does.
#pragma once
#include "routing/account.h"
#include "xmpp/stanza.h"

#include <vector>

namespace routing {

// What becomes of a message that no client gets.
enum class Otherwise { store, ignore, refuse };  // refuse: <service-unavailable/>

struct Recipients {
    std::vector<Session*> sessions;
    Otherwise otherwise = Otherwise::ignore;
    bool logged = false;  // belongs into the account's message log
};

// For a message to the account's bare JID or to one of its resources, connected or not (RFC 6121 8.5.2, 8.5.3).
// To a bare JID: chat and normal go to the clients of the highest priority, headlines to all that are not negative.
Recipients recipients(Account& account, const xmpp::Message& message);
// The same for what is in the log: what was for a client that died before it read is for the others.
Recipients recipients_of_logged(Account& account, const xmpp::Message& message);

}  // namespace routing
