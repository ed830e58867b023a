// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/transfer_notices.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/features.h"
#include "purple-plugin/showing.h"
#include "purple-plugin/stanzas.h"

#include <utility>

#include <eventloop.h>
#include <signals.h>

namespace purple_plugin {
namespace {

gboolean on_writing(PurpleAccount*, const char*, char**, PurpleConversation* conversation, PurpleMessageFlags flags,
                    void* notices) {
    return guarded(FALSE, [=]() -> gboolean {
        const bool is_nobodys = (flags & (PURPLE_MESSAGE_SYSTEM | PURPLE_MESSAGE_ERROR)) != 0;
        return is_nobodys && static_cast<TransferNotices*>(notices)->is_replaced(conversation) ? TRUE : FALSE;
    });
}

void* notify_unless_replaced(PurpleNotifyMsgType type, const char* title, const char* primary, const char* secondary) {
    return guarded(static_cast<void*>(nullptr), [=] {
        return loaded_features()->transfer_notices()->notify(type, title, primary, secondary);
    });
}

} // namespace

TransferNotices::TransferNotices() : windows_(purple_notify_get_ui_ops()) {
    for (const char* signal : {"writing-im-msg", "writing-chat-msg"})
        purple_signal_connect(purple_conversations_get_handle(), signal, this, PURPLE_CALLBACK(on_writing), this);
    if (windows_ == nullptr || windows_->notify_message == nullptr) return;
    notify_ = windows_->notify_message;
    windows_->notify_message = notify_unless_replaced;
}

TransferNotices::~TransferNotices() {
    purple_signals_disconnect_by_handle(this);
    if (timer_ != 0) purple_timeout_remove(timer_);
    if (notify_ != nullptr && windows_->notify_message == notify_unless_replaced) windows_->notify_message = notify_;
}

void TransferNotices::say(PurpleConnection* connection, const std::string& who, const std::string& sentence) {
    auto* account = purple_connection_get_account(connection);
    auto* room = purple_find_conversation_with_account(PURPLE_CONV_TYPE_CHAT, who.c_str(), account);
    const auto quiet = std::exchange(quiet_, nullptr);
    show_notice(room != nullptr ? room : conversation_with(connection, correspondent(connection, who)), sentence);
    quiet_ = quiet;
}

// The conversation may not be there yet.
bool TransferNotices::is_replaced(PurpleConversation* conversation) const {
    return quiet_ != nullptr && conversation == purple_find_conversation_with_account(
                                                    PURPLE_CONV_TYPE_ANY, quiet_with_.c_str(), quiet_);
}

void TransferNotices::hush(PurpleConnection* connection, const std::string& who) {
    quiet_ = purple_connection_get_account(connection);
    quiet_with_ = correspondent(connection, who);
    if (timer_ == 0) timer_ = purple_timeout_add(0, speak_again, this);
}

void TransferNotices::say_instead(PurpleConnection* connection, const std::string& who, const std::string& sentence) {
    say(connection, who, sentence);
    hush(connection, who);
}

void* TransferNotices::notify(PurpleNotifyMsgType type, const char* title, const char* primary,
                              const char* secondary) const {
    if (quiet_ != nullptr && type == PURPLE_NOTIFY_MSG_ERROR) return nullptr;
    return notify_(type, title, primary, secondary);
}

gboolean TransferNotices::speak_again(void* data) {
    guarded([data] {
        auto& notices = *static_cast<TransferNotices*>(data);
        notices.timer_ = 0;
        notices.quiet_ = nullptr;
    });
    return FALSE;
}

} // namespace purple_plugin
