// SPDX-License-Identifier: MIT
#include "routing/held_back.h"

#include <algorithm>
#include <utility>

namespace routing {
namespace {

constexpr std::string_view chat_states_ns = "http://jabber.org/protocol/chatstates";
constexpr xml::Name event_name{"http://jabber.org/protocol/pubsub#event", "event"};
constexpr xml::Name room_name{"http://jabber.org/protocol/muc#user", "x"};
constexpr std::size_t most_held = 1000;
constexpr std::size_t most_bytes = 256 * 1024;

// Says nothing by itself, beside a chat state.
bool is_trimming(const xml::Element& child) {
    const xml::Name name = child.name();
    return name.local == "thread" || name.ns == "urn:xmpp:hints" || name.ns == "urn:xmpp:sid:0" || name.ns == "urn:xmpp:occupant-id:0";
}

bool is_chat_state(const xml::Element& message) {
    bool found = false;
    for (const xml::Element child : message.children()) {
        if (child.name().ns == chat_states_ns)
            found = true;
        else if (!is_trimming(child))
            return false;
    }
    return found;
}

// In a room: what concerns the client itself (XEP-0045: status 110) is important.
bool is_own_in_room(const xml::Element& presence) {
    const auto room = presence.child(room_name);
    if (!room) return false;
    const auto children = room->children();
    return std::any_of(children.begin(), children.end(), [](const xml::Element& child) { return child.attribute("code") == "110"; });
}

}  // namespace

std::string HeldBack::kind_of(const xmpp::Stanza& stanza, const xmpp::Jid& own) {
    const xml::Element& element = stanza.element();
    const auto type = element.attribute("type");
    const std::string& from = stanza.from().text();
    if (element.is({xml::stanza_ns, "presence"}))
        return (!type || type == "unavailable") && !is_own_in_room(element) ? "presence " + from : std::string();
    if (!element.is({xml::stanza_ns, "message"}) || type == "error") return {};
    if (is_chat_state(element)) return "state " + from;
    const auto event = element.child(event_name);
    const auto items = event ? event->first_child() : std::nullopt;
    if (!items || !stanza.from().has_local() || stanza.from().bare() == own) return {};
    // Each item by itself, published or taken back; what becomes of the whole node is important.
    std::string kind = "event " + from + ' ' + std::string(items->attribute("node").value_or(""));
    if (!items->has_children()) return {};
    for (const xml::Element item : items->children()) kind.append(1, ' ').append(item.attribute("id").value_or(""));
    return kind;
}

void HeldBack::put(const std::string& kind, Outgoing entry, TicketPtr gate) {
    bytes_ += entry.bytes.size();
    if (const auto older = by_kind_.find(kind); older != by_kind_.end()) {
        bytes_ -= older->second->entry.bytes.size();
        held_.erase(older->second);
    }
    by_kind_[kind] = held_.insert(held_.end(), {kind, std::move(entry), std::move(gate)});
}

bool HeldBack::is_full() const { return held_.size() >= most_held || bytes_ >= most_bytes; }

void HeldBack::release(const std::function<void(Outgoing&&, const TicketPtr&)>& to) {
    by_kind_.clear();
    bytes_ = 0;
    for (Held& held : std::exchange(held_, {})) to(std::move(held.entry), held.gate);
}

}  // namespace routing
