// SPDX-License-Identifier: MIT
// XEP-0115 Entity Capabilities 1.6.0: the verification string of what an entity says of itself.
#pragma once
#include "xml/element.h"

#include <optional>
#include <string>

namespace xmpp {

// The value of 'ver' under hash='sha-1' that belongs to a disco#info <query/> (XEP-0115 5.1), ours or somebody's
// answer; its node does not count. Nothing for what XEP-0115 5.4 calls ill-formed: an identity, a feature or a
// FORM_TYPE that is there twice, a FORM_TYPE of several values.
std::optional<std::string> caps_version(const xml::Element& info);

}  // namespace xmpp
