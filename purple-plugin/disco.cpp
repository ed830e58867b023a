// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/disco.h"

#include "purple-plugin/stanzas.h"

namespace purple_plugin {
namespace {

constexpr const char* info_ns = "http://jabber.org/protocol/disco#info";
constexpr const char* items_ns = "http://jabber.org/protocol/disco#items";

Node question(const std::string& of, const char* ns) {
    Node iq = new_iq("get", of);
    add_child(iq.get(), "query", ns);
    return iq;
}

// The first child of that name in the answer's query; null where there is none.
xmlnode* first_in(const xmlnode* answer, const char* ns, const char* child) {
    const xmlnode* query = answer != nullptr ? xmlnode_get_child_with_namespace(answer, "query", ns) : nullptr;
    return query != nullptr ? xmlnode_get_child(query, child) : nullptr;
}

std::string value_of(const xmlnode* form, const std::string& field) {
    for (xmlnode* one = xmlnode_get_child(form, "field"); one != nullptr; one = xmlnode_get_next_twin(one))
        if (attribute(one, "var") == field) return text_in(one, "value");
    return {};
}

} // namespace

Node disco_info(const std::string& of) { return question(of, info_ns); }

Node disco_items(const std::string& of) { return question(of, items_ns); }

bool has_feature(const xmlnode* answer, const char* feature) {
    for (auto* one = first_in(answer, info_ns, "feature"); one != nullptr; one = xmlnode_get_next_twin(one))
        if (attribute(one, "var") == feature) return true;
    return false;
}

std::vector<std::string> items_in(const xmlnode* answer, std::size_t most) {
    std::vector<std::string> addresses;
    for (auto* item = first_in(answer, items_ns, "item"); item != nullptr; item = xmlnode_get_next_twin(item))
        if (const auto jid = attribute(item, "jid"); !jid.empty() && addresses.size() < most) addresses.push_back(jid);
    return addresses;
}

std::string form_value(const xmlnode* answer, const std::string& form_type, const std::string& field) {
    for (auto* form = first_in(answer, info_ns, "x"); form != nullptr; form = xmlnode_get_next_twin(form))
        if (value_of(form, "FORM_TYPE") == form_type) return value_of(form, field);
    return {};
}

} // namespace purple_plugin
