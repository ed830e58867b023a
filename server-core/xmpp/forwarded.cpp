// SPDX-License-Identifier: MIT
#include "xmpp/forwarded.h"

namespace xmpp {

xml::Element forwarded(const std::optional<Message>& message, std::optional<Time> stamp) {
    xml::Element element({"urn:xmpp:forward:0", "forwarded"});
    if (stamp) element = std::move(element).with(delay({}, *stamp));
    return message ? std::move(element).with(message->element()) : element;
}

}  // namespace xmpp
