// SPDX-License-Identifier: MIT
// XEP-0359 0.7.0: the id that an account or a room gives each message it keeps; and what others may not write in its name,
// or in the server's (XEP-0203 7).
#pragma once
#include "xmpp/stanza.h"

#include <cstdint>

namespace routing {

// The message without ids that somebody else wrote in the name of `by`, however he spells it; those of others pass (XEP-0359 3).
xmpp::Message without_forged_ids(const xmpp::Message& message, const xmpp::Jid& by);
// The message of a client without delays that it tells in the server's name (XEP-0203 7).
xmpp::Message without_forged_delay(const xmpp::Message& message, const xmpp::Jid& server);
xmpp::Message with_stanza_id(const xmpp::Message& message, const xmpp::Jid& by, std::uint64_t id);

}  // namespace routing
