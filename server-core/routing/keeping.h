// SPDX-License-Identifier: MIT
// Which messages are kept: in the account's log until a client has them (XEP-0160), and in its archive (XEP-0313 6.1).
#pragma once
#include "xmpp/stanza.h"

namespace routing {

// Whether a message waits for a client that is not there: chat and normal ones with more than a chat state, and what asks
// to be stored; not group chat, errors, what XEP-0334 marks no-store, nor copies and archive results.
bool is_logged(const xmpp::Message& message);

// Whether it belongs into an archive as well: what people said, and what changes, acknowledges or encrypts it (XEP-0184,
// 0308, 0333, 0424, 0444), invitations, calls; unless it is marked no-permanent-store.
bool is_worth_archiving(const xmpp::Message& message);

// The same of what was said in a room, whose archive is the room's own; a change of its subject is not asked about here.
bool is_worth_archiving_in_room(const xmpp::Message& message);

}  // namespace routing
