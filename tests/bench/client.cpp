// SPDX-License-Identifier: MIT
#include "client.h"

namespace bench {
namespace {

bool begins(std::string_view element, std::string_view name) {
    return element.size() > name.size() + 1 && element.substr(1, name.size()) == name &&
           std::string_view(" />").find(element[name.size() + 1]) != std::string_view::npos;
}

} // namespace

Client::Client(Loop& loop, Account account) : account_(std::move(account)) {
    Wire::Told told;
    told.received = [this](std::string_view bytes) {
        scanner_.feed(bytes, [this](std::string_view element) { take(element); });
        if (scanner_.is_closed()) fail("the server ended the stream");
    };
    told.secured = [this] { open_stream(); };
    told.closed = [this](const std::string& why) { fail(why); };
    wire_ = std::make_unique<Wire>(loop, account_.port, std::move(told));
    open_stream();
}

void Client::open_stream() {
    send("<?xml version='1.0'?><stream:stream to='" + account_.domain +
         "' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>");
}

void Client::fail(const std::string& why) {
    if (stage_ == Stage::closed) return;
    if (stage_ != Stage::leaving) failure_ = account_.name + ": " + why;
    stage_ = Stage::closed;
    wire_->close();
}

void Client::say_goodbye() {
    stage_ = Stage::leaving;
    send("</stream:stream>");
}

void Client::take(std::string_view element) {
    if (stage_ == Stage::ready) {
        if (begins(element, "stream:error")) return fail(std::string(element));
        if (on_element_) on_element_(element);
    } else if (stage_ == Stage::features && begins(element, "stream:features")) {
        stage_ = Stage::proceed;
        send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    } else if (stage_ == Stage::proceed && begins(element, "proceed")) {
        stage_ = Stage::secured_features;
        scanner_.restart();
        wire_->start_tls();
    } else if (stage_ != Stage::leaving) {
        take_secured(element);
    }
}

void Client::take_secured(std::string_view element) {
    const bool features = begins(element, "stream:features");
    if (stage_ == Stage::secured_features && features && account_.to_be_made) {
        stage_ = Stage::registering;
        send("<iq type='set' id='make'><query xmlns='jabber:iq:register'><username>" + account_.name +
             "</username><password>" + account_.password + "</password></query></iq>");
    } else if (stage_ == Stage::secured_features && features) {
        log_in();
    } else if (stage_ == Stage::registering && attribute(element, "type") == "result") {
        log_in();
    } else if (stage_ == Stage::challenge && begins(element, "challenge")) {
        stage_ = Stage::success;
        send("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" + scram_->final(text_behind(element, ">")) +
             "</response>");
    } else if (stage_ == Stage::success && begins(element, "success")) {
        stage_ = Stage::bind_features;
        scram_.reset();
        scanner_.restart();
        open_stream();
    } else if (stage_ == Stage::bind_features && features) {
        stage_ = Stage::bound;
        send("<iq type='set' id='bind'><bind "
             "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bench</resource></bind></iq>");
    } else if (stage_ == Stage::bound && attribute(element, "id") == "bind") {
        jid_ = text_behind(element, "<jid>");
        if (jid_.empty()) return fail(std::string(element));
        stage_ = Stage::ready;
        if (on_ready_) on_ready_();
    } else {
        fail("unexpected: " + std::string(element));
    }
}

void Client::log_in() {
    stage_ = Stage::challenge;
    scram_.emplace(account_.name, account_.password);
    send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>" + scram_->first() + "</auth>");
}

} // namespace bench
