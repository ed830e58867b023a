// SPDX-License-Identifier: MIT
// XEP-0297 1.0: a stanza inside another, as carbons and archives send it.
#pragma once
#include "xmpp/datetime.h"
#include "xmpp/stanza.h"

#include <optional>

namespace xmpp {

// <forwarded xmlns='urn:xmpp:forward:0'> with `message`, if there is one, whole and in its own namespace (XEP-0297 3.2),
// and, when given, the time at which it came.
xml::Element forwarded(const std::optional<Message>& message, std::optional<Time> stamp = {});

}  // namespace xmpp
