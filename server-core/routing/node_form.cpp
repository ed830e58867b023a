// SPDX-License-Identifier: MIT
#include "routing/node_form.h"

#include "routing/node_access.h"
#include "store/fields.h"
#include "xmpp/datetime.h"

#include <algorithm>
#include <array>
#include <utility>

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

// What the fields are called.
struct Label {
    std::string_view var;
    const char* english;
    const char* french;
};
constexpr std::array labels = {
    Label{"pubsub#title", "A short name for the node", "Un nom court pour le nœud"},
    Label{"pubsub#description", "A description of the node", "Une description du nœud"},
    Label{"pubsub#language", "The language of the node", "La langue du nœud"},
    Label{"pubsub#type", "The namespace of the payload", "L'espace de noms du contenu"},
    Label{"pubsub#contact", "Whom to ask about the node", "À qui s'adresser au sujet du nœud"},
    Label{"pubsub#roster_groups_allowed", "Groups of the roster that may subscribe", "Groupes de la liste de contacts qui peuvent s'abonner"},
    Label{"pubsub#deliver_notifications", "Send notifications", "Envoyer des notifications"},
    Label{"pubsub#deliver_payloads", "Send payloads with notifications", "Envoyer le contenu avec les notifications"},
    Label{"pubsub#notify_config", "Tell subscribers when the configuration changes", "Avertir les abonnés quand la configuration change"},
    Label{"pubsub#notify_delete", "Tell subscribers when the node is deleted", "Avertir les abonnés quand le nœud est supprimé"},
    Label{"pubsub#notify_retract", "Tell subscribers when items are removed", "Avertir les abonnés quand des éléments sont retirés"},
    Label{"pubsub#notify_sub", "Tell owners who subscribes and unsubscribes", "Dire aux propriétaires qui s'abonne et se désabonne"},
    Label{"pubsub#persist_items", "Keep items", "Garder les éléments"},
    Label{"pubsub#subscribe", "Allow subscriptions", "Permettre les abonnements"},
    Label{"pubsub#max_items", "Most items to keep, or max", "Nombre d'éléments gardés au plus, ou max"},
    Label{"pubsub#item_expire", "Seconds after which items are removed, or max", "Secondes après lesquelles les éléments sont retirés, ou max"},
    Label{"pubsub#max_payload_size", "Largest payload in bytes", "Taille maximale du contenu en octets"},
    Label{"pubsub#access_model", "Who may subscribe and read", "Qui peut s'abonner et lire"},
    Label{"pubsub#publish_model", "Who may publish", "Qui peut publier"},
    Label{"pubsub#send_last_published_item", "When to send the last item", "Quand envoyer le dernier élément"},
    Label{"pubsub#publish_node_full", "What happens when the node is full", "Ce qui se passe quand le nœud est plein"},
    Label{"pubsub#itemreply", "Whose address items carry", "De qui les éléments portent l'adresse"},
    Label{"pubsub#notification_type", "The type of notifications", "Le type des notifications"},
};

std::string label_of(std::string_view var, xmpp::Language language) {
    const auto found = std::ranges::find(labels, var, &Label::var);
    return found == labels.end() ? std::string() : xmpp::Words(found->english, found->french).in(language);
}

std::string number_text(std::uint64_t number) { return number == NodeConfig::max ? "max" : std::to_string(number); }

FormField choice_field(const store::NodeChoice& choice, const NodeConfig& config, std::string label) {
    FormField field{choice.var, "list-single", std::move(label), {std::string(choice.values[choice.get(config)])}, {}, false};
    for (const std::string_view value : choice.values) field.options.emplace_back(std::string(value), std::string());
    return field;
}

FormField list_field(const store::NodeTexts& list, const NodeConfig& config, std::string label, const std::vector<std::string>& groups) {
    FormField field{list.var, list.type, std::move(label), config.*list.member, {}, false};
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

DataForm node_form(DataForm::Type type, const NodeConfig& config, xmpp::Language language, const std::vector<std::string>& groups) {
    DataForm form(type, node_config_form);
    const auto label = [language](std::string_view var) { return label_of(var, language); };
    for (const store::NodeText& text : store::node_texts)
        form.add({text.var, "text-single", label(text.var), {config.*text.member}, {}, false});
    for (const store::NodeTexts& list : store::node_lists) form.add(list_field(list, config, label(list.var), groups));
    for (const store::NodeFlag& flag : store::node_flags)
        form.add({flag.var, "boolean", label(flag.var), {config.*flag.member ? "1" : "0"}, {}, false});
    for (const store::NodeNumber& number : store::node_numbers)
        form.add({number.var, "text-single", label(number.var), {number_text(config.*number.member)}, {}, false});
    for (const store::NodeChoice& choice : store::node_choices) form.add(choice_field(choice, config, label(choice.var)));
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
