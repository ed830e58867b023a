// SPDX-License-Identifier: MIT
#include "routing/recipients.h"

#include "routing/keeping.h"
#include "routing/session.h"

#include <algorithm>

namespace routing {
namespace {

std::vector<Session*> not_negative(const Account& account) {
    std::vector<Session*> found;
    for (Session* session : account.sessions())
        if (session->is_available() && session->priority() >= 0) found.push_back(session);
    return found;
}

std::vector<Session*> highest_priority(const Account& account) {
    std::vector<Session*> found = not_negative(account);
    int highest = 0;
    for (const Session* session : found) highest = std::max(highest, session->priority());
    std::erase_if(found, [highest](const Session* session) { return session->priority() < highest; });
    return found;
}

// RFC 6121 8.5.2.1.1 and 8.5.2.2.1: to the bare JID.
Recipients for_bare(const Account& account, const xmpp::Message& message) {
    switch (message.type()) {
    case xmpp::Message::normal:
    case xmpp::Message::chat: {
        const bool logged = is_logged(message);
        const bool worth_an_error = !logged && message.has_body();
        return {highest_priority(account),
                logged ? Otherwise::store : worth_an_error ? Otherwise::refuse : Otherwise::ignore, logged};
    }
    case xmpp::Message::headline: return {not_negative(account), Otherwise::ignore, is_logged(message)};
    case xmpp::Message::groupchat: return {{}, Otherwise::refuse, false};
    case xmpp::Message::error: return {{}, Otherwise::ignore, false};
    }
    return {};
}

}  // namespace

Recipients recipients(const Account& account, const xmpp::Message& message) {
    if (message.to().is_bare()) return for_bare(account, message);
    // RFC 6121 8.5.3.1: a matching resource gets it, whatever its presence and priority.
    if (Session* session = account.session(message.to().resource()))
        return {{session}, Otherwise::ignore, is_logged(message)};
    switch (message.type()) {  // RFC 6121 8.5.3.2.1
    case xmpp::Message::normal:
    case xmpp::Message::chat: return for_bare(account, message);
    case xmpp::Message::groupchat: return {{}, Otherwise::refuse, false};
    case xmpp::Message::headline:
    case xmpp::Message::error: return {{}, Otherwise::ignore, false};
    }
    return {};
}

}  // namespace routing
