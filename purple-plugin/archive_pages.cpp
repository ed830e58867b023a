// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/archive_pages.h"

#include "purple-plugin/stanzas.h"

#include <util.h>

namespace purple_plugin {
namespace {

constexpr const char* page_ns = "http://jabber.org/protocol/rsm";
constexpr const char* page_messages = "100";
constexpr const char* form_ns = "jabber:x:data";

void add_field(xmlnode* form, const char* name, const std::string& value) {
    xmlnode* field = add_child(form, "field", form_ns);
    xmlnode_set_attrib(field, "var", name);
    add_child(field, "value", form_ns, value);
}

void add_start(xmlnode* query, std::time_t start) {
    xmlnode* form = add_child(query, "x", form_ns);
    xmlnode_set_attrib(form, "type", "submit");
    add_field(form, "FORM_TYPE", archive_ns);
    add_field(form, "start", purple_utf8_strftime("%Y-%m-%dT%H:%M:%SZ", std::gmtime(&start)));
}

} // namespace

Node archive_page(const std::string& owner, const std::string& query_id, const std::string& after, std::time_t start) {
    Node iq = new_iq("set", owner);
    xmlnode* query = add_child(iq.get(), "query", archive_ns);
    xmlnode_set_attrib(query, "queryid", query_id.c_str());
    if (start != 0) add_start(query, start);
    xmlnode* set = add_child(query, "set", page_ns);
    add_child(set, "max", page_ns, page_messages);
    if (!after.empty()) add_child(set, "after", page_ns, after);
    return iq;
}

const xmlnode* result_in(const xmlnode* stanza) {
    return xmlnode_get_child_with_namespace(stanza, "result", archive_ns);
}

bool answers(const xmlnode* result, const std::string& query_id) { return attribute(result, "queryid") == query_id; }

Told told_by(const xmlnode* result) {
    const xmlnode* forwarded = xmlnode_get_child_with_namespace(result, "forwarded", "urn:xmpp:forward:0");
    if (forwarded == nullptr) return {attribute(result, "id"), nullptr, 0};
    return {attribute(result, "id"), xmlnode_get_child(forwarded, "message"), time_of(forwarded)};
}

PageEnd end_of_page(const xmlnode* iq) {
    const xmlnode* fin = iq != nullptr ? xmlnode_get_child_with_namespace(iq, "fin", archive_ns) : nullptr;
    if (fin == nullptr) return {};
    const auto last = text_in(xmlnode_get_child_with_namespace(fin, "set", page_ns), "last");
    return {true, attribute(fin, "complete") == "true" || last.empty(), last};
}

} // namespace purple_plugin
