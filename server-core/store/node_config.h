// SPDX-License-Identifier: MIT
// XEP-0060 17.4.4: what the owner of a node may choose, by the names of the form; one table serves store and forms.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace store {

enum class AccessModel { open, presence, roster, authorize, whitelist };
enum class PublishModel { publishers, subscribers, open };
enum class SendLast { never, on_sub, on_sub_and_presence };
enum class NodeFull { retract_oldest, discard_oldest, reject };
enum class ItemReply { none, owner, publisher };
enum class NotificationType { normal, headline };

struct NodeConfig {
    static constexpr std::uint64_t max = UINT64_MAX;  // "max": what the server allows

    std::string title, description, language, type;
    std::vector<std::string> contacts, roster_groups;
    AccessModel access = AccessModel::open;
    PublishModel publish = PublishModel::publishers;
    SendLast send_last = SendLast::on_sub_and_presence;
    NodeFull when_full = NodeFull::retract_oldest;
    ItemReply item_reply = ItemReply::none;
    NotificationType notification = NotificationType::headline;
    bool deliver_notifications = true;
    bool deliver_payloads = true;
    bool notify_config = false;
    bool notify_delete = true;
    bool notify_retract = true;
    bool notify_sub = false;
    bool persist_items = true;
    bool may_subscribe = true;
    std::uint64_t max_items = max;
    std::uint64_t item_expire = max;       // seconds
    std::uint64_t max_payload_size = max;  // bytes
    friend bool operator==(const NodeConfig&, const NodeConfig&) = default;
};

struct NodeText {
    char letter;
    const char* var;
    std::string NodeConfig::*member;
};
struct NodeTexts {
    char letter;
    const char* var;
    const char* type;  // jid-multi, list-multi
    std::vector<std::string> NodeConfig::*member;
};
struct NodeFlag {
    char letter;
    const char* var;
    bool NodeConfig::*member;
};
struct NodeNumber {
    char letter;
    const char* var;
    std::uint64_t NodeConfig::*member;
};
struct NodeChoice {
    char letter;
    const char* var;
    std::span<const std::string_view> values;  // as on the wire, in the order of the enumeration
    std::size_t (*get)(const NodeConfig&);
    void (*set)(NodeConfig&, std::size_t);
};

extern const std::array<NodeText, 4> node_texts;
extern const std::array<NodeTexts, 2> node_lists;
extern const std::array<NodeFlag, 8> node_flags;
extern const std::array<NodeNumber, 3> node_numbers;
extern const std::array<NodeChoice, 6> node_choices;

std::string_view to_string(AccessModel model);

// The config in fields, and back; nothing when it is damaged.
std::string write_node_config(const NodeConfig& config);
std::optional<NodeConfig> read_node_config(std::string_view value);

}  // namespace store
