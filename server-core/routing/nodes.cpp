// SPDX-License-Identifier: MIT
#include "routing/nodes.h"

#include <algorithm>
#include <utility>

namespace routing {
namespace {

// Beyond a hundred years nothing expires, and no sum overflows.
constexpr std::uint64_t longest_expire = 100ull * 366 * 24 * 3600;

bool has_expired(const store::Node& node, const store::NodeItem& item, store::Time now) {
    const std::uint64_t seconds = node.config.item_expire;
    return seconds <= longest_expire && item.stamp + std::chrono::seconds(seconds) <= now;
}

}  // namespace

NodeSet::NodeSet(std::string owner, const std::vector<store::Record>& records)
    : owner_(std::move(owner)), nodes_(store::read_nodes(records)) {
    for (const auto& [id, node] : nodes_)
        for (const store::NodeItem& item : node.items) count(node, item, true);
}

void NodeSet::count(const store::Node& node, const store::NodeItem& item, bool is_new) {
    std::size_t& bytes = bytes_[node.creator];
    bytes = is_new ? bytes + item.bytes : bytes - std::min(bytes, item.bytes);
}

std::size_t NodeSet::bytes_of(std::string_view bare) const {
    const auto found = bytes_.find(bare);
    return found == bytes_.end() ? 0 : found->second;
}

const store::Node* NodeSet::find(std::string_view id) const {
    const auto found = nodes_.find(id);
    return found == nodes_.end() ? nullptr : &found->second;
}

std::size_t NodeSet::made_by(std::string_view bare) const {
    return static_cast<std::size_t>(std::ranges::count_if(nodes_, [&](const auto& entry) { return entry.second.creator == bare; }));
}

template <class Is>
std::size_t NodeSet::forget(store::Node& node, Is is) {
    for (const store::NodeItem& item : node.items)
        if (is(item)) count(node, item, false);
    return std::erase_if(node.items, is);
}

void NodeSet::create(store::Batch& batch, store::Node node) {
    batch.push_back(store::put_node(owner_, node));
    for (const auto& [bare, affiliation] : node.affiliations)
        batch.push_back(store::put_node_affiliation(owner_, node.id, bare, affiliation));
    const std::string id = node.id;
    nodes_.insert_or_assign(id, std::move(node));
}

void NodeSet::configure(store::Batch& batch, const std::string& id, store::NodeConfig config) {
    store::Node& node = nodes_.at(id);
    node.config = std::move(config);
    batch.push_back(store::put_node(owner_, node));
}

void NodeSet::remove(store::Batch& batch, const std::string& id) {
    for (const store::NodeItem& item : nodes_.at(id).items) count(nodes_.at(id), item, false);
    store::erase_node(batch, owner_, nodes_.at(id));
    nodes_.erase(id);
}

void NodeSet::affiliate(store::Batch& batch, const std::string& id, const std::string& bare, store::NodeAffiliation affiliation) {
    auto& affiliations = nodes_.at(id).affiliations;
    if (affiliation == store::NodeAffiliation::none)
        affiliations.erase(bare);
    else
        affiliations.insert_or_assign(bare, affiliation);
    batch.push_back(store::put_node_affiliation(owner_, id, bare, affiliation));
}

void NodeSet::subscribe(store::Batch& batch, const std::string& id, const std::string& jid, store::NodeSubscription subscription) {
    auto& subscriptions = nodes_.at(id).subscriptions;
    if (subscription == store::NodeSubscription::none)
        subscriptions.erase(jid);
    else
        subscriptions.insert_or_assign(jid, subscription);
    batch.push_back(store::put_node_subscription(owner_, id, jid, subscription));
}

void NodeSet::put(store::Batch& batch, const std::string& id, store::NodeItem item, std::string payload) {
    store::Node& node = nodes_.at(id);
    auto& items = node.items;
    item.sequence = items.empty() ? 1 : items.back().sequence + 1;
    item.bytes = payload.size();
    forget(node, [&](const store::NodeItem& old) { return old.id == item.id; });
    count(node, item, true);
    store::put_node_item(batch, owner_, id, item, std::move(payload));
    items.push_back(std::move(item));
}

bool NodeSet::retract(store::Batch& batch, const std::string& id, const std::string& item) {
    if (forget(nodes_.at(id), [&](const store::NodeItem& old) { return old.id == item; }) == 0) return false;
    store::erase_node_item(batch, owner_, id, item);
    return true;
}

void NodeSet::purge(store::Batch& batch, const std::string& id) {
    store::Node& node = nodes_.at(id);
    store::erase_node_items(batch, owner_, node);
    forget(node, [](const store::NodeItem&) { return true; });
}

std::vector<std::string> NodeSet::trim(store::Batch& batch, const std::string& id, std::size_t most) {
    const auto& items = nodes_.at(id).items;
    std::vector<std::string> removed;
    while (items.size() - removed.size() > most) removed.push_back(items[removed.size()].id);
    for (const std::string& item : removed) retract(batch, id, item);
    return removed;
}

void NodeSet::expire(store::Batch& batch, const std::string& id, store::Time now) {
    store::Node& node = nodes_.at(id);
    const auto is_over = [&](const store::NodeItem& item) { return has_expired(node, item, now); };
    for (const store::NodeItem& item : node.items)
        if (is_over(item)) store::erase_node_item(batch, owner_, id, item.id);
    forget(node, is_over);
}

std::vector<store::NodeItem> items_of(const store::Node& node, store::Time now) {
    std::vector<store::NodeItem> items;
    std::ranges::copy_if(node.items, std::back_inserter(items),
                         [&](const store::NodeItem& item) { return !has_expired(node, item, now); });
    return items;
}

}  // namespace routing
