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

// Nobody minds when a chat state is lost.
Otherwise refuse_words(const xmpp::Message& message) {
    return is_logged(message) || message.has_body() ? Otherwise::refuse : Otherwise::ignore;
}

// To strangers it would tell who is there and who exists (DESIGN 4.4).
bool may_know(Account& account, const xmpp::Jid& sender) {
    return sender.bare() == account.jid() || account.roster().sees_us(sender.bare());
}

// RFC 6121 8.5.2.1.1 and 8.5.2.2.1: to the bare JID.
Recipients for_bare(Account& account, const xmpp::Message& message) {
    switch (message.type()) {
    case xmpp::Message::normal:
    case xmpp::Message::chat: {
        const bool logged = is_logged(message);
        const Otherwise otherwise = may_know(account, message.from()) ? refuse_words(message) : Otherwise::ignore;
        return {highest_priority(account), logged ? Otherwise::store : otherwise, logged};
    }
    case xmpp::Message::headline: return {not_negative(account), Otherwise::ignore, is_logged(message)};
    case xmpp::Message::groupchat: return {{}, Otherwise::refuse, false};
    case xmpp::Message::error: return {{}, Otherwise::ignore, false};
    }
    return {};
}

// RFC 6121 8.5.3.2.1: to a resource that is not there.
Recipients for_missing(Account& account, const xmpp::Message& message) {
    switch (message.type()) {
    case xmpp::Message::chat: return for_bare(account, message);
    case xmpp::Message::normal: return {{}, refuse_words(message), false};
    case xmpp::Message::groupchat: return {{}, Otherwise::refuse, false};
    case xmpp::Message::headline:
    case xmpp::Message::error: return {{}, Otherwise::ignore, false};
    }
    return {};
}

}  // namespace

Recipients recipients(Account& account, const xmpp::Message& message) {
    if (message.to().is_bare()) return for_bare(account, message);
    // RFC 6121 8.5.3.1: a matching resource gets it, whatever its presence and priority.
    if (Session* session = account.session(message.to().resource()))
        return {{session}, Otherwise::ignore, is_logged(message)};
    return for_missing(account, message);
}

Recipients recipients_of_logged(Account& account, const xmpp::Message& message) {
    const Recipients to = recipients(account, message);
    return to.sessions.empty() ? for_bare(account, message) : to;
}

}  // namespace routing
