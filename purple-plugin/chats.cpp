// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/chats.h"

#include "purple-plugin/names.h"
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

GHashTable* owned_copy(GHashTable* components) {
    GHashTable* owned = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    const auto copy = [](gpointer key, gpointer value, gpointer to) {
        g_hash_table_replace(static_cast<GHashTable*>(to), g_strdup(static_cast<char*>(key)),
                             g_strdup(static_cast<char*>(value)));
    };
    g_hash_table_foreach(components, copy, owned);
    return owned;
}

Components meant_room(GHashTable* typed) {
    Components meant(owned_copy(typed));
    const auto put = [&meant](const char* key, const std::string& value) {
        g_hash_table_replace(meant.get(), g_strdup(key), g_strdup(value.c_str()));
    };
    const auto* field = static_cast<const char*>(g_hash_table_lookup(typed, "room"));
    const std::string room = field != nullptr ? field : "";
    const auto at = room.find('@');
    const auto name = room_name(room.substr(0, at));
    if (name.empty()) return meant; // libpurple says what is wrong
    put("room", name);
    if (at != std::string::npos && at + 1 < room.size()) put("server", room.substr(at + 1));
    return meant;
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
