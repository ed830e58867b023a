// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/chats.h"

#include "purple-plugin/stanzas.h"

#include <cstring>

namespace purple_plugin {

GHashTable* chat_defaults(PurpleConnection* connection, const char* room, const Context& context) {
    GHashTable* defaults = context.protocol().chat_info_defaults(connection, room);
    // Before discovery has ended prpl-jabber knows no server of rooms; a named room brings its own.
    if (room == nullptr)
        g_hash_table_replace(defaults, const_cast<char*>("server"), g_strdup(context.organisation.rooms.c_str()));
    return defaults;
}

bool ends_with_server(const xmlnode* stanza) {
    if (stanza == nullptr || std::strcmp(stanza->name, "presence") != 0) return false;
    const xmlnode* x = xmlnode_get_child_with_namespace(stanza, "x", "http://jabber.org/protocol/muc#user");
    if (x == nullptr) return false;
    for (xmlnode* status = xmlnode_get_child(x, "status"); status != nullptr; status = xmlnode_get_next_twin(status))
        if (attribute(status, "code") == "332") return true;
    return false;
}

} // namespace purple_plugin
