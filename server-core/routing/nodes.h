// SPDX-License-Identifier: MIT
// XEP-0060: all nodes of one owner (an account, a service) in memory, but for the payloads. Each change is made here and
// added to a batch, which the caller commits.
#pragma once
#include "store/nodes.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace routing {

class NodeSet {
public:
    NodeSet() = default;
    NodeSet(std::string owner, const std::vector<store::Record>& records);

    const std::string& owner() const { return owner_; }
    const std::map<std::string, store::Node, std::less<>>& all() const { return nodes_; }
    const store::Node* find(std::string_view id) const;
    // How many nodes `bare` has made.
    std::size_t made_by(std::string_view bare) const;
    // The bytes of all payloads in the nodes that `bare` has made.
    std::size_t bytes_of(std::string_view bare) const;

    void create(store::Batch& batch, store::Node node);
    void configure(store::Batch& batch, const std::string& id, store::NodeConfig config);
    void remove(store::Batch& batch, const std::string& id);
    void affiliate(store::Batch& batch, const std::string& id, const std::string& bare, store::NodeAffiliation affiliation);
    void subscribe(store::Batch& batch, const std::string& id, const std::string& jid, store::NodeSubscription subscription);

    // Puts an item as the newest in place of one of the same id. Its sequence is given here.
    void put(store::Batch& batch, const std::string& id, store::NodeItem item, std::string payload);
    // False when there is no such item.
    bool retract(store::Batch& batch, const std::string& id, const std::string& item);
    void purge(store::Batch& batch, const std::string& id);
    // Removes the oldest items until there are at most `most`, and tells their ids.
    std::vector<std::string> trim(store::Batch& batch, const std::string& id, std::size_t most);
    // Removes what has expired, untold (pubsub#item_expire).
    void expire(store::Batch& batch, const std::string& id, store::Time now);

private:
    // How many items were forgotten.
    template <class Is>
    std::size_t forget(store::Node& node, Is is);
    void count(const store::Node& node, const store::NodeItem& item, bool is_new);
    std::string owner_;
    std::map<std::string, store::Node, std::less<>> nodes_;
    std::map<std::string, std::size_t, std::less<>> bytes_;  // by creator
};

// What of a node's items has not expired, oldest first.
std::vector<store::NodeItem> items_of(const store::Node& node, store::Time now);

}  // namespace routing
