// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/showing.h"

#include "purple-plugin/links.h"
#include "purple-plugin/stanzas.h"
#include "purple-plugin/words.h"

#include <algorithm>

#include <server.h>
#include <util.h>

namespace purple_plugin {
namespace {

constexpr const char* xhtml_ns = "http://jabber.org/protocol/xhtml-im";
constexpr const char* correction_ns = "urn:xmpp:message-correct:0";

PurpleMessageFlags flags(unsigned all) { return static_cast<PurpleMessageFlags>(all); }

// What is shown is a copy: marking takes elements away.
std::string marked_markup(const xmlnode* message) {
    const Node copy(xmlnode_copy(message));
    show_link(copy.get());
    mark_correction(copy.get());
    return markup_of(copy.get());
}

} // namespace

std::string escaped(const std::string& text) {
    const Text markup(purple_markup_escape_text(text.c_str(), static_cast<gssize>(text.size())));
    const Text lines(purple_strdup_withhtml(markup.get()));
    return lines.get();
}

bool is_said(const xmlnode* message) {
    const std::string type = attribute(message, "type");
    if (type == "error" || type == "groupchat" || type == "headline") return false;
    return (xmlnode_get_child(message, "body") != nullptr || !link_in(message).empty()) &&
           xmlnode_get_child_with_namespace(message, "x", "http://jabber.org/protocol/muc#user") == nullptr &&
           xmlnode_get_child_with_namespace(message, "x", "jabber:x:conference") == nullptr;
}

std::string markup_of(const xmlnode* message) {
    const xmlnode* html = xmlnode_get_child_with_namespace(message, "html", xhtml_ns);
    if (html == nullptr || xmlnode_get_child(html, "body") == nullptr) return escaped(text_in(message, "body"));
    std::string markup = Text(xmlnode_to_str(html, nullptr)).get();
    std::replace(markup.begin(), markup.end(), '\n', ' '); // which libpurple would show as a new line
    return markup;
}

void mark_correction(xmlnode* message) {
    xmlnode* replace = xmlnode_get_child_with_namespace(message, "replace", correction_ns);
    xmlnode* body = xmlnode_get_child(message, "body");
    if (replace == nullptr || body == nullptr) return;
    const std::string text = say(Word::corrected, {text_in(message, "body")});
    xmlnode_free(replace);
    xmlnode_free(body);
    if (xmlnode* html = xmlnode_get_child_with_namespace(message, "html", xhtml_ns)) xmlnode_free(html);
    add_child(message, "body", "jabber:client", text);
}

std::string correspondent(PurpleConnection* connection, const std::string& address) {
    const auto* room = purple_find_conversation_with_account(PURPLE_CONV_TYPE_CHAT, bare(address).c_str(),
                                                             purple_connection_get_account(connection));
    return room != nullptr ? address : bare(address);
}

PurpleConversation* conversation_with(PurpleConnection* connection, const std::string& who) {
    auto* account = purple_connection_get_account(connection);
    auto* found = purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, who.c_str(), account);
    return found != nullptr ? found : purple_conversation_new(PURPLE_CONV_TYPE_IM, account, who.c_str());
}

void show_received(PurpleConnection* connection, const std::string& who, const xmlnode* message, std::time_t time) {
    serv_got_im(connection, who.c_str(), marked_markup(message).c_str(),
                flags(PURPLE_MESSAGE_RECV | PURPLE_MESSAGE_DELAYED), time);
}

void show_sent(PurpleConnection* connection, const std::string& who, const xmlnode* message, std::time_t time) {
    const char* own_name = purple_account_get_username(purple_connection_get_account(connection));
    purple_conversation_write(conversation_with(connection, who), own_name, marked_markup(message).c_str(),
                              flags(PURPLE_MESSAGE_SEND | PURPLE_MESSAGE_REMOTE_SEND | PURPLE_MESSAGE_DELAYED), time);
}

void answer_its_client(PurpleConnection* connection, const xmlnode* message, bool is_archived) {
    const auto from = attribute(message, "from");
    auto* account = purple_connection_get_account(connection);
    auto* conversation = purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, from.c_str(), account);
    const bool was_kept = is_archived || xmlnode_get_child_with_namespace(message, "delay", "urn:xmpp:delay") != nullptr;
    if (conversation == nullptr || from == purple_conversation_get_name(conversation)) return;
    if (was_kept && purple_find_buddy(account, from.c_str()) != nullptr) return;
    purple_conversation_set_name(conversation, from.c_str());
}

void show_notice(PurpleConversation* conversation, const std::string& sentence) {
    purple_conversation_write(conversation, "", escaped(sentence).c_str(),
                              flags(PURPLE_MESSAGE_SYSTEM | PURPLE_MESSAGE_NO_LOG), std::time(nullptr));
}

} // namespace purple_plugin
