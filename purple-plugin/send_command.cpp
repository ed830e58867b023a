// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/send_command.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/purple_handles.h"
#include "purple-plugin/words.h"

#include <cstdio>
#include <optional>

#include <glib/gstdio.h>

#include <conversation.h>
#include <server.h>

namespace purple_plugin {
namespace {

// Wrong arguments are ours to explain.
constexpr int flags = PURPLE_CMD_FLAG_IM | PURPLE_CMD_FLAG_CHAT | PURPLE_CMD_FLAG_PRPL_ONLY | PURPLE_CMD_FLAG_ALLOW_WRONG_ARGS;

bool exists(const std::string& path, GFileTest what) { return g_file_test(path.c_str(), what) != FALSE; }

std::string trimmed(const std::string& text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == text.npos) return {};
    const auto end = text.find_last_not_of(" \t");
    const bool is_quoted = end > begin && text[begin] == text[end] && (text[begin] == '"' || text[begin] == '\'');
    return is_quoted ? text.substr(begin + 1, end - begin - 1) : text.substr(begin, end - begin + 1);
}

// By the environment: before 2.36 GLib did not look there.
std::string below_home(const std::string& path) {
    const char* home = g_getenv("HOME");
    if (home == nullptr) home = g_getenv("USERPROFILE"); // Windows
    return home != nullptr ? Text(g_build_filename(home, path.c_str(), nullptr)).get() : path;
}

// Why a file cannot be sent; nothing when it can.
std::optional<Word> trouble_with(const std::string& path) {
    if (!exists(path, G_FILE_TEST_EXISTS)) return Word::send_missing;
    if (!exists(path, G_FILE_TEST_IS_REGULAR)) return Word::send_no_file;
    std::FILE* file = g_fopen(path.c_str(), "rb");
    if (file == nullptr) return Word::send_unreadable;
    const bool is_empty = std::fgetc(file) == EOF;
    std::fclose(file);
    return is_empty ? std::optional(Word::send_empty) : std::nullopt;
}

std::optional<std::string> send(PurpleConversation* conversation, const std::string& typed) {
    auto* connection = purple_conversation_get_gc(conversation);
    if (connection == nullptr) return say(Word::send_offline);
    const auto path = path_meant(typed);
    if (path.empty()) return say(Word::send_what);
    if (const auto trouble = trouble_with(path)) return say(*trouble, {path});
    if (purple_conversation_get_type(conversation) == PURPLE_CONV_TYPE_CHAT)
        serv_chat_send_file(connection, purple_conv_chat_get_id(PURPLE_CONV_CHAT(conversation)), path.c_str());
    else
        serv_send_file(connection, purple_conversation_get_name(conversation), path.c_str());
    return std::nullopt;
}

PurpleCmdRet on_command(PurpleConversation* conversation, const gchar*, gchar** arguments, gchar** error, void*) {
    return guarded(PURPLE_CMD_RET_FAILED, [=] {
        const auto trouble = send(conversation, arguments != nullptr && arguments[0] != nullptr ? arguments[0] : "");
        if (!trouble) return PURPLE_CMD_RET_OK;
        const Text markup(g_markup_escape_text(trouble->c_str(), -1));
        *error = g_strdup(markup.get());
        return PURPLE_CMD_RET_FAILED;
    });
}

} // namespace

SendCommand::SendCommand() : help_(say(Word::help_send)) {
    for (const char* name : {"send", "envoyer"})
        commands_.push_back(purple_cmd_register(name, "s", PURPLE_CMD_P_PRPL, static_cast<PurpleCmdFlag>(flags),
                                                protocol_id, on_command, help_.c_str(), nullptr));
}

SendCommand::~SendCommand() {
    for (const auto command : commands_) purple_cmd_unregister(command);
}

std::string path_meant(const std::string& typed) {
    const auto path = trimmed(typed);
    if (path.compare(0, 5, "file:") == 0) {
        const Text name(g_filename_from_uri(path.c_str(), nullptr, nullptr));
        return name != nullptr ? name.get() : path;
    }
    if (path == "~" || path.compare(0, 2, "~/") == 0) return below_home(path.substr(1));
    if (path.empty() || g_path_is_absolute(path.c_str()) != FALSE || exists(path, G_FILE_TEST_EXISTS)) return path;
    const auto at_home = below_home(path);
    return exists(at_home, G_FILE_TEST_EXISTS) ? at_home : path;
}

} // namespace purple_plugin
