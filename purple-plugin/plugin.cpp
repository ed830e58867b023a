// SPDX-License-Identifier: GPL-2.0-or-later
// libpurple's tables: the protocol named after the organisation is prpl-jabber's, copied when the plugin is loaded,
// with the functions below in place of its own.
#include "purple-plugin/buddies.h"
#include "purple-plugin/c_boundary.h"
#include "purple-plugin/chats.h"
#include "purple-plugin/features.h"
#include "purple-plugin/identity.h"
#include "purple-plugin/menu.h"
#include "purple-plugin/words.h"

#include <algorithm>
#include <cstring>

#include <accountopt.h>
#include <server.h>

namespace {

using namespace purple_plugin;

const char* list_icon(PurpleAccount*, PurpleBuddy*) {
    return "bioaster"; // names the log folder too: it never changes, whatever the organisation's name
}

void login(PurpleAccount* account) {
    guarded([=] { loaded_features()->login(account); });
}

void register_user(PurpleAccount* account) {
    guarded([=] { loaded_features()->register_user(account); });
}

void close(PurpleConnection* connection) {
    guarded([=] { loaded_features()->close(connection); });
}

const char* normalize(const PurpleAccount* account, const char* who) {
    return guarded(who, [=] { return loaded_features()->normalize(account, who); });
}

void add_buddy(PurpleConnection* connection, PurpleBuddy* buddy, PurpleGroup* group) {
    guarded([=] {
        const auto& context = loaded_features()->context();
        complete_buddy(buddy, context);
        context.protocol().add_buddy(connection, buddy, group);
    });
}

void get_info(PurpleConnection* connection, const char* who) {
    guarded([=] {
        const auto& context = loaded_features()->context();
        context.protocol().get_info(connection, full_name(who, context).c_str());
    });
}

void chat_invite(PurpleConnection* connection, int room, const char* message, const char* who) {
    guarded([=] {
        const auto& context = loaded_features()->context();
        context.protocol().chat_invite(connection, room, message, full_name(who, context).c_str());
    });
}

void join_chat(PurpleConnection* connection, GHashTable* typed) {
    guarded([=] { loaded_features()->context().protocol().join_chat(connection, meant_room(typed).get()); });
}

// How libpurple knows that a chat of the contact list and an open conversation are the same room.
char* get_chat_name(GHashTable* typed) {
    return guarded(static_cast<char*>(nullptr),
                   [=] { return loaded_features()->context().protocol().get_chat_name(meant_room(typed).get()); });
}

// Also for who cannot take one: then the server keeps it, or a sentence says why not.
gboolean can_receive_file(PurpleConnection*, const char*) { return TRUE; }

void send_file(PurpleConnection* connection, const char* who, const char* path) {
    guarded([=] {
        const auto& context = loaded_features()->context();
        const auto address = full_name(who, context);
        auto* uploads = loaded_features()->uploads();
        if (uploads->needed_for(connection, address)) return uploads->offer(connection, address, path);
        context.protocol().send_file(connection, address.c_str(), path);
    });
}

gboolean chat_can_receive_file(PurpleConnection*, int) { return TRUE; }

void chat_send_file(PurpleConnection* connection, int room, const char* path) {
    guarded([=] {
        const auto* conversation = purple_find_chat(connection, room);
        if (conversation == nullptr) return;
        loaded_features()->uploads()->offer(connection, purple_conversation_get_name(conversation), path);
    });
}

GHashTable* chat_info_defaults(PurpleConnection* connection, const char* room) {
    const auto& context = loaded_features()->context();
    return guarded(static_cast<GHashTable*>(nullptr), [&] { return chat_defaults(connection, room, context); });
}

PurpleRoomlist* roomlist_get_list(PurpleConnection* connection) {
    return guarded(static_cast<PurpleRoomlist*>(nullptr),
                   [=] { return loaded_features()->room_list().get(connection); });
}

void roomlist_cancel(PurpleRoomlist* list) {
    guarded([=] { loaded_features()->room_list().cancel(list); });
}

// Called after half a minute without a byte.
void keepalive(PurpleConnection* connection) {
    guarded([=] { loaded_features()->watch()->ask(connection); });
}

GList* actions(PurplePlugin* plugin, void* connection) {
    return guarded(static_cast<GList*>(nullptr), [=] { return menu_of(plugin, connection); });
}

// The grey hint in the name's field.
GHashTable* account_text_table(PurpleAccount*) {
    GHashTable* table = g_hash_table_new_full(g_str_hash, g_str_equal, nullptr, g_free);
    guarded([=] {
        const auto& hint = loaded_features()->context().organisation.account_name;
        g_hash_table_insert(table, const_cast<char*>("login_label"), g_strdup(hint.c_str()));
    });
    return table;
}

PurplePluginProtocolInfo protocol;
PurplePluginInfo information;

void take_over_protocol(const PurplePlugin* xmpp) {
    const auto* theirs = static_cast<PurplePluginProtocolInfo*>(xmpp->info->extra_info);
    protocol = PurplePluginProtocolInfo{};
    std::memcpy(static_cast<void*>(&protocol), theirs, std::min<std::size_t>(theirs->struct_size, sizeof protocol));
    protocol.struct_size = sizeof protocol;
    protocol.options = static_cast<PurpleProtocolOptions>(
        theirs->options & ~static_cast<unsigned>(OPT_PROTO_MAIL_CHECK | OPT_PROTO_PASSWORD_OPTIONAL));
    protocol.user_splits = nullptr;      // a name and a password, nothing else; sharing their
    protocol.protocol_options = nullptr; // lists would free them twice
    protocol.list_icon = list_icon;
    protocol.login = login;
    protocol.register_user = register_user;
    protocol.close = close;
    protocol.normalize = normalize;
    protocol.add_buddy = add_buddy;
    protocol.add_buddies = nullptr; // then each goes through add_buddy
    protocol.add_buddy_with_invite = nullptr;
    protocol.add_buddies_with_invite = nullptr;
    protocol.get_info = get_info;
    protocol.join_chat = join_chat;
    protocol.get_chat_name = get_chat_name;
    protocol.chat_invite = chat_invite;
    protocol.chat_info_defaults = chat_info_defaults;
    protocol.can_receive_file = can_receive_file;
    protocol.send_file = send_file;
    protocol.chat_can_receive_file = chat_can_receive_file;
    protocol.chat_send_file = chat_send_file;
    protocol.keepalive = keepalive;
    protocol.roomlist_get_list = roomlist_get_list;
    protocol.roomlist_cancel = roomlist_cancel;
    protocol.get_account_text_table = account_text_table;
    information.actions = actions;
}

gboolean load(PurplePlugin* self) {
    return guarded(FALSE, [self]() -> gboolean {
        // purple_find_prpl knows nothing yet when our file is found before prpl-jabber's.
        PurplePlugin* xmpp = purple_plugins_find_with_id(xmpp_protocol_id);
        if (xmpp == nullptr) return FALSE;
        take_over_protocol(xmpp);
        if (purple_accounts_get_all() == nullptr) finish_change_of_identity();
        // A mistake in the file is told at login, when there is a window to show it in.
        self->extra = new Features(self, xmpp, read_organisation(*self).value_or({}));
        return TRUE;
    });
}

void disconnect_all() {
    GList* accounts = g_list_copy(purple_accounts_get_all());
    for (GList* item = accounts; item != nullptr; item = item->next) {
        auto* account = static_cast<PurpleAccount*>(item->data);
        if (is_ours(account) && purple_account_get_connection(account) != nullptr) purple_account_disconnect(account);
    }
    g_list_free(accounts);
}

gboolean unload(PurplePlugin* self) {
    guarded([self] {
        disconnect_all();
        delete static_cast<Features*>(self->extra);
        self->extra = nullptr;
    });
    return TRUE;
}

void destroy(PurplePlugin*) {
    g_free(information.name);
    g_free(information.summary);
    information.name = information.summary = nullptr;
}

void fill_tables(const PurplePlugin& self) {
    protocol.list_icon = list_icon; // looked at before load, as are login and close
    protocol.login = login;
    protocol.close = close;
    protocol.struct_size = sizeof protocol;

    const auto organisation = read_organisation(self).value_or({});
    information.magic = PURPLE_PLUGIN_MAGIC;
    information.major_version = 2;
    information.minor_version = 10; // of 2.x, the oldest that may load us
    information.type = PURPLE_PLUGIN_PROTOCOL;
    information.priority = PURPLE_PRIORITY_DEFAULT;
    information.dependencies = g_list_append(nullptr, const_cast<char*>(xmpp_protocol_id));
    information.id = const_cast<char*>(protocol_id);
    information.name = g_strdup(organisation.name.c_str());
    information.version = const_cast<char*>(BIOASTER_VERSION);
    information.summary = g_strdup(say(Word::summary).c_str());
    information.description = information.summary;
    information.load = load;
    information.unload = unload;
    information.destroy = destroy;
    information.extra_info = &protocol;
}

} // namespace

extern "C" G_MODULE_EXPORT gboolean purple_init_plugin(PurplePlugin* plugin) {
    guarded([plugin] { fill_tables(*plugin); });
    plugin->info = &information;
    return purple_plugin_register(plugin);
}
