// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/refused_contacts.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/lines.h"
#include "purple-plugin/stanzas.h"
#include "purple-plugin/words.h"

#include <cstring>

#include <notify.h>
#include <signals.h>

namespace purple_plugin {
namespace {

RefusedContacts* contacts_of(void* data) { return static_cast<RefusedContacts*>(data); }

void on_sending(PurpleConnection* connection, xmlnode** stanza, void* contacts) {
    guarded([=] {
        if (*stanza != nullptr) contacts_of(contacts)->note(connection, *stanza);
    });
}

gboolean on_iq(PurpleConnection* connection, const char*, const char*, const char*, xmlnode* iq, void* contacts) {
    guarded([=] { contacts_of(contacts)->receive(connection, iq); });
    return FALSE; // libpurple handles it as well
}

void on_signing_off(PurpleConnection* connection, void* contacts) {
    guarded([=] { contacts_of(contacts)->forget(connection); });
}

Word word_for_refusal(const std::string& condition) {
    const bool may_pass = condition == "resource-constraint" || condition == "internal-server-error";
    return may_pass ? Word::contact_not_kept : Word::contact_refused;
}

} // namespace

RefusedContacts::RefusedContacts(const Context& context) : context_(context) {
    purple_signal_connect_priority(context.self, "jabber-sending-xmlnode", this, PURPLE_CALLBACK(on_sending), this,
                                   adds_payloads);
    purple_signal_connect(context.self, "jabber-receiving-iq", this, PURPLE_CALLBACK(on_iq), this);
    purple_signal_connect(purple_connections_get_handle(), "signing-off", this, PURPLE_CALLBACK(on_signing_off), this);
}

RefusedContacts::~RefusedContacts() { purple_signals_disconnect_by_handle(this); }

void RefusedContacts::note(PurpleConnection* connection, const xmlnode* sent) {
    if (std::strcmp(sent->name, "iq") != 0 || attribute(sent, "type") != "set") return;
    const xmlnode* query = xmlnode_get_child_with_namespace(sent, "query", "jabber:iq:roster");
    const xmlnode* item = query != nullptr ? xmlnode_get_child(query, "item") : nullptr;
    if (item != nullptr) asked_[connection][attribute(sent, "id")] = attribute(item, "jid");
}

void RefusedContacts::receive(PurpleConnection* connection, const xmlnode* answer) {
    const auto from = attribute(answer, "from");
    if (!from.empty() && from != own_address(connection)) return; // before libpurple has looked who answers
    const auto condition = error_condition(answer);
    if (condition.empty() && attribute(answer, "type") != "result") return;
    auto& asked = asked_[connection];
    const auto found = asked.find(attribute(answer, "id"));
    if (found == asked.end()) return;
    const auto contact = found->second;
    asked.erase(found);
    if (condition.empty()) return;
    purple_notify_error(connection, context_.organisation.name.c_str(),
                        in_lines(say(word_for_refusal(condition), {contact, condition})).c_str(), nullptr);
}

} // namespace purple_plugin
