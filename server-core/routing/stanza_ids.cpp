// SPDX-License-Identifier: MIT
#include "routing/stanza_ids.h"

#include <algorithm>

namespace routing {
namespace {

using xmpp::Message;

constexpr xml::Name stanza_id_name{"urn:xmpp:sid:0", "stanza-id"};

constexpr xml::Name delay_name{"urn:xmpp:delay", "delay"};

// Whether somebody else wrote this in the name of `by`, whatever way he spells it.
bool names(const xml::Element& child, std::string_view attribute, const xmpp::Jid& by) {
    const auto other = xmpp::parse_jid(child.attribute(attribute).value_or(""));
    return other && *other == by;
}

template <class Forged>
Message without_forged(const Message& message, xml::Name name, Forged is_forged) {
    const auto children = message.element().children();
    const auto is_to_go = [&](const xml::Element& child) { return child.is(name) && is_forged(child); };
    if (std::none_of(children.begin(), children.end(), is_to_go)) return message;
    xml::Element element = message.element().without(name);
    for (const xml::Element child : children)
        if (child.is(name) && !is_forged(child)) element = element.with(child);
    return Message(std::move(element), message.from(), message.to());
}

}  // namespace

Message without_forged_ids(const Message& message, const xmpp::Jid& by) {
    return without_forged(message, stanza_id_name, [&by](const xml::Element& child) {
        return !xmpp::parse_jid(child.attribute("by").value_or("")) || names(child, "by", by);
    });
}

Message without_forged_delay(const Message& message, const xmpp::Jid& server) {
    return without_forged(message, delay_name, [&server](const xml::Element& child) { return names(child, "from", server); });
}

Message with_stanza_id(const Message& message, const xmpp::Jid& by, std::uint64_t id) {
    return message.with(xml::Element(stanza_id_name)
                            .with_attribute("id", std::to_string(id))
                            .with_attribute("by", by.text()));
}

}  // namespace routing
