// SPDX-License-Identifier: MIT
// XEP-0060 8.2, 8.3, 8.8, 8.9: an owner configures a node and manages affiliations and subscriptions.
#include "modules/xep_0060_pubsub/question.h"
#include "routing/node_form.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace modules::pubsub {
namespace {

using store::NodeAffiliation, store::NodeSubscription, xmpp::Condition, xmpp::DataForm;

constexpr std::array affiliations = {NodeAffiliation::none,      NodeAffiliation::outcast,   NodeAffiliation::member,
                                     NodeAffiliation::publish_only, NodeAffiliation::publisher, NodeAffiliation::owner};
constexpr std::array subscriptions = {NodeSubscription::none, NodeSubscription::subscribed};

template <class Values>
auto named(const Values& values, std::string_view name) {
    const auto found = std::ranges::find(values, name, [](auto value) { return store::to_string(value); });
    return found == values.end() ? std::nullopt : std::optional(*found);
}

// The groups of the account's roster, to choose from.
std::vector<std::string> groups_of(const Question& question) {
    std::set<std::string> groups;
    if (question.host.account)
        for (const auto& [jid, item] : question.host.account->roster().items()) groups.insert(item.groups.begin(), item.groups.end());
    return {groups.begin(), groups.end()};
}

NodeSubscription state_of(const store::Node& node, const std::string& jid) {
    const auto found = node.subscriptions.find(jid);
    return found == node.subscriptions.end() ? NodeSubscription::none : found->second;
}

// What a set wants for each address. XEP-0060 8.9.2.4: each is named once.
template <class Value>
struct Wanted {
    std::map<std::string, Value> values;
    std::vector<std::string> invalid;
    bool is_doubled = false;
};

template <class Values, class Keep>
auto read_wanted(const Question& question, std::string_view name, const Values& values, Keep keep) {
    Wanted<typename Values::value_type> wanted;
    for (const xml::Element child : question.action.children()) {
        const auto value = child.attribute(name);
        if (!child.is({xmpp::ns::pubsub_owner, name}) || !value) continue;
        const auto jid = xmpp::parse_jid(child.attribute("jid").value_or(""));
        const auto known = named(values, *value);
        if (!jid || !known)
            wanted.invalid.push_back(jid ? keep(*jid) : std::string(child.attribute("jid").value_or("")));
        else if (!wanted.values.emplace(keep(*jid), *known).second)
            wanted.is_doubled = true;
    }
    return wanted;
}

std::size_t count_owners(const store::Node& node, const std::map<std::string, NodeAffiliation>& wanted) {
    auto all = node.affiliations;
    for (const auto& [bare, affiliation] : wanted) all[bare] = affiliation;
    return static_cast<std::size_t>(
        std::ranges::count_if(all, [](const auto& entry) { return entry.second == NodeAffiliation::owner; }));
}

// XEP-0060 8.8.2.4, 8.9.2.4: the error, with what was not changed as it is; what is not in it counts as changed.
void refuse_with(const Question& question, const xml::Element& unchanged) {
    question.reply(xmpp::IqReply::error(Condition::not_acceptable).beside(question.tag("pubsub").with(unchanged)));
}

xml::Element affiliation_tag(const Question& question, std::string_view jid, NodeAffiliation affiliation) {
    return question.tag("affiliation").with_attribute("jid", jid).with_attribute("affiliation", store::to_string(affiliation));
}

xml::Element subscription_tag(const Question& question, std::string_view jid, NodeSubscription state) {
    return question.tag("subscription").with_attribute("jid", jid).with_attribute("subscription", store::to_string(state));
}

// XEP-0060 8.7.4: who becomes owner or publisher needs no approval, who is banned gets none, and is no subscriber.
NodeSubscription state_after(NodeSubscription state, NodeAffiliation affiliation) {
    if (affiliation == NodeAffiliation::outcast) return NodeSubscription::none;
    const bool is_let_in = affiliation == NodeAffiliation::owner || affiliation == NodeAffiliation::publisher;
    return state == NodeSubscription::pending && is_let_in ? NodeSubscription::subscribed : state;
}

// The subscriptions that change with an affiliation: address and new state.
std::map<std::string, NodeSubscription> following(const store::Node& node, const std::map<std::string, NodeAffiliation>& wanted) {
    std::map<std::string, NodeSubscription> changed;
    for (const auto& [jid, state] : node.subscriptions) {
        const auto found = wanted.find(jid.substr(0, jid.find('/')));
        if (found == wanted.end()) continue;
        const NodeSubscription after = state_after(state, found->second);
        if (after != state) changed.emplace(jid, after);
    }
    return changed;
}

}  // namespace

void get_config(const Question& question) {
    const store::Node* node = question.find_own();
    if (!node) return;
    const auto form = routing::node_form(DataForm::form, node->config, question.iq.language(), groups_of(question));
    question.answer(question.tag("configure").with_attribute("node", question.node).with(form.to_element()));
}

void set_config(const Question& question) {
    const store::Node* node = question.find_own();
    if (!node) return;
    const auto x = question.action.child({xmpp::ns::data_form, "x"});
    const auto form = x ? xmpp::parse_form(*x) : std::nullopt;
    if (form && form->type() == DataForm::cancel) return question.done();
    if (!form || form->type() != DataForm::submit || form->form_type() != routing::node_config_form)
        return question.refuse(Condition::bad_request);
    auto config = routing::read_node_form(*form, node->config);
    if (!config) return question.refuse(config.error());
    question.publisher().configure(question.host, question.node, *std::move(config));
    question.done();
}

void get_default(const Question& question) {
    if (question.is_account && !question.asker.is_host) return question.refuse(Condition::forbidden);
    const auto form = routing::node_form(DataForm::form, question.publisher().defaults(question.host), question.iq.language());
    question.answer(question.tag("default").with(form.to_element()));
}

void get_affiliations(const Question& question) {
    const store::Node* node = question.find_own();
    if (!node) return;
    auto list = question.tag("affiliations").with_attribute("node", question.node);
    for (const auto& [bare, affiliation] : node->affiliations) list = std::move(list).with(affiliation_tag(question, bare, affiliation));
    question.answer(list);
}

void set_affiliations(const Question& question) {
    const store::Node* node = question.find_own();
    if (!node) return;
    const auto wanted = read_wanted(question, "affiliation", affiliations, [](const xmpp::Jid& jid) { return std::string(jid.bare_text()); });
    if (wanted.is_doubled) return question.refuse(Condition::bad_request);
    const std::size_t most = question.feature.node().limits.node_subscribers;
    const bool is_too_many = most != 0 && node->affiliations.size() + wanted.values.size() > most;
    const bool loses_account = question.is_account && wanted.values.contains(question.host.jid.text());
    const bool is_refused = !wanted.invalid.empty() || is_too_many || count_owners(*node, wanted.values) == 0 || loses_account;
    if (is_refused) {
        auto unchanged = question.tag("affiliations").with_attribute("node", question.node);
        for (const auto& [bare, affiliation] : wanted.values)
            unchanged = std::move(unchanged).with(affiliation_tag(question, bare, node->affiliation(bare)));
        for (const std::string& bare : wanted.invalid)
            unchanged = std::move(unchanged).with(affiliation_tag(question, bare, node->affiliation(bare)));
        return refuse_with(question, unchanged);
    }
    const auto changed = following(*node, wanted.values);
    store::Batch batch;
    for (const auto& [bare, affiliation] : wanted.values) question.host.nodes.affiliate(batch, question.node, bare, affiliation);
    for (const auto& [jid, state] : changed) question.host.nodes.subscribe(batch, question.node, jid, state);
    question.publisher().commit(question.host, std::move(batch));
    question.done();
    node = question.host.nodes.find(question.node);
    for (const auto& [jid, state] : changed)
        if (node) tell_subscriber(question.feature, question.host, *node, jid);
}

void get_subscriptions(const Question& question) {
    const store::Node* node = question.find_own();
    if (!node) return;
    auto list = question.tag("subscriptions").with_attribute("node", question.node);
    for (const auto& [jid, state] : node->subscriptions)
        if (state == NodeSubscription::subscribed) list = std::move(list).with(subscription_tag(question, jid, state));
    question.answer(list);
}

void set_subscriptions(const Question& question) {
    const store::Node* node = question.find_own();
    if (!node) return;
    const auto wanted = read_wanted(question, "subscription", subscriptions, [](const xmpp::Jid& jid) { return jid.text(); });
    const std::size_t most = question.feature.node().limits.node_subscribers;
    const bool is_too_many = most != 0 && node->subscriptions.size() + wanted.values.size() > most;
    if (!wanted.invalid.empty() || wanted.is_doubled || is_too_many) {
        auto unchanged = question.tag("subscriptions").with_attribute("node", question.node);
        for (const auto& [jid, state] : wanted.values)
            unchanged = std::move(unchanged).with(subscription_tag(question, jid, state_of(*node, jid)));
        for (const std::string& jid : wanted.invalid)
            unchanged = std::move(unchanged).with(subscription_tag(question, jid, state_of(*node, jid)));
        return refuse_with(question, unchanged);
    }
    store::Batch batch;
    std::vector<std::string> changed;
    for (const auto& [jid, state] : wanted.values) {
        if (state_of(*node, jid) == state) continue;
        question.host.nodes.subscribe(batch, question.node, jid, state);
        changed.push_back(jid);
    }
    question.publisher().commit(question.host, std::move(batch));
    question.done();
    node = question.host.nodes.find(question.node);
    for (const std::string& jid : changed)
        if (node) tell_subscriber(question.feature, question.host, *node, jid);
}

}  // namespace modules::pubsub
