// SPDX-License-Identifier: MIT
// XEP-0060 nodes as records of one owner (an account, a service). Drawer "nodes" loads with the owner: config ("n"),
// affiliations ("a"), subscriptions ("s") and items without payload ("i"), named by that letter, the node, and the JID or
// item behind a character that XML forbids. Payloads lie in a drawer for each node, by item.
#pragma once
#include "store/node_config.h"
#include "store/store.h"
#include "xmpp/jid.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace store {

enum class NodeAffiliation { none, outcast, member, publish_only, publisher, owner };
enum class NodeSubscription { none, pending, subscribed };

struct NodeItem {
    std::string id;
    std::uint64_t sequence = 0;  // in the order of publication
    Time stamp{};
    std::string publisher;  // bare JID
    std::size_t bytes = 0;  // of the payload
};

struct Node {
    std::string id;
    NodeConfig config;
    Time created{};
    std::string creator;
    std::map<std::string, NodeAffiliation, std::less<>> affiliations;    // by bare JID
    std::map<std::string, NodeSubscription, std::less<>> subscriptions;  // by the JID that subscribed
    std::vector<NodeItem> items;                                         // oldest first

    NodeAffiliation affiliation(std::string_view bare) const;
    const NodeItem* item(std::string_view item_id) const;
};

std::string_view to_string(NodeAffiliation affiliation);
std::string_view to_string(NodeSubscription subscription);

inline constexpr const char* node_drawer = "nodes";
std::string payload_drawer(std::string_view node);

Put put_node(const std::string& owner, const Node& node);
Operation put_node_affiliation(const std::string& owner, const std::string& node, const std::string& bare, NodeAffiliation affiliation);
Operation put_node_subscription(const std::string& owner, const std::string& node, const std::string& jid, NodeSubscription subscription);
// The item, and its payload as xml::to_string writes it.
void put_node_item(Batch& batch, const std::string& owner, const std::string& node, const NodeItem& item, std::string payload);
void erase_node_item(Batch& batch, const std::string& owner, const std::string& node, const std::string& item);
void erase_node_items(Batch& batch, const std::string& owner, const Node& node);
void erase_node(Batch& batch, const std::string& owner, const Node& node);

// The nodes among `records`, by id; what is damaged is left out.
std::map<std::string, Node, std::less<>> read_nodes(const std::vector<Record>& records);

}  // namespace store
