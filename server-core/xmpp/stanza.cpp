// SPDX-License-Identifier: MIT
#include "xmpp/stanza.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace xmpp {
namespace {

constexpr std::array<std::string_view, 5> message_types = {"normal", "chat", "groupchat", "headline", "error"};
constexpr std::array<std::string_view, 8> presence_types = {"",          "unavailable", "subscribe",    "subscribed",
                                                            "unsubscribe", "unsubscribed", "probe", "error"};
constexpr std::array<std::string_view, 4> iq_types = {"get", "set", "result", "error"};

template <class Type, std::size_t count>
std::optional<Type> type_named(const std::array<std::string_view, count>& names, std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<Type>(found - names.begin());
}

Message::Type message_type(const xml::Element& element) {
    return type_named<Message::Type>(message_types, element.attribute("type").value_or("")).value_or(Message::normal);
}

xml::Element with_address(xml::Element element, std::string_view name, const Jid& address) {
    if (!address.empty()) return std::move(element).with_attribute(name, address.text());
    return element.without_attribute(name);
}

xml::Element with_addresses(const xml::Element& element, const Jid& from, const Jid& to) {
    return with_address(with_address(element, "from", from), "to", to);
}

xml::Element make_stanza(std::string_view name, const Jid& from, const Jid& to, std::string_view type) {
    auto element = with_addresses(xml::Element({xml::stanza_ns, name}), from, to);
    return type.empty() ? element : std::move(element).with_attribute("type", type);
}

xml::Element make_iq(const Jid& from, const Jid& to, Iq::Type type, std::string_view id, const std::optional<xml::Element>& payload) {
    auto element = make_stanza("iq", from, to, to_string(type)).with_attribute("id", id);
    return payload ? std::move(element).with(*payload) : element;
}

base::Unexpected<StanzaError> refuse(Condition condition, Words text) {
    return base::Unexpected(StanzaError{condition, std::move(text), ErrorType::none, {}});
}

// An attribute that is absent gives an empty address.
base::Result<Jid, JidError> parse_address(const xml::Element& element, std::string_view name) {
    const auto text = element.attribute(name);
    return text ? parse_jid(*text) : base::Result<Jid, JidError>(Jid());
}

// RFC 6120 8.2.3. An error without <error/> passes: whoever asked still learns that he has no answer to wait for.
base::Result<AnyStanza, StanzaError> parse_iq(const xml::Element& element, Jid from, Jid to) {
    if (element.attribute("id").value_or("").empty()) return refuse(Condition::bad_request, {"An iq needs an id.", "Un iq a besoin d'un id."});
    const auto type = type_named<Iq::Type>(iq_types, element.attribute("type").value_or(""));
    if (!type) return refuse(Condition::bad_request, {"The type of an iq is get, set, result or error.", "Le type d'un iq est get, set, result ou error."});
    const auto children = element.children();
    const auto payloads = std::distance(children.begin(), children.end());
    if ((*type == Iq::get || *type == Iq::set) && payloads != 1)
        return refuse(Condition::bad_request, {"A get or set has exactly one child.", "Un get ou un set a exactement un enfant."});
    if (*type == Iq::result && payloads > 1) return refuse(Condition::bad_request, {"A result has at most one child.", "Un result a au plus un enfant."});
    return AnyStanza(Iq(element, std::move(from), std::move(to), *type));
}

// The same tag and id with nothing inside, turned round.
xml::Element answer_tag(const Stanza& to, std::string_view type) {
    const auto answer = make_stanza(to.element().name().local, to.to(), to.from(), type);
    const auto id = to.element().attribute("id");
    return id ? answer.with_attribute("id", *id) : answer;
}

}  // namespace

std::string_view to_string(Message::Type type) {
    return message_types[static_cast<std::size_t>(type)];
}

std::string_view to_string(Presence::Type type) {
    return presence_types[static_cast<std::size_t>(type)];
}

std::string_view to_string(Iq::Type type) {
    return iq_types[static_cast<std::size_t>(type)];
}

Message::Message(xml::Element element, Jid from, Jid to)
    : Stanza(std::move(element), std::move(from), std::move(to)), type_(message_type(element_)) {}

Message::Message(const Jid& from, const Jid& to, Type type, const xml::Element& payload)
    : Stanza(make_stanza("message", from, to, type == normal ? "" : to_string(type)).with(payload), from, to), type_(type) {}

Message Message::addressed(const Jid& from, const Jid& to) const {
    return Message(with_addresses(element_, from, to), from, to);
}

Message Message::with(const xml::Element& payload) const {
    return Message(element_.with(payload), from_, to_);
}

Presence::Presence(xml::Element element, Jid from, Jid to, Type type)
    : Stanza(std::move(element), std::move(from), std::move(to)), type_(type) {}

Presence::Presence(const Jid& from, const Jid& to, Type type)
    : Stanza(make_stanza("presence", from, to, to_string(type)), from, to), type_(type) {}

int Presence::priority() const {
    const auto text = element_.child_text({xml::stanza_ns, "priority"});
    std::string_view digits = text;
    constexpr std::string_view space = " \t\r\n";
    digits.remove_prefix(std::min(digits.find_first_not_of(space), digits.size()));
    digits = digits.substr(0, digits.find_last_not_of(space) + 1);
    const bool is_negative = digits.starts_with('-');
    if (is_negative || digits.starts_with('+')) digits.remove_prefix(1);
    if (digits.empty() || digits.size() > 3 || !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; })) return 0;
    int value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    return std::clamp(is_negative ? -value : value, -128, 127);
}

Presence Presence::addressed(const Jid& from, const Jid& to) const {
    return Presence(with_addresses(element_, from, to), from, to, type_);
}

Presence Presence::with(const xml::Element& payload) const {
    return Presence(element_.with(payload), from_, to_, type_);
}

Iq::Iq(xml::Element element, Jid from, Jid to, Type type)
    : Stanza(std::move(element), std::move(from), std::move(to)), type_(type) {}

Iq::Iq(const Jid& from, const Jid& to, Type type, std::string_view id, const std::optional<xml::Element>& payload)
    : Stanza(make_iq(from, to, type, id, payload), from, to), type_(type) {}

Iq Iq::addressed(const Jid& from, const Jid& to) const {
    return Iq(with_addresses(element_, from, to), from, to, type_);
}

bool is_stanza_name(xml::Name name) {
    return name.ns == xml::stanza_ns && (name.local == "message" || name.local == "presence" || name.local == "iq");
}

base::Result<AnyStanza, StanzaError> parse_stanza(const xml::Element& element) {
    if (!is_stanza_name(element.name())) return refuse(Condition::bad_request, {"This is no stanza.", "Ceci n'est pas une stance."});
    auto from = parse_address(element, "from");
    auto to = parse_address(element, "to");
    if (!from) return refuse(Condition::jid_malformed, {"The address in 'from' is wrong.", "L'adresse dans 'from' est fausse."});
    if (!to) return refuse(Condition::jid_malformed, {"The address in 'to' is wrong.", "L'adresse dans 'to' est fausse."});
    if (element.name().local == "iq") return parse_iq(element, *std::move(from), *std::move(to));
    if (element.name().local == "message") return AnyStanza(Message(element, *std::move(from), *std::move(to)));
    const auto type_text = element.attribute("type");
    const auto type = type_named<Presence::Type>(presence_types, type_text.value_or(""));
    if (!type || type_text == "") return refuse(Condition::bad_request, {"Presence of that type is not known.", "Une présence de ce type n'est pas connue."});
    return AnyStanza(Presence(element, *std::move(from), *std::move(to), *type));
}

const Stanza& common(const AnyStanza& stanza) {
    return std::visit([](const auto& kind) -> const Stanza& { return kind; }, stanza);
}

Message error_reply(const Message& to, const StanzaError& error) {
    xml::Element tag = answer_tag(to, "error");
    // COMPAT(libpurple 2.14): a failure whose message has no words is shown to nobody.
    if (const auto body = to.child({xml::stanza_ns, "body"})) tag = std::move(tag).with(*body);
    return Message(std::move(tag).with(error.to_element(to.language())), to.to(), to.from());
}

Presence error_reply(const Presence& to, const StanzaError& error) {
    return Presence(answer_tag(to, "error").with(error.to_element(to.language())), to.to(), to.from(), Presence::error);
}

Iq error_reply(const Iq& to, const StanzaError& error) {
    return Iq(answer_tag(to, "error").with(error.to_element(to.language())), to.to(), to.from(), Iq::error);
}

Iq result_reply(const Iq& to, const std::optional<xml::Element>& payload) {
    return Iq(to.to(), to.from(), Iq::result, to.id(), payload);
}

Iq IqReply::answer(const Iq& request) const {
    if (const auto* error = std::get_if<StanzaError>(&content_)) {
        const Iq reply = error_reply(request, *error);
        if (!beside_) return reply;
        constexpr xml::Name name{xml::stanza_ns, "error"};
        const auto element = reply.element().without(name).with(*beside_).with(*reply.element().child(name));
        return Iq(element, reply.from(), reply.to(), Iq::error);
    }
    return result_reply(request, std::get<std::optional<xml::Element>>(content_));
}

}  // namespace xmpp
