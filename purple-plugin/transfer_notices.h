// SPDX-License-Identifier: GPL-2.0-or-later
// What is said of a file in the conversation that it belongs to. libpurple says of each transfer that ends early that
// somebody cancelled it, in the conversation and in a window, which is seldom true.
#pragma once
#include "purple-plugin/context.h"

#include <string>

#include <conversation.h>
#include <notify.h>

namespace purple_plugin {

class TransferNotices {
public:
    // Stands between libpurple and the client's windows; these exist from then on only.
    TransferNotices();
    ~TransferNotices();
    TransferNotices(const TransferNotices&) = delete;
    TransferNotices& operator=(const TransferNotices&) = delete;

    // Shows `sentence` in the room or in the conversation with `who`.
    void say(PurpleConnection* connection, const std::string& who, const std::string& sentence);

    // What libpurple says of it is not shown until the next turn of the loop.
    void hush(PurpleConnection* connection, const std::string& who);

    // The one in place of the other.
    void say_instead(PurpleConnection* connection, const std::string& who, const std::string& sentence);

    // Whether libpurple's line in `conversation`, or its window, is not to be shown.
    bool is_replaced(PurpleConversation* conversation) const;
    void* notify(PurpleNotifyMsgType type, const char* title, const char* primary, const char* secondary) const;

private:
    static gboolean speak_again(void* notices);

    PurpleNotifyUiOps* windows_;
    void* (*notify_)(PurpleNotifyMsgType, const char*, const char*, const char*) = nullptr;
    PurpleAccount* quiet_ = nullptr; // until the next turn of the loop, in its conversation with that one
    std::string quiet_with_;
    guint timer_ = 0;
};

} // namespace purple_plugin
