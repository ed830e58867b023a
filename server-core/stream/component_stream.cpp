// SPDX-License-Identifier: MIT
#include "stream/component_stream.h"

#include "base/text.h"
#include "stream/negotiation.h"
#include "xml/writer.h"
#include "xmpp/namespaces.h"
#include "xmpp/scram.h"

namespace stream {
namespace {

using xmpp::StreamCondition, xmpp::StreamError;

}  // namespace

ComponentStream::ComponentStream(const Shared& shared, std::unique_ptr<net::Connection> connection)
    : shared_(shared), connection_(std::move(connection)), parser_(shared.rules.after_login, xmpp::ns::component),
      queue_([this](routing::Outgoing&& entry) { write(entry.bytes); },
             [](routing::Outgoing&&) {}) {
    if (shared_.rules.handshake_time.count() == 0) return;  // no limit
    login_timer_ = shared_.timers.after(shared_.rules.handshake_time, [this] { end({StreamCondition::connection_timeout, {}}); });
}

ComponentStream::~ComponentStream() = default;

base::Task<> ComponentStream::run() {
    try {
        co_await converse();
    } catch (const std::exception& bug) {
        shared_.node.log.error(std::string("a component's stream failed: ") + bug.what());
        end({StreamCondition::internal_server_error, {}});
    }
    login_timer_.cancel();
    if (joined_) {
        shared_.router.stop_serving(host_);
        shared_.node.log.info("component left: " + host_);
    }
    connection_->close();
}

base::Task<> ComponentStream::converse() {
    while (!ending_) {
        const auto bytes = co_await connection_->read();
        if (!bytes) co_return;
        const xml::Fed fed = parser_.feed(*bytes);
        for (const xml::Event& event : fed.events) {
            take(event);
            if (!ending_ && !shared_.loop.has_time()) co_await shared_.loop.next_turn();
            if (ending_) co_return;
        }
        if (fed.error) end(xmpp::from_parse_error(*fed.error));
    }
}

void ComponentStream::take(const xml::Event& event) {
    if (const auto* opened = std::get_if<xml::StreamOpened>(&event)) return take_header(*opened);
    if (std::holds_alternative<xml::StreamClosed>(event)) {
        write(closing);
        ending_ = true;
        return connection_->close();
    }
    const xml::Element& element = std::get<xml::StanzaRead>(event).element;
    joined_ ? take_stanza(element) : take_handshake(element);
}

void ComponentStream::take_header(const xml::StreamOpened& opened) {
    const auto asked = xmpp::prepare_domain(opened.header.attribute("to").value_or(""));
    host_ = asked.value_or("");
    id_ = shared_.node.random.text(24);
    write(opening(xmpp::ns::component, host_, id_));
    opened_ = true;
    if (const auto wrong = fault(opened, xmpp::ns::component, host_)) return end(*wrong);
    // Its own host or one that is taken is refused before the secret is even looked at (XEP-0114 3).
    if (host_ == shared_.node.domain.text()) return end({StreamCondition::host_unknown, {"this name is the server's own", "ce nom est celui du serveur lui-même"}});
    if (shared_.router.serves(host_)) end({StreamCondition::conflict, host_ + " is taken"});
}

void ComponentStream::take_handshake(const xml::Element& element) {
    const std::string expected = base::hexadecimal(xmpp::digest(xmpp::ScramHash::sha1, id_ + shared_.rules.component_secret));
    const bool right = element.is({xml::stanza_ns, "handshake"}) && !shared_.rules.component_secret.empty() &&
                       xmpp::equal_in_constant_time(element.text(), expected);
    if (!right) {
        shared_.node.log.warning("component " + host_ + " from " + peer_address() + ": wrong secret");
        return end({StreamCondition::not_authorized, {"wrong secret", "secret erroné"}});
    }
    if (!shared_.router.serve(host_, [this](const xmpp::AnyStanza& stanza) { deliver(xmpp::common(stanza).element()); }))
        return end({StreamCondition::conflict, host_ + " is taken"});
    joined_ = true;
    login_timer_.cancel();
    write("<handshake/>");
    shared_.node.log.info("component joined: " + host_);
}

void ComponentStream::take_stanza(const xml::Element& element) {
    if (!xmpp::is_stanza_name(element.name())) return end({StreamCondition::unsupported_stanza_type, {}});
    const auto from = xmpp::parse_jid(element.attribute("from").value_or(""));
    if (!from || from->domain() != host_) return end({StreamCondition::invalid_from, {"a component speaks for its own host only", "un composant ne parle que pour son propre hôte"}});
    if (element.attribute("to").value_or("").empty()) return end({StreamCondition::improper_addressing, {}});
    const auto stanza = xmpp::parse_stanza(element);
    if (!stanza) return refuse(element, stanza.error());
    shared_.router.send(*stanza);
}

void ComponentStream::refuse(const xml::Element& element, const xmpp::StanzaError& error) {
    const std::string_view type = element.attribute("type").value_or("");
    if (type == "error" || type == "result") return;
    deliver(element.with_attribute("type", "error")
                .with_attribute("from", element.attribute("to").value_or(""))
                .with_attribute("to", element.attribute("from").value_or(""))
                .with(error.to_element()));
}

void ComponentStream::deliver(const xml::Element& stanza) {
    routing::Outgoing entry;
    xml::write(entry.bytes, stanza);
    const std::size_t limit = shared_.node.limits.queue_bytes;
    const bool full = limit != 0 && connection_->unsent() + queue_.bytes() + entry.bytes.size() > limit;
    if (full) return end({StreamCondition::resource_constraint, {"too much is waiting for you to read it", "trop de choses attendent que vous les lisiez"}});
    queue_.push(std::move(entry), shared_.writes.gate());
}

void ComponentStream::end(const StreamError& error) {
    if (ending_) return;
    ending_ = true;
    if (!opened_) write(opening(xmpp::ns::component, host_, shared_.node.random.text(16)));
    write(error_bytes(error) + std::string(closing));
    connection_->close();
}

}  // namespace stream
