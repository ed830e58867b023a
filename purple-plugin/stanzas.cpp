// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/stanzas.h"

#include <cstring>

#include <util.h>

namespace purple_plugin {
namespace {

constexpr const char* stanza_errors = "urn:ietf:params:xml:ns:xmpp-stanzas";

} // namespace

std::string attribute(const xmlnode* node, const char* name) {
    const char* value = node != nullptr ? xmlnode_get_attrib(node, name) : nullptr;
    return value != nullptr ? value : "";
}

std::string text_in(const xmlnode* node, const char* child) {
    const xmlnode* found = node != nullptr ? xmlnode_get_child(node, child) : nullptr;
    const Text text(found != nullptr ? xmlnode_get_data(found) : nullptr);
    return text != nullptr ? text.get() : "";
}

bool is_message(const xmlnode* stanza) { return stanza != nullptr && std::strcmp(stanza->name, "message") == 0; }

std::string bare(std::string_view address) { return std::string(address.substr(0, address.find('/'))); }

std::string own_address(PurpleConnection* connection) {
    return bare(purple_account_get_username(purple_connection_get_account(connection)));
}

bool is_from_own_account(PurpleConnection* connection, const xmlnode* stanza) {
    const auto from = attribute(stanza, "from");
    return from.empty() || from == own_address(connection); // RFC 6120 8.1.2.1: without one it is the account's
}

std::string stanza_id(const xmlnode* message, const std::string& by) {
    for (xmlnode* id = xmlnode_get_child_with_namespace(message, "stanza-id", "urn:xmpp:sid:0"); id != nullptr;
         id = xmlnode_get_next_twin(id))
        if (attribute(id, "by") == by) return attribute(id, "id");
    return {};
}

std::time_t time_of(const xmlnode* holder) {
    const xmlnode* delay = xmlnode_get_child_with_namespace(holder, "delay", "urn:xmpp:delay");
    const std::string stamp = attribute(delay, "stamp");
    const std::time_t time = stamp.empty() ? 0 : purple_str_to_time(stamp.c_str(), TRUE, nullptr, nullptr, nullptr);
    return time != 0 ? time : std::time(nullptr);
}

std::string error_condition(const xmlnode* iq) {
    if (attribute(iq, "type") != "error") return {};
    const xmlnode* error = xmlnode_get_child(iq, "error");
    for (xmlnode* child = error != nullptr ? error->child : nullptr; child != nullptr; child = child->next)
        if (child->type == XMLNODE_TYPE_TAG && g_strcmp0(xmlnode_get_namespace(child), stanza_errors) == 0 &&
            std::strcmp(child->name, "text") != 0)
            return child->name;
    return "undefined-condition";
}

xmlnode* add_child(xmlnode* parent, const char* name, const char* ns, const std::string& text) {
    xmlnode* child = xmlnode_new_child(parent, name);
    xmlnode_set_namespace(child, ns);
    if (!text.empty()) xmlnode_insert_data(child, text.c_str(), static_cast<gssize>(text.size()));
    return child;
}

Node new_iq(const char* type, const std::string& to) {
    Node iq(xmlnode_new("iq"));
    xmlnode_set_attrib(iq.get(), "type", type);
    if (!to.empty()) xmlnode_set_attrib(iq.get(), "to", to.c_str());
    return iq;
}

void swallow(xmlnode** stanza) {
    xmlnode* empty = xmlnode_new("message");
    xmlnode_set_namespace(empty, "jabber:client");
    for (const char* name : {"from", "to"})
        if (const auto value = attribute(*stanza, name); !value.empty()) xmlnode_set_attrib(empty, name, value.c_str());
    xmlnode_free(*stanza);
    *stanza = empty;
}

} // namespace purple_plugin
