// SPDX-License-Identifier: MIT
// XEP-0060 5.1 to 5.5 and 11: what the nodes' host can do, which nodes there are, and what each is.
#include "modules/xep_0060_pubsub/question.h"
#include "routing/node_form.h"

#include <algorithm>
#include <array>

namespace modules::pubsub {
namespace {

using xmpp::Condition, xmpp::IqReply;
constexpr std::string_view info_ns = xmpp::ns::disco_info;
constexpr std::string_view items_ns = xmpp::ns::disco_items;

constexpr std::array of_both = {
    "auto-create", "config-node", "config-node-max", "create-and-configure", "create-nodes", "delete-items", "delete-nodes",
    "instant-nodes", "item-ids", "last-published", "manage-subscriptions", "member-affiliation", "meta-data", "modify-affiliations", "multi-items",
    "outcast-affiliation", "persistent-items", "publish", "publish-node-full", "publish-only-affiliation", "publish-options",
    "publisher-affiliation", "purge-nodes", "retract-items", "retrieve-affiliations", "retrieve-default", "retrieve-items",
    "retrieve-subscriptions", "rsm", "subscribe", "subscription-notifications",
};
constexpr std::array of_accounts = {"access-presence", "auto-subscribe", "filtered-notifications", "presence-subscribe", "pubsub-on-a-jid"};

xml::Element feature(std::string_view var) { return xml::Element({info_ns, "feature"}).with_attribute("var", var); }

}  // namespace

std::vector<std::string> features(bool is_account) {
    const std::string prefix = std::string(xmpp::ns::pubsub) + '#';
    std::vector<std::string> names{std::string(xmpp::ns::pubsub)};
    for (const char* name : of_both) names.push_back(prefix + name);
    if (!is_account) names.push_back(prefix + "access-open");
    if (is_account)
        for (const char* name : of_accounts) names.push_back(prefix + name);
    return names;
}

std::vector<routing::DiscoItem> visible_nodes(const routing::NodeHost& host, const routing::Asker& asker) {
    std::vector<routing::DiscoItem> items;
    for (const auto& [id, node] : host.nodes.all())
        if (routing::may_see(node, asker)) items.push_back({host.jid.text(), id, node.config.title});
    return items;
}

IqReply node_info(const routing::NodeHost& host, const routing::Asker& asker, const std::string& id) {
    const store::Node* node = host.nodes.find(id);
    if (!node || !routing::may_see(*node, asker)) return IqReply::error(Condition::item_not_found);
    auto query = xml::Element({info_ns, "query"}).with_attribute("node", id);
    query = query.with(xml::Element({info_ns, "identity"}).with_attribute("category", "pubsub").with_attribute("type", "leaf"));
    for (const std::string_view var : {info_ns, items_ns, xmpp::ns::pubsub}) query = std::move(query).with(feature(var));
    return IqReply::result(query.with(routing::node_metadata(*node).to_element()));
}

IqReply node_items(const routing::Feature& feature, const routing::NodeHost& host, const routing::Asker& asker, const std::string& id) {
    const store::Node* node = host.nodes.find(id);
    if (!node || !routing::may_see(*node, asker)) return IqReply::error(Condition::item_not_found);
    auto query = xml::Element({items_ns, "query"}).with_attribute("node", id);
    if (const auto error = routing::refuses_reading(*node, asker)) return IqReply::error(*error);
    for (const store::NodeItem& item : routing::items_of(*node, feature.node().clock.wall()))
        query = std::move(query).with(
            xml::Element({items_ns, "item"}).with_attribute("jid", host.jid.text()).with_attribute("name", item.id));
    return IqReply::result(query);
}

}  // namespace modules::pubsub
