// SPDX-License-Identifier: MIT
#include "store/nodes.h"

#include "store/fields.h"

#include <algorithm>
#include <array>
#include <utility>

namespace store {
namespace {

constexpr char between = '\x01';
enum Kind : char { config_of = 'n', affiliation_of = 'a', subscription_of = 's', item_of = 'i' };

constexpr std::array<std::string_view, 6> affiliations = {"none", "outcast", "member", "publish-only", "publisher", "owner"};
constexpr std::array<std::string_view, 3> subscriptions = {"none", "pending", "subscribed"};

using Nodes = std::map<std::string, Node, std::less<>>;

std::string name_of(Kind kind, std::string_view node, std::string_view what = {}) {
    std::string name(1, kind);
    name += node;
    if (what.empty()) return name;
    name += between;
    name += what;
    return name;
}

std::uint64_t milliseconds(Time time) {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

Time time_of(std::uint64_t milliseconds) { return Time(std::chrono::milliseconds(milliseconds)); }

// The config is one field of the record, so that its letters stay its own.
void read_node(const Record& record, Nodes& nodes) {
    const auto fields = read_fields(record.value);
    if (!fields) return;
    Node node;
    node.id = record.name.substr(1);
    bool has_config = false;
    for (const Field& field : *fields) {
        if (field.letter == 'c') node.created = time_of(read_number(field.value).value_or(0));
        if (field.letter == 'b') node.creator = field.value;
        if (field.letter != 'f') continue;
        const auto config = read_node_config(field.value);
        if (!config) return;
        node.config = *config;
        has_config = true;
    }
    if (has_config) nodes.emplace(node.id, std::move(node));
}

std::optional<NodeItem> read_item(std::string_view id, std::string_view value) {
    const auto fields = read_fields(value);
    if (!fields) return std::nullopt;
    NodeItem item;
    item.id = id;
    for (const Field& field : *fields) {
        if (field.letter == 'p') {
            item.publisher = field.value;
            continue;
        }
        const auto number = read_number(field.value);
        if (!number) return std::nullopt;
        if (field.letter == 's') item.sequence = *number;
        if (field.letter == 't') item.stamp = time_of(*number);
        if (field.letter == 'b') item.bytes = *number;
    }
    return item;
}

void read_part(const Record& record, Nodes& nodes) {
    const auto at = record.name.find(between);
    if (at == std::string::npos) return;
    const auto found = nodes.find(std::string_view(record.name).substr(1, at - 1));
    if (found == nodes.end()) return;
    const std::string what = record.name.substr(at + 1);
    if (record.name.front() == affiliation_of) {
        const auto known = std::ranges::find(affiliations, record.value);
        if (known != affiliations.end())
            found->second.affiliations[what] = static_cast<NodeAffiliation>(known - affiliations.begin());
    } else if (record.name.front() == subscription_of) {
        const auto known = std::ranges::find(subscriptions, record.value);
        if (known != subscriptions.end())
            found->second.subscriptions[what] = static_cast<NodeSubscription>(known - subscriptions.begin());
    } else if (record.name.front() == item_of) {
        if (auto item = read_item(what, record.value)) found->second.items.push_back(std::move(*item));
    }
}

}  // namespace

NodeAffiliation Node::affiliation(std::string_view bare) const {
    const auto found = affiliations.find(bare);
    return found == affiliations.end() ? NodeAffiliation::none : found->second;
}

const NodeItem* Node::item(std::string_view item_id) const {
    const auto found = std::ranges::find(items, item_id, &NodeItem::id);
    return found == items.end() ? nullptr : &*found;
}

std::string_view to_string(NodeAffiliation affiliation) { return affiliations[static_cast<std::size_t>(affiliation)]; }
std::string_view to_string(NodeSubscription subscription) { return subscriptions[static_cast<std::size_t>(subscription)]; }

std::string payload_drawer(std::string_view node) { return "node-payload " + std::string(node); }

Put put_node(const std::string& owner, const Node& node) {
    FieldWriter fields;
    fields.add_number('c', milliseconds(node.created));
    fields.add('b', node.creator);
    fields.add('f', write_node_config(node.config));
    return {owner, {node_drawer, name_of(config_of, node.id), std::move(fields).take()}};
}

Operation put_node_affiliation(const std::string& owner, const std::string& node, const std::string& bare, NodeAffiliation affiliation) {
    const std::string name = name_of(affiliation_of, node, bare);
    if (affiliation == NodeAffiliation::none) return Erase{owner, node_drawer, name};
    return Put{owner, {node_drawer, name, std::string(to_string(affiliation))}};
}

Operation put_node_subscription(const std::string& owner, const std::string& node, const std::string& jid, NodeSubscription subscription) {
    const std::string name = name_of(subscription_of, node, jid);
    if (subscription == NodeSubscription::none) return Erase{owner, node_drawer, name};
    return Put{owner, {node_drawer, name, std::string(to_string(subscription))}};
}

void put_node_item(Batch& batch, const std::string& owner, const std::string& node, const NodeItem& item, std::string payload) {
    FieldWriter fields;
    fields.add_number('s', item.sequence);
    fields.add_number('t', milliseconds(item.stamp));
    fields.add('p', item.publisher);
    fields.add_number('b', item.bytes);
    batch.push_back(Put{owner, {node_drawer, name_of(item_of, node, item.id), std::move(fields).take()}});
    batch.push_back(Put{owner, {payload_drawer(node), item.id, std::move(payload)}});
}

void erase_node_item(Batch& batch, const std::string& owner, const std::string& node, const std::string& item) {
    batch.push_back(Erase{owner, node_drawer, name_of(item_of, node, item)});
    batch.push_back(Erase{owner, payload_drawer(node), item});
}

void erase_node_items(Batch& batch, const std::string& owner, const Node& node) {
    for (const NodeItem& item : node.items) batch.push_back(Erase{owner, node_drawer, name_of(item_of, node.id, item.id)});
    batch.push_back(EraseDrawer{owner, payload_drawer(node.id)});
}

void erase_node(Batch& batch, const std::string& owner, const Node& node) {
    erase_node_items(batch, owner, node);
    for (const auto& [bare, affiliation] : node.affiliations)
        batch.push_back(Erase{owner, node_drawer, name_of(affiliation_of, node.id, bare)});
    for (const auto& [jid, subscription] : node.subscriptions)
        batch.push_back(Erase{owner, node_drawer, name_of(subscription_of, node.id, jid)});
    batch.push_back(Erase{owner, node_drawer, name_of(config_of, node.id)});
}

Nodes read_nodes(const std::vector<Record>& records) {
    Nodes nodes;
    for (const Record& record : records)
        if (record.name.starts_with(config_of)) read_node(record, nodes);
    for (const Record& record : records)
        if (!record.name.starts_with(config_of)) read_part(record, nodes);
    for (auto& [id, node] : nodes) std::ranges::sort(node.items, {}, &NodeItem::sequence);
    return nodes;
}

}  // namespace store
