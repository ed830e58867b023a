// SPDX-License-Identifier: MIT
#include "routing/keeping.h"

#include <algorithm>
#include <array>

namespace routing {
namespace {

using xmpp::Message;

constexpr std::string_view hints = "urn:xmpp:hints";
constexpr std::string_view chat_states = "http://jabber.org/protocol/chatstates";

// Payloads that alone make a message worth keeping, by namespace, or by the beginning of it where its version moves on.
constexpr std::array<std::string_view, 14> lasting = {
    "urn:xmpp:receipts", "urn:xmpp:message-correct:", "urn:xmpp:message-retract:", "urn:xmpp:fasten:", "urn:xmpp:reactions:",
    "urn:xmpp:jingle-message:", "urn:xmpp:omemo:", "eu.siacs.conversations.axolotl", "jabber:x:encrypted", "urn:xmpp:openpgp:",
    "urn:xmpp:sce:", "jabber:x:conference", "urn:xmpp:call-invites:", "http://jabber.org/protocol/xhtml-im"};

bool is_kind_kept(const Message& message) {
    if (message.type() == Message::groupchat || message.type() == Message::error) return false;
    if (message.has_child({hints, "no-store"})) return false;
    return message.type() != Message::headline || message.has_child({hints, "store"});
}

bool is_lasting(const xml::Element& child) {
    const xml::Name name = child.name();
    if (name.ns == "urn:xmpp:chat-markers:0") return name.local != "markable";
    if (child.is({"http://jabber.org/protocol/muc#user", "x"})) return child.has_child({name.ns, "invite"});
    return std::ranges::any_of(lasting, [&](std::string_view known) {
        return known.ends_with(':') ? name.ns.starts_with(known) : name.ns == known;
    });
}

bool has_lasting(const Message& message) {
    if (message.has_body() || message.has_child({hints, "store"})) return true;
    const auto children = message.element().children();
    return std::any_of(children.begin(), children.end(), is_lasting);
}

bool is_passing(const xml::Element& child) {
    return child.name().ns == chat_states || child.is({xml::stanza_ns, "thread"}) || child.is({"urn:xmpp:mam:2", "result"}) ||
           child.name().ns == hints;
}

}  // namespace

bool is_logged(const Message& message) {
    if (!is_kind_kept(message)) return false;
    if (message.has_child({hints, "store"})) return true;
    const auto children = message.element().children();
    return std::any_of(children.begin(), children.end(), [](const xml::Element& child) { return !is_passing(child); });
}

bool is_worth_archiving(const Message& message) {
    if (!is_kind_kept(message) || message.has_child({hints, "no-permanent-store"})) return false;
    return message.has_child({xml::stanza_ns, "subject"}) || has_lasting(message);
}

bool is_worth_archiving_in_room(const Message& message) {
    if (message.has_child({hints, "no-store"}) || message.has_child({hints, "no-permanent-store"})) return false;
    return has_lasting(message);
}

}  // namespace routing
