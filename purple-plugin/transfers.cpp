// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/transfers.h"

#include "purple-plugin/c_boundary.h"

#include <cstring>
#include <vector>

#include <connection.h>
#include <signals.h>

namespace purple_plugin {
namespace {

void on_sending(PurpleConnection*, xmlnode** stanza, void*) {
    guarded([stanza] {
        if (*stanza != nullptr) prefer_proxy(*stanza);
    });
}

// A user's own streamhost is named by his full address, a proxy by that of a service.
bool is_own(const xmlnode* streamhost) {
    const char* jid = xmlnode_get_attrib(streamhost, "jid");
    return jid != nullptr && std::strchr(jid, '@') != nullptr;
}

} // namespace

void prefer_proxy(xmlnode* stanza) {
    if (std::strcmp(stanza->name, "iq") != 0 || g_strcmp0(xmlnode_get_attrib(stanza, "type"), "set") != 0) return;
    xmlnode* query = xmlnode_get_child_with_namespace(stanza, "query", "http://jabber.org/protocol/bytestreams");
    if (query == nullptr) return;
    std::vector<xmlnode*> own;
    bool has_proxy = false;
    for (xmlnode* host = xmlnode_get_child(query, "streamhost"); host != nullptr; host = xmlnode_get_next_twin(host)) {
        if (is_own(host))
            own.push_back(host);
        else
            has_proxy = true;
    }
    if (!has_proxy) return;
    for (xmlnode* host : own) xmlnode_free(host); // takes itself out of its parent
}

Transfers::Transfers(const Context& context) {
    purple_signal_connect(context.self, "jabber-sending-xmlnode", this, PURPLE_CALLBACK(on_sending), nullptr);
}

Transfers::~Transfers() { purple_signals_disconnect_by_handle(this); }

} // namespace purple_plugin
