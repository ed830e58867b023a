// SPDX-License-Identifier: GPL-2.0-or-later
// Rooms are those of the organisation unless another server is typed.
#pragma once
#include "purple-plugin/context.h"
#include "purple-plugin/purple_handles.h"

namespace purple_plugin {

// What 'Join a Chat' proposes; `room` may be null.
GHashTable* chat_defaults(PurpleConnection* connection, const char* room, const Context& context);

// Whether a stanza says that a room goes because its server stops (XEP-0045 11.2). It is there again afterwards, and
// clients enter by themselves only rooms that they were never told to have left.
bool ends_with_server(const xmlnode* stanza);

} // namespace purple_plugin
