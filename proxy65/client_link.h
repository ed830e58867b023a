// SPDX-License-Identifier: MIT
// An XMPP client (RFC 6120) as far as `proxy65 probe` needs one: STARTTLS with a certificate that is checked, SASL PLAIN
// inside it, a resource, requests.
#pragma once
#include "base/result.h"
#include "base/settings_section.h"
#include "base/task.h"
#include "net/connection.h"
#include "net/loop.h"
#include "xml/parser.h"
#include "xmpp/stanza.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace proxy65 {

class ClientLink {
public:
    explicit ClientLink(net::Loop& loop) : loop_(loop) {}

    struct Account {
        xmpp::Jid jid;
        std::string password;
        std::vector<base::Endpoint> servers;  // tried in this order
        std::vector<std::string> authorities; // whom to trust (DER); none: whom the system trusts, unless there are pins
        std::vector<std::string> pins;        // keys that are trusted (SHA-256)
    };
    // The errors are sentences. Call it once; the link then has a full JID.
    base::Task<base::Result<void, std::string>> log_in(Account account);
    const xmpp::Jid& jid() const { return jid_; }
    // The one of the servers that was reached.
    const base::Endpoint& server() const { return server_; }
    // Sends a request and returns its result; what else comes meanwhile is not for us.
    //   error   the condition that was answered
    base::Task<base::Result<xml::Element, std::string>> ask(std::string to, xmpp::Iq::Type type, xml::Element payload);

private:
    using Element = base::Result<xml::Element, std::string>;
    base::Task<base::Result<void, std::string>> reach(std::vector<base::Endpoint> servers);
    base::Task<base::Result<void, std::string>> authenticate(Account account, xml::Element features);
    base::Task<Element> open(std::string domain); // the features
    base::Task<Element> next();

    net::Loop& loop_;
    std::unique_ptr<net::Connection> connection_;
    xml::Parser parser_{xml::Limits{.stanza_bytes = 1 << 20}};
    std::vector<xml::Event> events_; // read and not looked at, the last first
    xmpp::Jid jid_;
    base::Endpoint server_;
    int requests_ = 0;
};

} // namespace proxy65
