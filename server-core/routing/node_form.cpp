// SPDX-License-Identifier: MIT
#include "routing/node_form.h"

#include "routing/node_access.h"
#include "store/fields.h"
#include "xmpp/datetime.h"

#include <algorithm>
#include <array>

namespace routing {
namespace {

using store::NodeConfig, xmpp::Condition, xmpp::DataForm, xmpp::FormField, xmpp::StanzaError;

constexpr std::size_t most_text_bytes = 4096;
constexpr std::size_t most_values = 100;

// Options that this server does not have: only their neutral value is taken.
struct Fixed {
    std::string_view var;
    std::array<std::string_view, 2> values;
};
constexpr std::array fixed = {
    Fixed{"pubsub#node_type", {"leaf", "leaf"}},
    Fixed{"pubsub#purge_offline", {"0", "false"}},
    Fixed{"pubsub#presence_based_delivery", {"0", "false"}},
    Fixed{"pubsub#tempsub", {"0", "false"}},
    Fixed{"pubsub#collection", {"", ""}},
    Fixed{"pubsub#body_xslt", {"", ""}},
    Fixed{"pubsub#dataform_xslt", {"", ""}},
};

std::string number_text(std::uint64_t number) { return number == NodeConfig::max ? "max" : std::to_string(number); }

FormField choice_field(const store::NodeChoice& choice, const NodeConfig& config) {
    FormField field{choice.var, "list-single", choice.label, {std::string(choice.values[choice.get(config)])}, {}, false};
    for (const std::string_view value : choice.values) field.options.emplace_back(std::string(value), std::string());
    return field;
}

FormField list_field(const store::NodeTexts& list, const NodeConfig& config, const std::vector<std::string>& groups) {
    FormField field{list.var, list.type, list.label, config.*list.member, {}, false};
    if (field.type != "list-multi") return field;
    std::vector<std::string> offered = groups;
    offered.insert(offered.end(), field.values.begin(), field.values.end());
    std::ranges::sort(offered);
    offered.erase(std::ranges::unique(offered).begin(), offered.end());
    for (const std::string& group : offered) field.options.emplace_back(group, std::string());
    return field;
}

StanzaError unacceptable(std::string_view var) {
    return {Condition::not_acceptable, {"this value is not allowed: " + std::string(var), "cette valeur n'est pas permise : " + std::string(var)}, {}, {}};
}

enum class Read { taken, unknown, wrong };

Read read_text(const FormField& field, NodeConfig& config) {
    for (const store::NodeText& text : store::node_texts) {
        if (field.var != text.var) continue;
        config.*text.member = field.values.empty() ? std::string() : field.values.front();
        return (config.*text.member).size() <= most_text_bytes ? Read::taken : Read::wrong;
    }
    for (const store::NodeTexts& list : store::node_lists) {
        if (field.var != list.var) continue;
        config.*list.member = field.values;
        std::erase(config.*list.member, "");
        const bool fits = std::ranges::all_of(field.values, [](const auto& value) { return value.size() <= most_text_bytes; });
        return fits && field.values.size() <= most_values ? Read::taken : Read::wrong;
    }
    return Read::unknown;
}

Read read_number(const FormField& field, const std::string& value, NodeConfig& config) {
    for (const store::NodeNumber& number : store::node_numbers) {
        if (field.var != number.var) continue;
        const auto read = value == "max" ? std::optional(NodeConfig::max) : store::read_number(value);
        if (!read) return Read::wrong;
        config.*number.member = *read;
        return Read::taken;
    }
    return Read::unknown;
}

Read read_choice(const FormField& field, const std::string& value, NodeConfig& config) {
    for (const store::NodeChoice& choice : store::node_choices) {
        if (field.var != choice.var) continue;
        const auto found = std::ranges::find(choice.values, value);
        if (found == choice.values.end()) return Read::wrong;
        choice.set(config, static_cast<std::size_t>(found - choice.values.begin()));
        return Read::taken;
    }
    for (const Fixed& one : fixed)
        if (field.var == one.var) return std::ranges::find(one.values, value) != one.values.end() ? Read::taken : Read::wrong;
    return read_number(field, value, config);
}

Read read_field(const DataForm& form, const FormField& field, NodeConfig& config) {
    for (const store::NodeFlag& flag : store::node_flags) {
        if (field.var != flag.var) continue;
        const auto value = form.boolean(field.var);
        if (!value) return Read::wrong;
        config.*flag.member = *value;
        return Read::taken;
    }
    const Read text = read_text(field, config);
    if (text != Read::unknown) return text;
    return read_choice(field, field.values.empty() ? std::string() : field.values.front(), config);
}

base::Result<NodeConfig, StanzaError> read(const DataForm& form, NodeConfig config, bool is_strict) {
    for (const FormField& field : form.fields()) {
        if (field.var.empty() || field.var == "FORM_TYPE" || field.type == "fixed") continue;
        const Read outcome = read_field(form, field, config);
        if (outcome == Read::unknown && is_strict)
            return base::Unexpected(node_error(Condition::bad_request, "invalid-options"));
        if (outcome == Read::wrong && field.var == "pubsub#access_model")
            return base::Unexpected(node_error(Condition::not_acceptable, "unsupported-access-model"));
        if (outcome == Read::wrong) return base::Unexpected(unacceptable(field.var));
    }
    return config;
}

}  // namespace

DataForm node_form(DataForm::Type type, const NodeConfig& config, const std::vector<std::string>& groups) {
    DataForm form(type, node_config_form);
    for (const store::NodeText& text : store::node_texts)
        form.add({text.var, "text-single", text.label, {config.*text.member}, {}, false});
    for (const store::NodeTexts& list : store::node_lists) form.add(list_field(list, config, groups));
    for (const store::NodeFlag& flag : store::node_flags)
        form.add({flag.var, "boolean", flag.label, {config.*flag.member ? "1" : "0"}, {}, false});
    for (const store::NodeNumber& number : store::node_numbers)
        form.add({number.var, "text-single", number.label, {number_text(config.*number.member)}, {}, false});
    for (const store::NodeChoice& choice : store::node_choices) form.add(choice_field(choice, config));
    return form;
}

DataForm node_metadata(const store::Node& node) {
    DataForm form(DataForm::result, node_metadata_form);
    const NodeConfig& config = node.config;
    const auto add = [&](const char* var, const char* type, std::vector<std::string> values) {
        if (!values.empty() && !values.front().empty()) form.add({var, type, {}, std::move(values), {}, false});
    };
    std::vector<std::string> owners, publishers;
    for (const auto& [bare, affiliation] : node.affiliations) {
        if (affiliation == store::NodeAffiliation::owner) owners.push_back(bare);
        if (affiliation == store::NodeAffiliation::publisher) publishers.push_back(bare);
    }
    const auto subscribers = std::ranges::count_if(
        node.subscriptions, [](const auto& entry) { return entry.second == store::NodeSubscription::subscribed; });
    add("pubsub#type", "text-single", {config.type});
    add("pubsub#creator", "jid-single", {node.creator});
    add("pubsub#creation_date", "text-single", {xmpp::format_datetime(std::chrono::floor<std::chrono::seconds>(node.created))});
    add("pubsub#title", "text-single", {config.title});
    add("pubsub#description", "text-single", {config.description});
    add("pubsub#language", "list-single", {config.language});
    add("pubsub#contact", "jid-multi", config.contacts);
    add("pubsub#access_model", "list-single", {std::string(store::to_string(config.access))});
    add("pubsub#publish_model", "list-single", {std::string(store::node_choices[1].values[static_cast<std::size_t>(config.publish)])});
    add("pubsub#max_items", "text-single", {number_text(config.max_items)});
    add("pubsub#owner", "jid-multi", owners);
    add("pubsub#publisher", "jid-multi", publishers);
    add("pubsub#num_subscribers", "text-single", {std::to_string(subscribers)});
    return form;
}

base::Result<NodeConfig, StanzaError> read_node_form(const DataForm& form, NodeConfig config) {
    return read(form, std::move(config), false);
}

base::Result<NodeConfig, StanzaError> read_publish_options(const DataForm& form, NodeConfig config) {
    return read(form, std::move(config), true);
}

}  // namespace routing
