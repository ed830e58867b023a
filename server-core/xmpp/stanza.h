// SPDX-License-Identifier: MIT
// RFC 6120 8: the three stanzas, as an immutable element with its addresses parsed once.
#pragma once
#include "xml/element.h"
#include "xmpp/jid.h"
#include "xmpp/stanza_error.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace xmpp {

// What the three share. `from` and `to` are the attributes of the element, prepared; empty when absent.
class Stanza {
public:
    Stanza(xml::Element element, Jid from, Jid to) : element_(std::move(element)), from_(std::move(from)), to_(std::move(to)) {}

    const xml::Element& element() const { return element_; }
    const Jid& from() const { return from_; }
    const Jid& to() const { return to_; }
    std::string_view id() const { return element_.attribute("id").value_or(""); }
    std::optional<xml::Element> child(xml::Name name) const { return element_.child(name); }
    bool has_child(xml::Name name) const { return element_.has_child(name); }
    Language language() const { return language_of(element_); }
    bool is_error() const { return element_.attribute("type") == "error"; }

protected:
    xml::Element element_;
    Jid from_;
    Jid to_;
};

class Message : public Stanza {
public:
    enum Type { normal, chat, groupchat, headline, error };
    Message(xml::Element element, Jid from, Jid to);
    Message(const Jid& from, const Jid& to, Type type, const xml::Element& payload);
    Type type() const { return type_; }
    bool has_body() const { return has_child({xml::stanza_ns, "body"}); }
    // The same with another sender, receiver or payload.
    Message addressed(const Jid& from, const Jid& to) const;
    Message with(const xml::Element& payload) const;

private:
    Type type_;
};

class Presence : public Stanza {
public:
    enum Type { available, unavailable, subscribe, subscribed, unsubscribe, unsubscribed, probe, error };
    Presence(xml::Element element, Jid from, Jid to, Type type);
    Presence(const Jid& from, const Jid& to, Type type);
    Type type() const { return type_; }
    int priority() const;  // -128 to 127; 0 when absent (RFC 6121 4.7.2.3)
    Presence addressed(const Jid& from, const Jid& to) const;
    Presence with(const xml::Element& payload) const;

private:
    Type type_;
};

class Iq : public Stanza {
public:
    enum Type { get, set, result, error };
    Iq(xml::Element element, Jid from, Jid to, Type type);
    Iq(const Jid& from, const Jid& to, Type type, std::string_view id, const std::optional<xml::Element>& payload = {});
    Type type() const { return type_; }
    bool is_request() const { return type_ == get || type_ == set; }
    std::optional<xml::Element> payload() const { return element_.first_child(); }
    Iq addressed(const Jid& from, const Jid& to) const;

private:
    Type type_;
};

using AnyStanza = std::variant<Message, Presence, Iq>;

std::string_view to_string(Message::Type type);
std::string_view to_string(Presence::Type type);
std::string_view to_string(Iq::Type type);

// A stanza with its addresses, or why it cannot be one: jid-malformed for an address, bad-request for a type, an id
// or a payload that RFC 6120 8.1 and 8.2.3 forbid. The element is kept in both cases by the caller.
// A message or presence of unknown type is 'normal' (RFC 6121 5.2.2) or bad-request.
base::Result<AnyStanza, StanzaError> parse_stanza(const xml::Element& element);
bool is_stanza_name(xml::Name name);

const Stanza& common(const AnyStanza& stanza);

// The error answer to a stanza: addresses swapped, same id, type='error', a message's body with it (RFC 6120 8.3.1).
// An error is never answered: the caller asks `is_error` first.
Message error_reply(const Message& to, const StanzaError& error);
Presence error_reply(const Presence& to, const StanzaError& error);
Iq error_reply(const Iq& to, const StanzaError& error);
Iq result_reply(const Iq& to, const std::optional<xml::Element>& payload = {});

// What an IQ's owner answers: a result with or without payload, an error, or (for bytes kept elsewhere) nothing yet.
class IqReply {
public:
    static IqReply done() { return IqReply(std::optional<xml::Element>{}); }
    static IqReply result(xml::Element payload) { return IqReply(std::optional<xml::Element>(std::move(payload))); }
    static IqReply error(StanzaError error) { return IqReply(std::move(error)); }
    static IqReply error(Condition condition, Words text = {}) { return IqReply(StanzaError{condition, std::move(text), ErrorType::none, {}}); }
    // The same with what it is about beside the error (XEP-0060 8.9.2.4).
    IqReply beside(xml::Element payload) && {
        beside_ = std::move(payload);
        return std::move(*this);
    }
    Iq answer(const Iq& request) const;
    bool is_error() const { return std::holds_alternative<StanzaError>(content_); }

private:
    explicit IqReply(std::optional<xml::Element> payload) : content_(std::move(payload)) {}
    explicit IqReply(StanzaError error) : content_(std::move(error)) {}
    std::variant<std::optional<xml::Element>, StanzaError> content_;
    std::optional<xml::Element> beside_;
};

}  // namespace xmpp
