// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/commands.h"

#include "purple-plugin/buddies.h"
#include "purple-plugin/c_boundary.h"
#include "purple-plugin/chats.h"
#include "purple-plugin/disguise.h"
#include "purple-plugin/purple_handles.h"
#include "purple-plugin/words.h"

#include <conversation.h>
#include <server.h>

#include <algorithm>
#include <cstring>

namespace purple_plugin {
namespace {

constexpr int in_rooms = PURPLE_CMD_FLAG_CHAT;
constexpr int anywhere = PURPLE_CMD_FLAG_CHAT | PURPLE_CMD_FLAG_IM;

struct Command {
    const char* name;
    Word help;
    int where;
};
constexpr Command commands[] = {
    {"affiliate", Word::help_affiliate, in_rooms}, {"ban", Word::help_ban, in_rooms},
    {"buzz", Word::help_buzz, anywhere},           {"config", Word::help_config, in_rooms},
    {"configure", Word::help_config, in_rooms},    {"invite", Word::help_invite, in_rooms},
    {"join", Word::help_join, anywhere},           {"kick", Word::help_kick, in_rooms},
    {"mood", Word::help_mood, anywhere},           {"msg", Word::help_msg, in_rooms},
    {"nick", Word::help_nick, in_rooms},           {"part", Word::help_part, in_rooms},
    {"ping", Word::help_ping, anywhere},           {"register", Word::help_register, in_rooms},
    {"role", Word::help_role, in_rooms},           {"topic", Word::help_topic, in_rooms},
};

// prpl-jabber enters rooms from rooms only; who talks to one person wants to as well.
bool join(PurpleConnection* connection, const std::string& words, const Context& context) {
    const auto space = words.find(' ');
    const std::string room = words.substr(0, space);
    const auto at = room.find('@');
    if (connection == nullptr || room.empty() || at == 0) return false;
    GHashTable* where = chat_defaults(connection, nullptr, context);
    const auto put = [where](const char* key, const std::string& value) {
        g_hash_table_replace(where, const_cast<char*>(key), g_strdup(value.c_str()));
    };
    put("room", room.substr(0, at));
    if (at != std::string::npos) put("server", room.substr(at + 1));
    if (space != std::string::npos) put("password", words.substr(space + 1));
    serv_join_chat(connection, where);
    g_hash_table_destroy(where);
    return true;
}

// Who is asked into a room may be named as everywhere: prpl-jabber takes a name without a domain for a server.
std::string with_full_name(const std::string& words, const Context& context) {
    const auto space = std::min(words.find(' '), words.size());
    return full_name(words.substr(0, space).c_str(), context) + words.substr(space);
}

PurpleCmdRet run_command(PurpleConversation* conversation, const gchar* name, gchar** arguments, gchar** error,
                         void* context) {
    return guarded(PURPLE_CMD_RET_FAILED, [=] {
        const auto& ours = *static_cast<const Context*>(context);
        std::string words = arguments != nullptr && arguments[0] != nullptr ? arguments[0] : "";
        const bool is_talk = purple_conversation_get_type(conversation) == PURPLE_CONV_TYPE_IM;
        if (is_talk && std::strcmp(name, "join") == 0 && join(purple_conversation_get_gc(conversation), words, ours))
            return PURPLE_CMD_RET_OK;
        if (std::strcmp(name, "invite") == 0) words = with_full_name(words, ours);
        std::string line = name;
        if (!words.empty()) line += ' ' + words;
        const Text markup(g_markup_escape_text(line.c_str(), -1));
        const Disguise disguise(purple_conversation_get_account(conversation));
        const auto status = purple_cmd_do_command(conversation, line.c_str(), markup.get(), error);
        if (status == PURPLE_CMD_STATUS_OK) return PURPLE_CMD_RET_OK;
        if (error != nullptr && *error == nullptr) *error = g_strdup(say(Word::command_failed, {name}).c_str());
        return PURPLE_CMD_RET_FAILED;
    });
}

} // namespace

Commands::Commands(const Context& context) {
    for (const auto& [name, help, where] : commands) {
        help_.push_back(say(help));
        const int flags = where | PURPLE_CMD_FLAG_PRPL_ONLY | PURPLE_CMD_FLAG_ALLOW_WRONG_ARGS;
        ids_.push_back(purple_cmd_register(name, "s", PURPLE_CMD_P_PRPL, static_cast<PurpleCmdFlag>(flags), protocol_id,
                                           run_command, help_.back().c_str(), const_cast<Context*>(&context)));
    }
}

Commands::~Commands() {
    for (const auto id : ids_) purple_cmd_unregister(id);
}

} // namespace purple_plugin
