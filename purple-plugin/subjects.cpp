// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/subjects.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/stanzas.h"

#include <conversation.h>
#include <signals.h>

namespace purple_plugin {
namespace {

bool has_topic(PurpleConnection* connection, const std::string& room) {
    auto* conversation = purple_find_conversation_with_account(PURPLE_CONV_TYPE_CHAT, room.c_str(),
                                                               purple_connection_get_account(connection));
    const char* topic = conversation != nullptr ? purple_conv_chat_get_topic(PURPLE_CONV_CHAT(conversation)) : nullptr;
    return topic != nullptr && *topic != '\0';
}

gboolean on_message(PurpleConnection* connection, const char* type, const char*, const char* from, const char*,
                    xmlnode* message, void*) {
    guarded([=] {
        if (g_strcmp0(type, "groupchat") != 0 || from == nullptr) return;
        xmlnode* subject = xmlnode_get_child(message, "subject");
        if (subject == nullptr || !text_in(message, "subject").empty() || has_topic(connection, bare(from))) return;
        xmlnode_free(subject);
    });
    return FALSE; // libpurple takes the rest
}

} // namespace

Subjects::Subjects(const Context& context) {
    purple_signal_connect(context.self, "jabber-receiving-message", this, PURPLE_CALLBACK(on_message), nullptr);
}

Subjects::~Subjects() { purple_signals_disconnect_by_handle(this); }

} // namespace purple_plugin
