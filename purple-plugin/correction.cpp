// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/correction.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/showing.h"
#include "purple-plugin/stanzas.h"
#include "purple-plugin/transport.h"
#include "purple-plugin/words.h"

#include <server.h>
#include <signals.h>

namespace purple_plugin {
namespace {

constexpr const char* correction_ns = "urn:xmpp:message-correct:0";
constexpr int flags = PURPLE_CMD_FLAG_IM | PURPLE_CMD_FLAG_CHAT | PURPLE_CMD_FLAG_PRPL_ONLY;

Correction* correction_of(void* data) { return static_cast<Correction*>(data); }

void on_sending(PurpleConnection* connection, xmlnode** stanza, void* correction) {
    guarded([=] {
        if (is_message(*stanza)) correction_of(correction)->send(connection, *stanza);
    });
}

void on_receiving(PurpleConnection*, xmlnode** stanza, void*) {
    guarded([=] {
        if (is_message(*stanza)) mark_correction(*stanza);
    });
}

void on_signing_off(PurpleConnection* connection, void* correction) {
    guarded([=] { correction_of(correction)->forget(connection); });
}

PurpleCmdRet on_command(PurpleConversation* conversation, const gchar*, gchar** arguments, gchar** error,
                        void* correction) {
    return guarded(PURPLE_CMD_RET_FAILED, [=] {
        if (correction_of(correction)->correct(conversation, arguments[0])) return PURPLE_CMD_RET_OK;
        *error = g_strdup(say(Word::nothing_to_correct).c_str());
        return PURPLE_CMD_RET_FAILED;
    });
}

} // namespace

Correction::Correction(const Context& context) : help_(say(Word::help_correct)) {
    purple_signal_connect_priority(context.self, "jabber-sending-xmlnode", this, PURPLE_CALLBACK(on_sending), this,
                                   adds_payloads);
    purple_signal_connect_priority(context.self, "jabber-receiving-xmlnode", this, PURPLE_CALLBACK(on_receiving),
                                   nullptr, marks_text);
    purple_signal_connect(purple_connections_get_handle(), "signing-off", this, PURPLE_CALLBACK(on_signing_off), this);
    for (const char* name : {"correct", "corriger"})
        commands_.push_back(purple_cmd_register(name, "s", PURPLE_CMD_P_PRPL, static_cast<PurpleCmdFlag>(flags),
                                                protocol_id, on_command, help_.c_str(), this));
    advertise(context, correction_ns);
}

Correction::~Correction() {
    for (const auto command : commands_) purple_cmd_unregister(command);
    purple_signals_disconnect_by_handle(this);
}

bool Correction::correct(PurpleConversation* conversation, const std::string& text) {
    auto* connection = purple_conversation_get_gc(conversation);
    const std::string name = purple_conversation_get_name(conversation);
    const auto last = last_.find({connection, bare(name)});
    if (connection == nullptr || last == last_.end()) return false;
    const Text markup(g_markup_escape_text(text.c_str(), -1));
    replaced_ = last->second;
    if (purple_conversation_get_type(conversation) == PURPLE_CONV_TYPE_CHAT) {
        serv_chat_send(connection, purple_conv_chat_get_id(PURPLE_CONV_CHAT(conversation)), markup.get(),
                       PURPLE_MESSAGE_SEND); // the room sends it back, for the user to see
    } else {
        serv_send_im(connection, name.c_str(), markup.get(), PURPLE_MESSAGE_SEND);
        purple_conversation_write(conversation, own_address(connection).c_str(),
                                  say(Word::corrected, {markup.get()}).c_str(), PURPLE_MESSAGE_SEND,
                                  std::time(nullptr));
    }
    replaced_.clear();
    return true;
}

// XEP-0308 5: however often a message is corrected, the first one is what is replaced.
void Correction::send(PurpleConnection* connection, xmlnode* message) {
    const auto id = attribute(message, "id");
    if (id.empty() || xmlnode_get_child(message, "body") == nullptr) return;
    if (replaced_.empty())
        last_[{connection, bare(attribute(message, "to"))}] = id;
    else
        xmlnode_set_attrib(add_child(message, "replace", correction_ns), "id", replaced_.c_str());
}

void Correction::forget(PurpleConnection* connection) {
    for (auto next = last_.begin(); next != last_.end();)
        next = next->first.first == connection ? last_.erase(next) : std::next(next);
}

} // namespace purple_plugin
