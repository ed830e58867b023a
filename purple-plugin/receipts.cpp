// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/receipts.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/showing.h"
#include "purple-plugin/stanzas.h"
#include "purple-plugin/transport.h"
#include "purple-plugin/words.h"

#include <algorithm>

#include <blist.h>
#include <signals.h>

namespace purple_plugin {
namespace {

constexpr const char* receipts_ns = "urn:xmpp:receipts";
constexpr std::size_t most_asked = 100; // of one contact; whose client gives none leaves all of them open

Receipts* receipts_of(void* data) { return static_cast<Receipts*>(data); }

void on_sending(PurpleConnection* connection, xmlnode** stanza, void* receipts) {
    guarded([=] {
        if (is_message(*stanza)) receipts_of(receipts)->ask(connection, *stanza);
    });
}

void on_receiving(PurpleConnection* connection, xmlnode** stanza, void* receipts) {
    guarded([=] {
        if (is_message(*stanza)) receipts_of(receipts)->receive(connection, *stanza);
    });
}

void on_signing_off(PurpleConnection* connection, void* receipts) {
    guarded([=] { receipts_of(receipts)->forget(connection); });
}

bool is_contact(PurpleConnection* connection, const std::string& who) {
    return !who.empty() && who != own_address(connection) &&
           purple_find_buddy(purple_connection_get_account(connection), who.c_str()) != nullptr;
}

bool asks(const xmlnode* message) {
    return xmlnode_get_child_with_namespace(message, "request", receipts_ns) != nullptr;
}

} // namespace

Receipts::Receipts(const Context& context) : context_(context) {
    purple_signal_connect_priority(context.self, "jabber-sending-xmlnode", this, PURPLE_CALLBACK(on_sending), this,
                                   adds_payloads);
    // Before copies are unwrapped: the device that a message was for gives the receipt.
    purple_signal_connect_priority(context.self, "jabber-receiving-xmlnode", this, PURPLE_CALLBACK(on_receiving), this,
                                   as_it_came);
    purple_signal_connect(purple_connections_get_handle(), "signing-off", this, PURPLE_CALLBACK(on_signing_off), this);
    advertise(context, receipts_ns);
}

Receipts::~Receipts() { purple_signals_disconnect_by_handle(this); }

void Receipts::ask(PurpleConnection* connection, xmlnode* message) {
    const auto who = bare(attribute(message, "to"));
    const auto id = attribute(message, "id");
    if (id.empty() || asks(message) || !is_said(message) || !is_contact(connection, who)) return;
    add_child(message, "request", receipts_ns);
    Ids& open = asked_[connection][who];
    open.push_back(id);
    if (open.size() > most_asked) open.pop_front();
}

void Receipts::receive(PurpleConnection* connection, const xmlnode* message) {
    const auto who = bare(attribute(message, "from"));
    const auto type = attribute(message, "type");
    if (type == "groupchat" || type == "error" || !is_contact(connection, who)) return;
    if (asks(message)) give(connection, message);
    const xmlnode* received = xmlnode_get_child_with_namespace(message, "received", receipts_ns);
    if (received != nullptr) got(connection, who, attribute(received, "id"));
}

// XEP-0184 5: the receipt alone, with the id of the message.
void Receipts::give(PurpleConnection* connection, const xmlnode* message) const {
    const auto id = attribute(message, "id");
    if (id.empty() || !is_said(message)) return;
    Node receipt(xmlnode_new("message"));
    xmlnode_set_attrib(receipt.get(), "to", attribute(message, "from").c_str());
    xmlnode_set_attrib(receipt.get(), "type", "chat");
    xmlnode_set_attrib(receipt.get(), "id", ("receipt-" + id).c_str());
    xmlnode_set_attrib(add_child(receipt.get(), "received", receipts_ns), "id", id.c_str());
    send_stanza(context_, connection, std::move(receipt));
}

// Said once for several messages: when the last of them has arrived.
void Receipts::got(PurpleConnection* connection, const std::string& who, const std::string& id) {
    Ids& open = asked_[connection][who];
    const auto found = std::find(open.begin(), open.end(), id);
    if (found == open.end()) return;
    open.erase(open.begin(), found + 1);
    auto* conversation = purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, who.c_str(),
                                                               purple_connection_get_account(connection));
    if (open.empty() && conversation != nullptr) show_notice(conversation, say(Word::delivered));
}

} // namespace purple_plugin
