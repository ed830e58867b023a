// SPDX-License-Identifier: MIT
// XEP-0424 4: what is left in an archive of a message that was taken back.
#pragma once
#include "xmpp/datetime.h"
#include "xmpp/stanza.h"

#include <optional>
#include <string>
#include <string_view>

namespace xmpp {

namespace ns {
inline constexpr std::string_view retraction = "urn:xmpp:message-retract:1";
inline constexpr std::string_view tombstones = "urn:xmpp:message-retract:1#tombstone";
}  // namespace ns

inline constexpr xml::Name retract_name = {ns::retraction, "retract"};

// <retracted/> by the retraction of that id, at that time.
xml::Element retracted(std::string_view id, Time time);
// `message` with its addresses and ids and <retracted/> instead of its content, serialised; nothing when it is a tombstone already.
std::optional<std::string> tombstone_of(const Message& message, const xml::Element& retracted);

}  // namespace xmpp
