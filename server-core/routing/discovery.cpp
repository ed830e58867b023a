// SPDX-License-Identifier: MIT
#include "routing/discovery.h"

#include "xmpp/entity_caps.h"
#include "xmpp/namespaces.h"

#include <algorithm>
#include <utility>

namespace routing {
namespace {

using xmpp::ns::disco_info, xmpp::ns::disco_items, xmpp::ns::caps;

// Names the software for good, without promising a page (RFC 4151).
constexpr const char* caps_node = "tag:bioaster.org,2026:server-core";

xml::Element query(std::string_view ns, std::string_view node) {
    xml::Element query({ns, "query"});
    return node.empty() ? query : query.with_attribute("node", node);
}

xml::Element to_element(const Identity& identity) {
    auto element = xml::Element({disco_info, "identity"}).with_attribute("category", identity.category).with_attribute("type", identity.type);
    return identity.name.empty() ? element : element.with_attribute("name", identity.name);
}

xml::Element to_element(const DiscoItem& item) {
    auto element = xml::Element({disco_items, "item"}).with_attribute("jid", item.jid);
    if (!item.node.empty()) element = std::move(element).with_attribute("node", item.node);
    return item.name.empty() ? element : element.with_attribute("name", item.name);
}

}  // namespace

xml::Element to_info(const Description& description, std::string_view node) {
    auto info = query(disco_info, node);
    for (const Identity& identity : description.identities) info = std::move(info).with(to_element(identity));
    auto features = description.features;
    features.emplace_back(disco_info);  // XEP-0030 3.1: everybody has at least this one
    std::ranges::sort(features);
    const auto doubled = std::ranges::unique(features);
    features.erase(doubled.begin(), doubled.end());
    for (const std::string& feature : features)
        info = std::move(info).with(xml::Element({disco_info, "feature"}).with_attribute("var", feature));
    for (const xml::Element& form : description.forms) info = std::move(info).with(form);
    return info;
}

xml::Element to_items(const std::vector<DiscoItem>& items, std::string_view node) {
    auto found = query(disco_items, node);
    for (const DiscoItem& item : items) found = std::move(found).with(to_element(item));
    return found;
}

xml::Element Capabilities::to_element() const {
    return xml::Element({caps, "c"}).with_attribute("hash", "sha-1").with_attribute("node", node).with_attribute("ver", version);
}

Capabilities Discovery::capabilities(const Node& node) const {
    const xml::Element info = to_info(description({node.domain, nullptr, xmpp::Language::english}));
    // Ours is well-formed unless two features add the same form: then nobody is told a version.
    const std::string version = xmpp::caps_version(info).value_or("");
    return {caps_node, version, info.with_attribute("node", std::string(caps_node) + "#" + version)};
}

Description Discovery::description(const Asked& asked) const {
    Description description;
    description.features = asked.account == nullptr ? of_server_ : of_accounts_;
    for (const auto& fn : describers_) fn(asked, description);
    return description;
}

std::vector<DiscoItem> Discovery::items(const Asked& asked) const {
    std::vector<DiscoItem> items;
    for (const auto& fn : listers_) fn(asked, items);
    return items;
}

bool Discovery::is_taken(const std::vector<Take>& takers, const Request& request, const Reply& reply) {
    return std::ranges::any_of(takers, [&](const Take& fn) { return fn(request, reply); });
}

}  // namespace routing
