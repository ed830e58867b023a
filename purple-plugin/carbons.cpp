// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/carbons.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/showing.h"
#include "purple-plugin/stanzas.h"
#include "purple-plugin/transport.h"

#include <signals.h>

namespace purple_plugin {
namespace {

constexpr const char* carbons_ns = "urn:xmpp:carbons:2";

void on_signed_on(PurpleConnection* connection, void* carbons) {
    guarded([=] {
        if (is_ours(purple_connection_get_account(connection))) static_cast<Carbons*>(carbons)->enable(connection);
    });
}

void on_receiving(PurpleConnection* connection, xmlnode** stanza, void* carbons) {
    guarded([=] { static_cast<Carbons*>(carbons)->unwrap(connection, stanza); });
}

xmlnode* forwarded_in(const xmlnode* wrapper) {
    const xmlnode* forwarded = xmlnode_get_child_with_namespace(wrapper, "forwarded", "urn:xmpp:forward:0");
    return forwarded != nullptr ? xmlnode_get_child_with_namespace(forwarded, "message", "jabber:client") : nullptr;
}

} // namespace

Carbons::Carbons(const Context& context, Arrivals& arrivals) : context_(context), arrivals_(arrivals) {
    purple_signal_connect(purple_connections_get_handle(), "signed-on", this, PURPLE_CALLBACK(on_signed_on), this);
    purple_signal_connect_priority(context.self, "jabber-receiving-xmlnode", this, PURPLE_CALLBACK(on_receiving), this,
                                   unwraps_copies);
}

Carbons::~Carbons() { purple_signals_disconnect_by_handle(this); }

// A server without copies answers with an error, which nobody has to hear of.
void Carbons::enable(PurpleConnection* connection) {
    Node iq = new_iq("set");
    xmlnode_set_attrib(iq.get(), "id", "bioaster-carbons");
    add_child(iq.get(), "enable", carbons_ns);
    send_stanza(context_, connection, std::move(iq));
}

// XEP-0280 11: a copy from anybody but the own account is forged; libpurple finds nothing to show in it.
void Carbons::unwrap(PurpleConnection* connection, xmlnode** stanza) {
    if (!is_message(*stanza) || !is_from_own_account(connection, *stanza)) return;
    const xmlnode* received = xmlnode_get_child_with_namespace(*stanza, "received", carbons_ns);
    const xmlnode* sent = xmlnode_get_child_with_namespace(*stanza, "sent", carbons_ns);
    if (received == nullptr && sent == nullptr) return;
    const xmlnode* inner = forwarded_in(received != nullptr ? received : sent);
    if (inner != nullptr && received != nullptr) {
        xmlnode* message = xmlnode_copy(inner);
        xmlnode_free(*stanza);
        *stanza = message;
        return;
    }
    const auto own = own_address(connection);
    const bool is_shown = inner != nullptr && bare(attribute(inner, "from")) == own && is_said(inner);
    if (is_shown && arrivals_.note(purple_connection_get_account(connection), stanza_id(inner, own)))
        show_sent(connection, bare(attribute(inner, "to")), inner, time_of(inner));
    swallow(stanza);
}

} // namespace purple_plugin
