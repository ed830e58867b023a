// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/messages.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/names.h"

#include <conversation.h>
#include <signals.h>

namespace purple_plugin {
namespace {

void on_conversation(PurpleConversation* conversation, void* data) {
    guarded([=] {
        if (purple_conversation_get_type(conversation) != PURPLE_CONV_TYPE_IM) return;
        if (!is_ours(purple_conversation_get_account(conversation))) return;
        const auto& organisation = static_cast<Context*>(data)->organisation;
        const auto address = contact_address(purple_conversation_get_name(conversation), organisation.domain);
        if (address) purple_conversation_set_name(conversation, address->c_str());
    });
}

} // namespace

Messages::Messages(const Context& context) {
    purple_signal_connect(purple_conversations_get_handle(), "conversation-created", this,
                          PURPLE_CALLBACK(on_conversation), const_cast<Context*>(&context));
}

Messages::~Messages() { purple_signals_disconnect_by_handle(this); }

} // namespace purple_plugin
