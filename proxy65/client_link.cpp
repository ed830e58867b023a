// SPDX-License-Identifier: MIT
#include "client_link.h"

#include "base/text.h"
#include "net/pinned_keys.h"
#include "net/resolver.h"
#include "xml/writer.h"
#include "xmpp/namespaces.h"

#include <algorithm>

namespace proxy65 {
namespace {

using base::Unexpected;
using Done = base::Result<void, std::string>;
using namespace std::chrono_literals;
constexpr auto connect_limit = 10s;

std::string header(const std::string& domain) {
    std::string text = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
                       "xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='";
    xml::escape_attribute(text, domain);
    return text + "'>";
}

bool has_plain(const xml::Element& features) {
    const auto mechanisms = features.child({xmpp::ns::sasl, "mechanisms"});
    if (!mechanisms) return false;
    for (const auto& mechanism : mechanisms->children())
        if (mechanism.text() == "PLAIN") return true;
    return false;
}

std::string condition_of(const xml::Element& stanza) {
    const auto error = stanza.child({xml::stanza_ns, "error"});
    const auto condition = error ? error->first_child() : std::nullopt;
    return condition ? std::string(condition->name().local) : "an error without a condition";
}

} // namespace

base::Task<Done> ClientLink::log_in(Account account) {
    const auto reached = co_await reach(account.servers);
    if (!reached) co_return reached;
    const std::string domain(account.jid.domain());
    auto features = co_await open(domain);
    if (!features) co_return Unexpected(features.error());
    if (!features->has_child({xmpp::ns::tls, "starttls"})) co_return Unexpected("the server offers no STARTTLS");
    connection_->write("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    const auto proceed = co_await next();
    if (!proceed) co_return Unexpected(proceed.error());
    if (!proceed->is({xmpp::ns::tls, "proceed"})) co_return Unexpected("the server refuses STARTTLS");
    auto credentials = net::TlsCredentials::for_client(domain, account.authorities);
    if (!credentials) co_return Unexpected(credentials.error());
    net::trust_keys(**credentials, account.pins);
    const auto encrypted = co_await connection_->start_tls(*credentials);
    if (!encrypted) co_return Unexpected("TLS with " + domain + " failed: " + connection_->tls_description());
    features = co_await open(domain);
    if (!features) co_return Unexpected(features.error());
    co_return co_await authenticate(std::move(account), *features);
}

base::Task<Done> ClientLink::reach(std::vector<base::Endpoint> servers) {
    std::string why;
    for (const auto& server : servers) {
        auto connected = co_await net::connect(loop_, server.host, server.port, connect_limit);
        if (!connected) {
            why += (why.empty() ? "" : "; ") + connected.error();
            continue;
        }
        connection_ = std::move(*connected);
        server_ = server;
        co_return Done();
    }
    co_return Unexpected(why);
}

base::Task<Done> ClientLink::authenticate(Account account, xml::Element features) {
    if (!has_plain(features)) co_return Unexpected("the server takes no password by SASL PLAIN");
    std::string secret(1, '\0');
    secret += account.jid.local();
    secret += '\0' + account.password;
    connection_->write("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" +
                       base::base64_encode(secret) + "</auth>");
    const auto verdict = co_await next();
    if (!verdict) co_return Unexpected(verdict.error());
    if (!verdict->is({xmpp::ns::sasl, "success"})) co_return Unexpected("name or password is wrong");
    const auto again = co_await open(std::string(account.jid.domain()));
    if (!again) co_return Unexpected(again.error());
    const auto bound = co_await ask("", xmpp::Iq::set, xml::Element({xmpp::ns::bind, "bind"}));
    if (!bound) co_return Unexpected("no resource: " + bound.error());
    const auto bind = bound->child({xmpp::ns::bind, "bind"});
    const auto jid = xmpp::parse_jid(bind ? bind->child_text({xmpp::ns::bind, "jid"}) : "");
    if (!jid) co_return Unexpected("the server names no resource");
    jid_ = *jid;
    co_return Done();
}

base::Task<ClientLink::Element> ClientLink::ask(std::string to, xmpp::Iq::Type type, xml::Element payload) {
    const auto id = "probe" + std::to_string(++requests_);
    auto iq = xml::Element({xml::stanza_ns, "iq"})
                  .with_attribute("type", xmpp::to_string(type))
                  .with_attribute("id", id)
                  .with(payload);
    if (!to.empty()) iq = std::move(iq).with_attribute("to", to);
    std::string bytes;
    xml::write(bytes, iq);
    connection_->write(bytes);
    while (true) {
        auto element = co_await next();
        if (!element) co_return element;
        if (element->name().local != "iq" || element->attribute("id") != id) continue;
        if (element->attribute("type") == "error") co_return Unexpected(condition_of(*element));
        co_return element;
    }
}

base::Task<ClientLink::Element> ClientLink::open(std::string domain) {
    parser_.restart();
    events_.clear();
    connection_->write(header(domain));
    auto features = co_await next();
    if (features && !features->is({xmpp::ns::stream, "features"}))
        co_return Unexpected("the server refuses the stream to " + domain);
    co_return features;
}

// The next element below the stream's root.
base::Task<ClientLink::Element> ClientLink::next() {
    while (true) {
        while (!events_.empty()) {
            const auto event = std::move(events_.back());
            events_.pop_back();
            if (const auto* read = std::get_if<xml::StanzaRead>(&event)) co_return read->element;
            if (std::holds_alternative<xml::StreamClosed>(event)) co_return Unexpected("the server closed the stream");
        }
        const auto bytes = co_await connection_->read();
        if (!bytes) co_return Unexpected("the server has gone");
        auto fed = parser_.feed(*bytes);
        if (fed.error && fed.events.empty()) co_return Unexpected("the server does not speak XMPP");
        events_ = std::move(fed.events);
        std::reverse(events_.begin(), events_.end());
    }
}

} // namespace proxy65
