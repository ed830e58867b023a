// SPDX-License-Identifier: MIT
#include "xmpp/retraction.h"

#include "xml/writer.h"

#include <utility>

namespace xmpp {

xml::Element retracted(std::string_view id, Time time) {
    return xml::Element({ns::retraction, "retracted"}).with_attribute("id", id).with_attribute("stamp", format_datetime(time));
}

std::optional<std::string> tombstone_of(const Message& message, const xml::Element& retracted) {
    if (message.has_child(retracted.name())) return std::nullopt;
    auto left = message.element().without_content();
    for (const xml::Element child : message.element().children())
        if (child.is({"urn:xmpp:occupant-id:0", "occupant-id"}) || child.is({"urn:xmpp:sid:0", "stanza-id"})) left = std::move(left).with(child);
    return xml::to_string(left.with(retracted));
}

}  // namespace xmpp
