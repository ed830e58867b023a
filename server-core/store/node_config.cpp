// SPDX-License-Identifier: MIT
#include "store/node_config.h"

#include "store/fields.h"

namespace store {
namespace {

constexpr std::array<std::string_view, 5> access_names = {"open", "presence", "roster", "authorize", "whitelist"};
constexpr std::array<std::string_view, 3> publish_names = {"publishers", "subscribers", "open"};
constexpr std::array<std::string_view, 3> send_last_names = {"never", "on_sub", "on_sub_and_presence"};
constexpr std::array<std::string_view, 3> full_names = {"retract-oldest", "discard-oldest", "reject"};
constexpr std::array<std::string_view, 3> reply_names = {"none", "owner", "publisher"};
constexpr std::array<std::string_view, 2> notification_names = {"normal", "headline"};

template <auto member>
std::size_t get(const NodeConfig& config) {
    return static_cast<std::size_t>(config.*member);
}

template <auto member>
void set(NodeConfig& config, std::size_t value) {
    using Type = std::remove_reference_t<decltype(config.*member)>;
    config.*member = static_cast<Type>(value);
}

template <auto member>
constexpr NodeChoice choice(char letter, const char* var, std::span<const std::string_view> values) {
    return {letter, var, values, &get<member>, &set<member>};
}

bool take_choice(const Field& field, NodeConfig& config) {
    for (const NodeChoice& one : node_choices) {
        if (one.letter != field.letter) continue;
        const auto value = read_number(field.value);
        if (!value || *value >= one.values.size()) return false;
        one.set(config, *value);
    }
    return true;
}

bool take_field(const Field& field, NodeConfig& config) {
    for (const NodeText& text : node_texts)
        if (text.letter == field.letter) config.*text.member = field.value;
    for (const NodeTexts& list : node_lists)
        if (list.letter == field.letter) (config.*list.member).emplace_back(field.value);
    for (const NodeFlag& flag : node_flags)
        if (flag.letter == field.letter) config.*flag.member = field.value == "1";
    for (const NodeNumber& number : node_numbers) {
        if (number.letter != field.letter) continue;
        const auto value = read_number(field.value);
        if (!value) return false;
        config.*number.member = *value;
    }
    return take_choice(field, config);
}

}  // namespace

const std::array<NodeText, 4> node_texts = {
    NodeText{'t', "pubsub#title", &NodeConfig::title},
    NodeText{'d', "pubsub#description", &NodeConfig::description},
    NodeText{'l', "pubsub#language", &NodeConfig::language},
    NodeText{'y', "pubsub#type", &NodeConfig::type},
};
const std::array<NodeTexts, 2> node_lists = {
    NodeTexts{'c', "pubsub#contact", "jid-multi", &NodeConfig::contacts},
    NodeTexts{'g', "pubsub#roster_groups_allowed", "list-multi", &NodeConfig::roster_groups},
};
const std::array<NodeFlag, 8> node_flags = {
    NodeFlag{'N', "pubsub#deliver_notifications", &NodeConfig::deliver_notifications},
    NodeFlag{'P', "pubsub#deliver_payloads", &NodeConfig::deliver_payloads},
    NodeFlag{'C', "pubsub#notify_config", &NodeConfig::notify_config},
    NodeFlag{'D', "pubsub#notify_delete", &NodeConfig::notify_delete},
    NodeFlag{'R', "pubsub#notify_retract", &NodeConfig::notify_retract},
    NodeFlag{'S', "pubsub#notify_sub", &NodeConfig::notify_sub},
    NodeFlag{'I', "pubsub#persist_items", &NodeConfig::persist_items},
    NodeFlag{'U', "pubsub#subscribe", &NodeConfig::may_subscribe},
};
const std::array<NodeNumber, 3> node_numbers = {
    NodeNumber{'m', "pubsub#max_items", &NodeConfig::max_items},
    NodeNumber{'e', "pubsub#item_expire", &NodeConfig::item_expire},
    NodeNumber{'b', "pubsub#max_payload_size", &NodeConfig::max_payload_size},
};
const std::array<NodeChoice, 6> node_choices = {
    choice<&NodeConfig::access>('a', "pubsub#access_model", access_names),
    choice<&NodeConfig::publish>('p', "pubsub#publish_model", publish_names),
    choice<&NodeConfig::send_last>('s', "pubsub#send_last_published_item", send_last_names),
    choice<&NodeConfig::when_full>('f', "pubsub#publish_node_full", full_names),
    choice<&NodeConfig::item_reply>('r', "pubsub#itemreply", reply_names),
    choice<&NodeConfig::notification>('n', "pubsub#notification_type", notification_names),
};

std::string_view to_string(AccessModel model) { return access_names[static_cast<std::size_t>(model)]; }

std::string write_node_config(const NodeConfig& config) {
    FieldWriter fields;
    for (const NodeText& text : node_texts)
        if (!(config.*text.member).empty()) fields.add(text.letter, config.*text.member);
    for (const NodeTexts& list : node_lists)
        for (const std::string& value : config.*list.member) fields.add(list.letter, value);
    for (const NodeFlag& flag : node_flags) fields.add(flag.letter, config.*flag.member ? "1" : "0");
    for (const NodeNumber& number : node_numbers) fields.add_number(number.letter, config.*number.member);
    for (const NodeChoice& one : node_choices) fields.add_number(one.letter, one.get(config));
    return std::move(fields).take();
}

std::optional<NodeConfig> read_node_config(std::string_view value) {
    const auto fields = read_fields(value);
    if (!fields) return std::nullopt;
    NodeConfig config;
    for (const Field& field : *fields)
        if (!take_field(field, config)) return std::nullopt;
    return config;
}

}  // namespace store
