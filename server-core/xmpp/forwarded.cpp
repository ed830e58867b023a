// SPDX-License-Identifier: MIT
#include "xmpp/forwarded.h"

namespace xmpp {

xml::Element forwarded(const Message& message, std::optional<Time> stamp) {
    xml::Element element({"urn:xmpp:forward:0", "forwarded"});
    if (stamp) element = std::move(element).with(delay({}, *stamp));
    return std::move(element).with(message.element());
}

}  // namespace xmpp
