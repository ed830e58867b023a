// SPDX-License-Identifier: MIT
// XEP-0359 0.7.0: the id that an account or a room gives each message it keeps.
#pragma once
#include "xmpp/stanza.h"

#include <cstdint>

namespace routing {

// The message without ids that somebody else wrote in the name of `by`, however he spells it; those of others pass (XEP-0359 3).
xmpp::Message without_forged_ids(const xmpp::Message& message, const xmpp::Jid& by);
xmpp::Message with_stanza_id(const xmpp::Message& message, const xmpp::Jid& by, std::uint64_t id);

}  // namespace routing
