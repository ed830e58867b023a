// SPDX-License-Identifier: MIT
#include "events.h"

#include "forms.h"
#include "json_line.h"

#include <cstdarg>
#include <map>
#include <utility>
#include <vector>

#include <account.h>
#include <blist.h>
#include <connection.h>
#include <conversation.h>
#include <core.h>
#include <ft.h>
#include <notify.h>
#include <plugin.h>
#include <request.h>
#include <signals.h>
#include <xmlnode.h>

namespace headless {
namespace {

struct Button {
    PurpleRequestActionCb press;
};
struct Request {
    std::vector<Button> buttons;
    void* data;
    void* window;
};
struct Asked {
    PurpleAccountRequestAuthorizationCb authorise;
    void* data;
};
// What libpurple's callbacks leave for the commands; C callbacks bring no object of ours.
struct Open {
    Request request{{}, nullptr, nullptr};
    long windows = 0;
    std::map<std::string, Asked> authorisations;
    std::string downloads;
} open;

// libpurple closes a question by its window, which must not be null.
void* new_window() { return reinterpret_cast<void*>(++open.windows); }

const char* name_of(PurpleAccount* account) { return purple_account_get_username(account); }

void* on_notify(PurpleNotifyMsgType, const char* title, const char* primary, const char* secondary) {
    JsonLine("notify").add("title", title).add("primary", primary).add("secondary", secondary);
    return new_window();
}

// Told because libpurple closes what belongs to a connection that ends, read or not.
void on_notice_closed(PurpleNotifyType type, void* window) {
    if (type == PURPLE_NOTIFY_SEARCHRESULTS)
        purple_notify_searchresults_free(static_cast<PurpleNotifySearchResults*>(window));
    JsonLine("notice-closed");
}

void* on_question(const char* title, const char* primary, const char* secondary, int, PurpleAccount*, const char*,
                  PurpleConversation*, void* data, std::size_t count, va_list buttons) {
    open.request = {{}, data, new_window()};
    JsonLine line("question");
    line.add("title", title).add("primary", primary).add("secondary", secondary);
    for (std::size_t i = 0; i < count; ++i) {
        line.add("button" + std::to_string(i), va_arg(buttons, char*));
        open.request.buttons.push_back({va_arg(buttons, PurpleRequestActionCb)});
    }
    return open.request.window;
}

void* on_input(const char* title, const char* primary, const char* secondary, const char*, gboolean, gboolean, gchar*,
               const char*, GCallback, const char*, GCallback, PurpleAccount*, const char*, PurpleConversation*,
               void*) {
    JsonLine("question").add("title", title).add("primary", primary).add("secondary", secondary);
    return new_window();
}

void on_request_closed(PurpleRequestType type, void* window) {
    if (type == PURPLE_REQUEST_FIELDS) close_form(static_cast<PurpleRequestFields*>(window));
    if (window == open.request.window) open.request = {{}, nullptr, nullptr};
}

// What the dialog for a new contact would be filled with.
void on_contact_wanted(PurpleAccount* account, const char* who, const char*, const char* alias) {
    JsonLine("contact-wanted").add("account", name_of(account)).add("who", who).add("alias", alias);
}

// A text that waits in a conversation until its user sends it.
void on_text_to_confirm(PurpleConversation* conversation, const char* text) {
    JsonLine("text-to-confirm").add("conversation", purple_conversation_get_name(conversation)).add("text", text);
}

void on_presented(PurpleConversation* conversation) {
    JsonLine("presented")
        .add("conversation", purple_conversation_get_name(conversation))
        .add("protocol", purple_account_get_protocol_id(purple_conversation_get_account(conversation)));
}

void* on_authorisation(PurpleAccount* account, const char* who, const char*, const char*, const char*, gboolean,
                       PurpleAccountRequestAuthorizationCb agree, PurpleAccountRequestAuthorizationCb, void* data) {
    open.authorisations[who] = {agree, data};
    JsonLine("authorisation-wanted").add("account", name_of(account)).add("who", who);
    return nullptr;
}

void on_disconnect(PurpleConnection* connection, PurpleConnectionError reason, const char* text) {
    JsonLine("disconnected")
        .add("account", name_of(purple_connection_get_account(connection)))
        .add("reason", static_cast<long>(reason))
        .add("text", text);
}

void on_line(PurpleConversation* conversation, const char* who, const char*, const char* text, PurpleMessageFlags flags,
             time_t when) {
    JsonLine("line")
        .add("conversation", purple_conversation_get_name(conversation))
        .add("who", who)
        .add("text", text)
        .add("flags", static_cast<long>(flags))
        .add("time", static_cast<long>(when));
}

void on_rename(PurpleConversation* room, const char*, const char* who, const char*) {
    JsonLine("occupant-renamed").add("room", purple_conversation_get_name(room)).add("who", who);
}

void tell_connection(PurpleConnection* connection, void* event) {
    JsonLine(static_cast<const char*>(event)).add("account", name_of(purple_connection_get_account(connection)));
}

void tell_account(PurpleAccount* account, void* event) {
    JsonLine(static_cast<const char*>(event)).add("account", name_of(account));
}

// The error that a client keeps of an account and shows with it.
void tell_error(PurpleAccount* account, const PurpleConnectionErrorInfo*, const PurpleConnectionErrorInfo* now, void*) {
    if (now == nullptr) return;
    JsonLine("account-error").add("account", name_of(account)).add("text", now->description);
}

void tell_buddy(PurpleBuddy* buddy, void* event) {
    JsonLine(static_cast<const char*>(event)).add("buddy", purple_buddy_get_name(buddy));
}

void tell_message(PurpleAccount*, char* who, char* text, PurpleConversation*, PurpleMessageFlags flags, void*) {
    JsonLine("im").add("who", who).add("text", text).add("flags", static_cast<long>(flags));
}

void tell_room_message(PurpleAccount*, char* who, char* text, PurpleConversation* room, PurpleMessageFlags flags,
                       void*) {
    JsonLine("room-message")
        .add("room", purple_conversation_get_name(room))
        .add("who", who)
        .add("text", text)
        .add("flags", static_cast<long>(flags));
}

void tell_room(PurpleConversation* room, void* event) {
    JsonLine(static_cast<const char*>(event)).add("room", purple_conversation_get_name(room));
}

void tell_occupant(PurpleConversation* room, const char* who, PurpleConvChatBuddyFlags, gboolean, void*) {
    JsonLine("occupant-joined").add("room", purple_conversation_get_name(room)).add("who", who);
}

void tell_topic(PurpleConversation* room, const char* who, const char* topic, void*) {
    JsonLine("topic").add("room", purple_conversation_get_name(room)).add("who", who).add("text", topic);
}

void take_file(PurpleXfer* transfer, void*) {
    JsonLine("file-offered").add("who", transfer->who).add("file", purple_xfer_get_filename(transfer));
    const std::string path = open.downloads + '/' + purple_xfer_get_filename(transfer);
    if (!open.downloads.empty()) purple_xfer_request_accepted(transfer, path.c_str());
}

void tell_file(PurpleXfer* transfer, void* event) {
    JsonLine(static_cast<const char*>(event))
        .add("who", transfer->who)
        .add("file", purple_xfer_get_local_filename(transfer))
        .add("bytes", static_cast<long>(purple_xfer_get_bytes_sent(transfer)));
}

gboolean tell_answer(PurpleConnection*, const char* type, const char* id, const char*, xmlnode* iq, void*) {
    if (g_strcmp0(id, query_id) != 0) return FALSE;
    gchar* text = xmlnode_to_str(iq, nullptr);
    JsonLine("answer").add("type", type).add("text", text);
    g_free(text);
    return TRUE;
}

int handle;

// Tells `signal` as the event of that name.
void tell(void* instance, const char* signal, PurpleCallback callback) {
    purple_signal_connect(instance, signal, &handle, callback, const_cast<char*>(signal));
}

PurpleNotifyUiOps notify_windows;
PurpleRequestUiOps request_windows;
PurpleAccountUiOps account_windows;
PurpleConnectionUiOps connection_windows;
PurpleConversationUiOps conversation_windows;
PurpleBlistUiOps list_window; // without one the contact list is never saved

} // namespace

void offer_windows() {
    notify_windows.notify_message = on_notify;
    notify_windows.close_notify = on_notice_closed;
    request_windows.request_action = on_question;
    request_windows.request_input = on_input;
    request_windows.close_request = on_request_closed;
    account_windows.request_authorize = on_authorisation;
    connection_windows.report_disconnect_reason = on_disconnect;
    conversation_windows.write_conv = on_line;
    conversation_windows.chat_rename_user = on_rename;
    conversation_windows.present = on_presented;
    conversation_windows.send_confirm = on_text_to_confirm;
    list_window.request_add_buddy = on_contact_wanted;
    purple_notify_set_ui_ops(&notify_windows);
    purple_request_set_ui_ops(&request_windows);
    purple_accounts_set_ui_ops(&account_windows);
    purple_connections_set_ui_ops(&connection_windows);
    purple_conversations_set_ui_ops(&conversation_windows);
    purple_blist_set_ui_ops(&list_window);
    offer_forms();
}

void listen() {
    void* connections = purple_connections_get_handle();
    void* conversations = purple_conversations_get_handle();
    tell(connections, "signed-on", PURPLE_CALLBACK(tell_connection));
    tell(connections, "signed-off", PURPLE_CALLBACK(tell_connection));
    tell(purple_accounts_get_handle(), "account-added", PURPLE_CALLBACK(tell_account));
    tell(purple_accounts_get_handle(), "account-enabled", PURPLE_CALLBACK(tell_account));
    tell(purple_accounts_get_handle(), "account-error-changed", PURPLE_CALLBACK(tell_error));
    tell(purple_blist_get_handle(), "buddy-signed-on", PURPLE_CALLBACK(tell_buddy));
    tell(purple_blist_get_handle(), "buddy-signed-off", PURPLE_CALLBACK(tell_buddy));
    tell(conversations, "received-im-msg", PURPLE_CALLBACK(tell_message));
    tell(conversations, "received-chat-msg", PURPLE_CALLBACK(tell_room_message));
    tell(conversations, "chat-joined", PURPLE_CALLBACK(tell_room));
    tell(conversations, "chat-left", PURPLE_CALLBACK(tell_room));
    tell(conversations, "chat-buddy-joined", PURPLE_CALLBACK(tell_occupant));
    tell(conversations, "chat-topic-changed", PURPLE_CALLBACK(tell_topic));
    void* transfers = purple_xfers_get_handle();
    tell(purple_plugins_find_with_id("prpl-jabber"), "jabber-receiving-iq", PURPLE_CALLBACK(tell_answer));
    tell(transfers, "file-recv-request", PURPLE_CALLBACK(take_file));
    for (const char* start : {"file-recv-start", "file-send-start"}) tell(transfers, start, PURPLE_CALLBACK(tell_file));
    for (const char* end : {"file-recv-complete", "file-recv-cancel", "file-send-complete", "file-send-cancel"})
        tell(transfers, end, PURPLE_CALLBACK(tell_file));
}

void set_downloads(const std::string& folder) { open.downloads = folder; }

bool answer_request(int number) {
    if (number < 0 || static_cast<std::size_t>(number) >= open.request.buttons.size()) return false;
    const auto request = std::exchange(open.request, {{}, nullptr, nullptr});
    if (const auto press = request.buttons[static_cast<std::size_t>(number)].press) press(request.data, number);
    purple_request_close(PURPLE_REQUEST_ACTION, request.window);
    return true;
}

bool authorise(const std::string& who) {
    const auto asked = open.authorisations.find(who);
    if (asked == open.authorisations.end()) return false;
    asked->second.authorise(asked->second.data);
    open.authorisations.erase(asked);
    return true;
}

} // namespace headless
