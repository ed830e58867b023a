// SPDX-License-Identifier: GPL-2.0-or-later
// Rooms are those of the organisation unless another server is typed, and are named as people write.
#pragma once
#include "purple-plugin/context.h"
#include "purple-plugin/purple_handles.h"

#include <memory>

namespace purple_plugin {

struct Destroyed {
    void operator()(GHashTable* table) const { g_hash_table_destroy(table); }
};
using Components = std::unique_ptr<GHashTable, Destroyed>; // of a chat: its room, server, handle, password

// What 'Join a Chat' proposes; `room` may be null.
GHashTable* chat_defaults(PurpleConnection* connection, const char* room, const Context& context);

// The room's address that such a form means, in a table of its own: its name is typed as people write, or as a whole
// address.
Components meant_room(GHashTable* typed);

// A table like `components` that owns its keys: some of libpurple's do and some do not.
GHashTable* owned_copy(GHashTable* components);

// Whether a stanza says that a room goes because its server stops (XEP-0045 11.2). It is there again afterwards, and
// clients enter by themselves only rooms that they were never told to have left.
bool ends_with_server(const xmlnode* stanza);

} // namespace purple_plugin
