// SPDX-License-Identifier: MIT
#include "routing/stanza_ids.h"

#include <algorithm>

namespace routing {
namespace {

using xmpp::Message;

constexpr xml::Name stanza_id_name{"urn:xmpp:sid:0", "stanza-id"};

// Whether somebody else wrote an id in our name, whatever way he spells it.
bool is_forged(const xml::Element& child, const xmpp::Jid& by) {
    if (!child.is(stanza_id_name)) return false;
    const auto other = xmpp::parse_jid(child.attribute("by").value_or(""));
    return !other || *other == by;
}

}  // namespace

Message without_forged_ids(const Message& message, const xmpp::Jid& by) {
    const auto children = message.element().children();
    if (std::none_of(children.begin(), children.end(), [&](const xml::Element& child) { return is_forged(child, by); }))
        return message;
    xml::Element element = message.element().without(stanza_id_name);
    for (const xml::Element child : children)
        if (child.is(stanza_id_name) && !is_forged(child, by)) element = element.with(child);
    return Message(std::move(element), message.from(), message.to());
}

Message with_stanza_id(const Message& message, const xmpp::Jid& by, std::uint64_t id) {
    return message.with(xml::Element(stanza_id_name)
                            .with_attribute("id", std::to_string(id))
                            .with_attribute("by", by.text()));
}

}  // namespace routing
