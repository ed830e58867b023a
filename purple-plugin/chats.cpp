// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/chats.h"

namespace purple_plugin {

GHashTable* chat_defaults(PurpleConnection* connection, const char* room, const Context& context) {
    GHashTable* defaults = context.protocol().chat_info_defaults(connection, room);
    // Before discovery has ended prpl-jabber knows no server of rooms; a named room brings its own.
    if (room == nullptr)
        g_hash_table_replace(defaults, const_cast<char*>("server"), g_strdup(context.organisation.rooms.c_str()));
    return defaults;
}

} // namespace purple_plugin
