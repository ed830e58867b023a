// SPDX-License-Identifier: MIT
#include "files.h"

#include "events.h"

#include <conversation.h>
#include <ft.h>
#include <server.h>

namespace headless {
namespace {

Failure send_file(const Words& words) {
    serv_send_file(connection(), words[1].c_str(), words[2].c_str());
    return std::nullopt;
}

Failure send_file_to_room(const Words& words) {
    PurpleConversation* room =
        purple_find_conversation_with_account(PURPLE_CONV_TYPE_CHAT, words[1].c_str(), our_account());
    if (room == nullptr) return "not in that room";
    serv_chat_send_file(connection(), purple_conv_chat_get_id(PURPLE_CONV_CHAT(room)), words[2].c_str());
    return std::nullopt;
}

// As the user who closes the window of his transfers.
Failure cancel_files(const Words&) {
    GList* transfers = g_list_copy(purple_xfers_get_all());
    for (GList* item = transfers; item != nullptr; item = item->next)
        purple_xfer_cancel_local(static_cast<PurpleXfer*>(item->data));
    g_list_free(transfers);
    return std::nullopt;
}

Failure downloads(const Words& words) {
    set_downloads(words[1]);
    return std::nullopt;
}

const Commands commands{
    {"send-file", {2, send_file}},
    {"send-file-to-room", {2, send_file_to_room}},
    {"cancel-files", {0, cancel_files}},
    {"downloads", {1, downloads}},
};

} // namespace

const Commands& file_commands() { return commands; }

} // namespace headless
