// SPDX-License-Identifier: MIT
#include "component.h"

#include "net/resolver.h"
#include "pairing.h"
#include "xml/writer.h"
#include "xmpp/namespaces.h"
#include "xmpp/stream_error.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace proxy65 {
namespace {

using namespace std::chrono_literals;
constexpr auto server_connect_limit = 10s;
constexpr auto join_limit = 30s;
// Requests come through the server, whose own limits may be wider than those for strangers.
constexpr xml::Limits server_limits{.stanza_bytes = 1 << 20};

std::string stream_header(const std::string& name) {
    std::string header = "<?xml version='1.0'?><stream:stream xmlns='";
    header += xmpp::ns::component;
    header += "' xmlns:stream='";
    header += xmpp::ns::stream;
    header += "' to='";
    xml::escape_attribute(header, name);
    return header + "'>";
}

std::string_view stream_condition_of(const xml::Element& error) {
    const auto condition = error.first_child();
    return condition ? condition->name().local : "no reason";
}

} // namespace

Component::Component(net::Loop& loop, net::Timers& timers, const base::Log& log, const Settings& settings,
                     Services& services)
    : loop_(loop), timers_(timers), log_(log), settings_(settings), services_(services), sleep_(loop.context()) {}

void Component::start() { loop_.spawn(run()); }

void Component::stop() {
    is_stopping_ = true;
    leave();
}

void Component::settings_changed() {
    const auto secret = read_secret(settings_.component_secret_file);
    const bool is_secret_new = secret && *secret != secret_;
    if (is_joined_ && settings_.name == name_ && settings_.component_server == server_ && !is_secret_new) return;
    is_changed_ = true;
    leave();
}

// Ends the link, or the pause before the next one.
void Component::leave() {
    sleep_.cancel();
    if (!connection_) return;
    if (is_joined_) connection_->write("</stream:stream>");
    connection_->close();
}

base::Task<> Component::run() {
    while (!is_stopping_) {
        const auto reason = co_await attend();
        connection_.reset();
        if (is_stopping_) co_return;
        if (std::exchange(is_joined_, false)) back_off_.begin_anew();
        if (std::exchange(is_changed_, false)) {
            back_off_.begin_anew();
            last_reason_.clear();
            continue;
        }
        const bool is_first = static_cast<bool>(attempted_);
        say_why(reason);
        tell_first_attempt();
        if (is_first && refused_) co_return;
        sleep_.expires_after(back_off_.after_failure());
        co_await sleep_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
}

// One life of the link; returns why it ended.
base::Task<std::string> Component::attend() {
    is_changed_ = false;
    refused_.reset();
    const auto secret = read_secret(settings_.component_secret_file); // each time: it may have been put right
    if (!secret) co_return secret.error();
    secret_ = *secret;
    server_ = settings_.component_server;
    name_ = settings_.name;
    auto connected = co_await net::connect(loop_, server_.host, server_.port, server_connect_limit);
    if (!connected) co_return "cannot reach the server: " + connected.error();
    if (is_stopping_ || is_changed_) co_return "";
    connection_ = std::move(*connected);
    connection_->write(stream_header(name_));
    xml::Parser parser(server_limits, xmpp::ns::component);
    const auto deadline = timers_.after(join_limit, [this] {
        if (!is_joined_ && connection_) connection_->abort();
    });
    co_return co_await follow(parser);
}

base::Task<std::string> Component::follow(xml::Parser& parser) {
    const auto where = to_text(server_);
    while (true) {
        const auto bytes = co_await connection_->read();
        if (!bytes && !is_joined_)
            co_return where + " ended the connection before the handshake was done; is it a server's component port?";
        if (!bytes) co_return "the server at " + where + " has gone";
        const auto fed = parser.feed(*bytes);
        for (const auto& event : fed.events) {
            auto reason = react(event);
            if (reason.empty()) continue;
            connection_->close();
            co_return reason;
        }
        if (fed.error) co_return where + " does not speak XMPP";
    }
}

std::string Component::react(const xml::Event& event) {
    if (const auto* opened = std::get_if<xml::StreamOpened>(&event)) {
        const auto id = opened->header.attribute("id");
        if (!id) return "the server at " + to_text(server_) + " gives no stream id (XEP-0114)";
        // XEP-0114 3: SHA-1 in lower-case hexadecimal of stream id and secret.
        connection_->write("<handshake>" + bytestream_hash(*id, secret_, "") + "</handshake>");
        return "";
    }
    if (const auto* stanza = std::get_if<xml::StanzaRead>(&event)) return read_element(stanza->element);
    return "the server at " + to_text(server_) + " closed the stream";
}

std::string Component::read_element(const xml::Element& element) {
    if (element.is({xmpp::ns::stream, "error"})) return why_refused(element);
    if (is_joined_) {
        answer(element);
    } else if (element.is({xml::stanza_ns, "handshake"})) {
        is_joined_ = true;
        last_reason_.clear();
        const auto joined = "joined the server at " + to_text(server_) + " as " + name_;
        log_.info(joined);
        say_status(joined);
        tell_first_attempt();
    }
    return "";
}

std::string Component::why_refused(const xml::Element& error) {
    const auto where = to_text(server_);
    const auto condition = stream_condition_of(error);
    if (condition == "conflict") refused_ = Refused::taken;
    if (condition == "not-authorized" || condition == "host-unknown") refused_ = Refused::wrong;
    if (condition == "not-authorized")
        return "the server at " + where + " refuses the secret for " + name_ + ": put the server's own into " +
               settings_.component_secret_file;
    if (condition == "conflict")
        return "the name " + name_ + " is taken at the server at " + where + ": another proxy is joined to it";
    if (condition == "host-unknown")
        return "the server at " + where + " knows no component " + name_ +
               ": let both read the same organisation.conf";
    return "the server at " + where + " ended the link: " + std::string(condition);
}

void Component::answer(const xml::Element& element) {
    const auto stanza = xmpp::parse_stanza(element);
    if (!stanza) return; // a server passes nothing on that it could not answer itself
    const auto* request = std::get_if<xmpp::Iq>(&*stanza);
    if (!request || !request->is_request()) return;
    std::string bytes;
    xml::write(bytes, services_.answer(*request).answer(*request).element());
    connection_->write(bytes);
}

void Component::say_status(const std::string& text) const {
    if (on_status_) on_status_(text);
}

// Once for each reason: a server that is away for a night does not fill the log.
void Component::say_why(const std::string& reason) {
    if (reason == last_reason_) return;
    last_reason_ = reason;
    say_status(reason);
    if (attempted_ && refused_) return log_.error(reason);
    log_.warning(reason + "; trying again until it works");
}

// Who was joined before is not ended by a refusal: transfers run, and the server may be being put right.
void Component::tell_first_attempt() {
    if (attempted_) std::exchange(attempted_, nullptr)(refused_);
}

} // namespace proxy65
