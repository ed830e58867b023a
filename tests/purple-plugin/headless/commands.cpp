// SPDX-License-Identifier: MIT
#include "commands.h"

#include "command.h"
#include "events.h"
#include "files.h"
#include "forms.h"
#include "json_line.h"
#include "outside.h"

#include <utility>

#include <account.h>
#include <blist.h>
#include <cmds.h>
#include <conversation.h>
#include <core.h>
#include <plugin.h>
#include <prpl.h>
#include <roomlist.h>
#include <server.h>
#include <signals.h>
#include <xmlnode.h>

namespace headless {

// The first that the protocol named in the command, or the stored one, gives.
PurpleAccount* our_account() {
    GList* accounts = purple_accounts_get_all();
    return accounts != nullptr ? static_cast<PurpleAccount*>(g_list_last(accounts)->data) : nullptr;
}

PurpleConnection* connection() {
    PurpleAccount* account = our_account();
    return account != nullptr ? purple_account_get_connection(account) : nullptr;
}

namespace {

PurpleConversation* conversation(const std::string& name) {
    return purple_find_conversation_with_account(PURPLE_CONV_TYPE_ANY, name.c_str(), our_account());
}

// account PROTOCOL NAME PASSWORD register|login|later|unkept: as the account dialog makes it; "unkept" is "later", with a
// password that is not to be kept.
Failure add_account(const Words& words) {
    PurpleAccount* account = purple_account_new(words[2].c_str(), words[1].c_str());
    purple_account_set_password(account, words[3].c_str());
    purple_account_set_remember_password(account, words[4] != "unkept");
    purple_accounts_add(account);
    if (words[4] == "register")
        purple_account_register(account);
    else if (words[4] == "login")
        purple_account_set_enabled(account, purple_core_get_ui(), TRUE);
    return std::nullopt;
}

// use PROTOCOL: from then on commands mean the account of that protocol.
Failure use(const Words& words) {
    GList* accounts = purple_accounts_get_all();
    for (GList* item = accounts; item != nullptr; item = item->next) {
        auto* account = static_cast<PurpleAccount*>(item->data);
        if (words[1] != purple_account_get_protocol_id(account)) continue;
        purple_accounts_reorder(account, static_cast<gint>(g_list_length(accounts)));
        return std::nullopt;
    }
    return "no account of that protocol";
}

Failure enable(const Words& words) {
    purple_account_set_enabled(our_account(), purple_core_get_ui(), words[1] == "yes");
    return std::nullopt;
}

Failure connect(const Words&) {
    purple_account_connect(our_account());
    return std::nullopt;
}

Failure remove_account(const Words&) {
    purple_accounts_delete(our_account());
    return std::nullopt;
}

// add-buddy NAME ALIAS: as the dialog adds a contact; the alias may be empty.
Failure add_buddy(const Words& words) {
    PurpleBuddy* buddy =
        purple_buddy_new(our_account(), words[1].c_str(), words[2].empty() ? nullptr : words[2].c_str());
    purple_blist_add_buddy(buddy, nullptr, nullptr, nullptr);
    purple_account_add_buddy(our_account(), buddy);
    return std::nullopt;
}

Failure authorise_buddy(const Words& words) {
    if (authorise(words[1])) return std::nullopt;
    return "nobody of that name asked";
}

Failure tell_buddy(const Words& words) {
    PurpleBuddy* buddy = purple_find_buddy(our_account(), words[1].c_str());
    if (buddy == nullptr) return "no such contact";
    JsonLine("buddy").add("name", purple_buddy_get_name(buddy)).add("online", PURPLE_BUDDY_IS_ONLINE(buddy) ? 1L : 0L);
    return std::nullopt;
}

Failure send_message(const Words& words) {
    PurpleConversation* im =
        purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, words[1].c_str(), our_account());
    if (im == nullptr) im = purple_conversation_new(PURPLE_CONV_TYPE_IM, our_account(), words[1].c_str());
    purple_conv_im_send(PURPLE_CONV_IM(im), words[2].c_str());
    return std::nullopt;
}

// join ROOM NICK: ROOM may be short; the server is then what the protocol proposes.
Failure join(const Words& words) {
    const auto* prpl = PURPLE_PLUGIN_PROTOCOL_INFO(purple_connection_get_prpl(connection()));
    GHashTable* where =
        prpl->chat_info_defaults(connection(), words[1].find('@') != std::string::npos ? words[1].c_str() : nullptr);
    if (words[1].find('@') == std::string::npos)
        g_hash_table_replace(where, const_cast<char*>("room"), g_strdup(words[1].c_str()));
    g_hash_table_replace(where, const_cast<char*>("handle"), g_strdup(words[2].c_str()));
    serv_join_chat(connection(), where);
    g_hash_table_destroy(where);
    return std::nullopt;
}

// What 'Join a Chat' proposes.
Failure tell_room_defaults(const Words&) {
    const auto* prpl = PURPLE_PLUGIN_PROTOCOL_INFO(purple_connection_get_prpl(connection()));
    GHashTable* where = prpl->chat_info_defaults(connection(), nullptr);
    JsonLine("room-defaults").add("server", static_cast<const char*>(g_hash_table_lookup(where, "server")));
    g_hash_table_destroy(where);
    return std::nullopt;
}

Failure say(const Words& words) {
    PurpleConversation* room = conversation(words[1]);
    if (room == nullptr) return "not in that room";
    purple_conv_chat_send(PURPLE_CONV_CHAT(room), words[2].c_str());
    return std::nullopt;
}

// add-chat ROOM ALIAS yes|no: as the dialog adds a chat to the contact list, first the chat, then whether to enter it.
Failure add_chat(const Words& words) {
    const auto* prpl = PURPLE_PLUGIN_PROTOCOL_INFO(purple_connection_get_prpl(connection()));
    PurpleChat* chat = purple_chat_new(our_account(), words[2].empty() ? nullptr : words[2].c_str(),
                                       prpl->chat_info_defaults(connection(), words[1].c_str()));
    purple_blist_add_chat(chat, nullptr, nullptr);
    purple_blist_node_set_bool(reinterpret_cast<PurpleBlistNode*>(chat), "gtk-autojoin", words[3] == "yes");
    return std::nullopt;
}

// purple_blist_find_chat finds none while the account is offline.
PurpleChat* find_chat(const std::string& address) {
    for (PurpleBlistNode* node = purple_blist_get_root(); node != nullptr; node = purple_blist_node_next(node, TRUE)) {
        if (purple_blist_node_get_type(node) != PURPLE_BLIST_CHAT_NODE) continue;
        auto* chat = reinterpret_cast<PurpleChat*>(node);
        const auto* room = static_cast<const char*>(g_hash_table_lookup(purple_chat_get_components(chat), "room"));
        if (address.compare(0, address.find('@'), room) == 0) return chat;
    }
    return nullptr;
}

Failure alias_chat(const Words& words) {
    PurpleChat* chat = find_chat(words[1]);
    if (chat == nullptr) return "no such chat";
    purple_blist_alias_chat(chat, words[2].c_str());
    return std::nullopt;
}

Failure remove_chat(const Words& words) {
    PurpleChat* chat = find_chat(words[1]);
    if (chat == nullptr) return "no such chat";
    purple_blist_remove_chat(chat);
    return std::nullopt;
}

// The chats of the contact list, a line each: room, alias, "entered" when at login.
Failure list_chats(const Words&) {
    std::string chats;
    for (PurpleBlistNode* node = purple_blist_get_root(); node != nullptr; node = purple_blist_node_next(node, TRUE)) {
        if (purple_blist_node_get_type(node) != PURPLE_BLIST_CHAT_NODE) continue;
        auto* chat = reinterpret_cast<PurpleChat*>(node);
        const auto* room = static_cast<const char*>(g_hash_table_lookup(purple_chat_get_components(chat), "room"));
        const bool entered = purple_blist_node_get_bool(node, "gtk-autojoin") != FALSE;
        chats += std::string(room) + ' ' + purple_chat_get_name(chat) + (entered ? " entered\n" : "\n");
    }
    JsonLine("chats").add("list", chats);
    return std::nullopt;
}

// slash CONVERSATION LINE: what a user types after '/'.
Failure slash(const Words& words) {
    PurpleConversation* where = conversation(words[1]);
    if (where == nullptr) return "no such conversation";
    gchar* error = nullptr;
    const auto status = purple_cmd_do_command(where, words[2].c_str(), words[2].c_str(), &error);
    JsonLine("command").add("status", static_cast<long>(status)).add("error", error);
    g_free(error);
    return std::nullopt;
}

Failure list_commands(const Words& words) {
    std::string names;
    GList* commands = purple_cmd_list(conversation(words[1]));
    for (GList* item = commands; item != nullptr; item = item->next)
        names += (names.empty() ? "" : " ") + std::string(static_cast<const char*>(item->data));
    g_list_free(commands);
    JsonLine("commands").add("names", names);
    return std::nullopt;
}

// query TO NAMESPACE: an IQ of our own; its answer is told as "answer".
Failure query(const Words& words) {
    xmlnode* iq = xmlnode_new("iq");
    xmlnode_set_attrib(iq, "type", "get");
    xmlnode_set_attrib(iq, "id", query_id);
    xmlnode_set_attrib(iq, "to", words[1].c_str());
    xmlnode_set_namespace(xmlnode_new_child(iq, "query"), words[2].c_str());
    purple_signal_emit(purple_connection_get_prpl(connection()), "jabber-sending-xmlnode", connection(), &iq);
    if (iq != nullptr) xmlnode_free(iq);
    return std::nullopt;
}

Failure answer(const Words& words) {
    if (answer_request(std::atoi(words[1].c_str()))) return std::nullopt;
    return "no such question";
}

// What the account dialog would show of the protocol.
Failure tell_protocol(const Words& words) {
    PurplePlugin* plugin = purple_find_prpl(words[1].c_str());
    if (plugin == nullptr) return "no such protocol";
    const auto* prpl = PURPLE_PLUGIN_PROTOCOL_INFO(plugin);
    JsonLine line("protocol");
    line.add("name", plugin->info->name).add("icon", prpl->list_icon(nullptr, nullptr));
    line.add("splits", static_cast<long>(g_list_length(prpl->user_splits)));
    line.add("options", static_cast<long>(g_list_length(prpl->protocol_options)));
    if (PURPLE_PROTOCOL_PLUGIN_HAS_FUNC(prpl, get_account_text_table)) {
        GHashTable* texts = prpl->get_account_text_table(nullptr);
        line.add("hint", static_cast<const char*>(g_hash_table_lookup(texts, "login_label")));
        g_hash_table_destroy(texts);
    }
    return std::nullopt;
}

Failure tell_account(const Words&) {
    PurpleAccount* account = our_account();
    if (account == nullptr) return "no account";
    JsonLine line("account");
    line.add("name", purple_account_get_username(account));
    line.add("enabled", purple_account_get_enabled(account, purple_core_get_ui()) ? 1L : 0L);
    line.add("online", purple_account_is_connected(account) ? 1L : 0L);
    line.add("shown", connection() != nullptr ? purple_connection_get_display_name(connection()) : nullptr);
    line.add("password", purple_account_get_password(account));
    for (const char* key : {"connect_server", "ft_proxies", "connection_security", "bosh_url"})
        line.add(key, purple_account_get_string(account, key, ""));
    line.add("port", static_cast<long>(purple_account_get_int(account, "port", 0)));
    return std::nullopt;
}

Failure set_string(const Words& words) {
    if (words[1] == "port")
        purple_account_set_int(our_account(), "port", std::atoi(words[2].c_str()));
    else
        purple_account_set_string(our_account(), words[1].c_str(), words[2].c_str());
    return std::nullopt;
}

Failure normal_name(const Words& words) {
    JsonLine("normal").add("name", purple_normalize(our_account(), words[1].c_str()));
    return std::nullopt;
}

Failure unload(const Words& words) {
    PurplePlugin* plugin = purple_plugins_find_with_id(words[1].c_str());
    if (plugin == nullptr || !purple_plugin_unload(plugin)) return "not unloaded";
    return std::nullopt;
}

Failure load(const Words& words) {
    PurplePlugin* plugin = purple_plugins_find_with_id(words[1].c_str());
    if (plugin == nullptr || !purple_plugin_load(plugin)) return "not loaded";
    return std::nullopt;
}

// The entries of the account's menu, by label.
Failure list_menu(const Words&) {
    PurplePlugin* plugin = purple_connection_get_prpl(connection());
    GList* menu = PURPLE_PLUGIN_ACTIONS(plugin, connection());
    std::string labels;
    for (GList* item = menu; item != nullptr; item = item->next) {
        auto* action = static_cast<PurplePluginAction*>(item->data);
        labels += (action != nullptr ? action->label : "---") + std::string("\n");
        if (action != nullptr) purple_plugin_action_free(action);
    }
    g_list_free(menu);
    JsonLine("menu").add("labels", labels);
    return std::nullopt;
}

// menu-entry LABEL: chooses an entry.
Failure choose_entry(const Words& words) {
    PurplePlugin* plugin = purple_connection_get_prpl(connection());
    GList* menu = PURPLE_PLUGIN_ACTIONS(plugin, connection());
    bool was_there = false;
    for (GList* item = menu; item != nullptr; item = item->next) {
        auto* action = static_cast<PurplePluginAction*>(item->data);
        if (action == nullptr) continue;
        action->plugin = plugin;
        action->context = connection();
        if (words[1] == action->label && !std::exchange(was_there, true)) action->callback(action);
        purple_plugin_action_free(action);
    }
    g_list_free(menu);
    if (was_there) return std::nullopt;
    return "no such entry";
}

Failure fill_line(const Words& words) {
    if (fill_in(words[1], words[2])) return std::nullopt;
    return "no such line in a form";
}

Failure submit(const Words&) {
    if (submit_form()) return std::nullopt;
    return "no form is open";
}

Failure list_rooms(const Words&) {
    purple_roomlist_get_list(connection());
    return std::nullopt;
}

const Commands commands{
    {"account", {4, add_account}},
    {"remove-account", {0, remove_account}},
    {"use", {1, use}},
    {"enable", {1, enable}},
    {"connect", {0, connect}},
    {"add-buddy", {2, add_buddy}},
    {"authorise", {1, authorise_buddy}},
    {"buddy", {1, tell_buddy}},
    {"im", {2, send_message}},
    {"join", {2, join}},
    {"say", {2, say}},
    {"add-chat", {3, add_chat}},
    {"alias-chat", {2, alias_chat}},
    {"remove-chat", {1, remove_chat}},
    {"chats", {0, list_chats}},
    {"menu", {0, list_menu}},
    {"menu-entry", {1, choose_entry}},
    {"fill", {2, fill_line}},
    {"submit", {0, submit}},
    {"rooms", {0, list_rooms}},
    {"slash", {2, slash}},
    {"commands", {1, list_commands}},
    {"answer", {1, answer}},
    {"protocol", {1, tell_protocol}},
    {"account-state", {0, tell_account}},
    {"set", {2, set_string}},
    {"normalize", {1, normal_name}},
    {"unload", {1, unload}},
    {"load", {1, load}},
    {"room-defaults", {0, tell_room_defaults}},
    {"query", {2, query}},
};

const Command* find_command(const std::string& name) {
    for (const auto* table : {&commands, &file_commands(), &outside_commands()})
        if (const auto found = table->find(name); found != table->end()) return &found->second;
    return nullptr;
}

Words words_of(const std::string& line) {
    Words words;
    gchar** parts = g_strsplit(line.c_str(), "\t", -1);
    for (gchar** part = parts; *part != nullptr; ++part) {
        gchar* plain = g_strcompress(*part);
        words.emplace_back(plain);
        g_free(plain);
    }
    g_strfreev(parts);
    return words;
}

} // namespace

void run(const std::string& line) {
    const auto words = words_of(line);
    const Command* command = find_command(words.empty() ? "" : words[0]);
    Failure failure = "unknown command";
    if (command != nullptr && words.size() == command->arguments + 1) failure = command->run(words);
    JsonLine result(failure ? "failed" : "done");
    result.add("command", words.empty() ? "" : words[0]);
    if (failure) result.add("reason", *failure);
}

} // namespace headless
