// SPDX-License-Identifier: MIT
// XEP-0060 6.1, 6.2, 5.6, 5.7, 8.6: subscriptions by subscribers, and their approval by owners.
#include "modules/xep_0060_pubsub/question.h"
#include "xmpp/data_form.h"

#include <algorithm>

namespace modules::pubsub {
namespace {

using store::NodeSubscription, xmpp::Condition, xmpp::DataForm;

constexpr std::string_view approval_form = "http://jabber.org/protocol/pubsub#subscribe_authorization";

xml::Element subscription_tag(std::string_view ns, std::string_view node, std::string_view jid, NodeSubscription state) {
    return xml::Element({ns, "subscription"})
        .with_attribute("node", node)
        .with_attribute("jid", jid)
        .with_attribute("subscription", store::to_string(state));
}

NodeSubscription state_of(const store::Node& node, const std::string& jid) {
    const auto found = node.subscriptions.find(jid);
    return found == node.subscriptions.end() ? NodeSubscription::none : found->second;
}

// The address to be subscribed; empty: it is not the asker's own, or none.
std::string subscriber(const Question& question) {
    const auto jid = xmpp::parse_jid(question.attribute("jid"));
    return jid && jid->bare_text() == question.asker.jid.bare_text() ? jid->text() : std::string();
}

std::vector<xmpp::Jid> owners_of(const Question& question, const store::Node& node) {
    if (question.is_account) return {question.host.jid};
    std::vector<xmpp::Jid> owners;
    for (const auto& [bare, affiliation] : node.affiliations) {
        const auto jid = xmpp::parse_jid(bare);
        if (jid && affiliation == store::NodeAffiliation::owner) owners.push_back(*jid);
    }
    return owners;
}

xmpp::FormField field(const char* var, const char* type, std::string label, std::string value) {
    return {var, type, std::move(label), {std::move(value)}, {}, false};
}

// Nobody knows the owners' language; it is that of who asks, among colleagues.
DataForm form_for_approval(xmpp::Language language, const store::Node& node, const std::string& jid) {
    const auto say = [language](const char* english, const char* french) { return xmpp::Words(english, french).in(language); };
    DataForm form(DataForm::form, approval_form);
    form.title(say("Request to subscribe", "Demande d'abonnement"));
    form.instructions(say("Choose whether this address may subscribe to the node.", "Choisissez si cette adresse peut s'abonner au nœud."));
    form.add(field("pubsub#node", "text-single", say("Node", "Nœud"), node.id));
    form.add(field("pubsub#subscriber_jid", "jid-single", say("Subscriber", "Abonné"), jid));
    form.add(field("pubsub#allow", "boolean", say("Allow the subscription?", "Permettre l'abonnement ?"), "0"));
    return form;
}

// XEP-0060 8.6, with a body so that it waits for an owner who is offline.
void ask_owners(const Question& question, const store::Node& node, const std::string& jid) {
    const xmpp::Language language = question.iq.language();
    const xml::Element form = form_for_approval(language, node, jid).to_element();
    const std::string& host = question.host.jid.text();
    const xmpp::Words sentence(jid + " asks to subscribe to the node " + node.id + " of " + host,
                               jid + " demande à s'abonner au nœud " + node.id + " de " + host);
    const auto body = xml::Element({xml::stanza_ns, "body"}).with_text(sentence.in(language));
    for (const xmpp::Jid& owner : owners_of(question, node)) {
        const xmpp::Message message(question.host.jid, owner, xmpp::Message::normal, form);
        const auto element = message.with(body).element().with_attribute("id", question.feature.node().random.text(16));
        const auto spoken = element.with_attribute({xml::xml_ns, std::string_view("lang")}, xmpp::tag_of(language));
        question.feature.router().send(xmpp::Message(spoken, question.host.jid, owner));
    }
}

// pubsub#notify_sub.
void tell_owners(const Question& question, const store::Node& node, const std::string& jid, NodeSubscription state) {
    if (!node.config.notify_sub) return;
    for (const xmpp::Jid& owner : owners_of(question, node))
        question.publisher().send_event(question.host.jid, node.config, owner,
                                        subscription_tag(xmpp::ns::pubsub_event, node.id, jid, state));
}

void change(const routing::Feature& feature, routing::NodeHost& host, const std::string& node, const std::string& jid, NodeSubscription state) {
    store::Batch batch;
    host.nodes.subscribe(batch, node, jid, state);
    feature.publisher().commit(host, std::move(batch));
}

}  // namespace

void tell_subscriber(const routing::Feature& feature, const routing::NodeHost& host, const store::Node& node, const std::string& jid) {
    const auto to = xmpp::parse_jid(jid);
    if (to) feature.publisher().send_event(host.jid, node.config, *to, subscription_tag(xmpp::ns::pubsub_event, node.id, jid, state_of(node, jid)));
}

void subscribe(const Question& question) {
    const std::string jid = subscriber(question);
    if (jid.empty()) return question.refuse(Condition::bad_request, "invalid-jid");
    const store::Node* node = question.find();
    if (!node) return;
    if (const auto error = routing::refuses_subscription(*node, question.asker)) return question.refuse_access(*node, *error);
    NodeSubscription state = state_of(*node, jid);
    if (state == NodeSubscription::pending) return question.refuse(Condition::not_authorized, "pending-subscription");
    const bool is_new = state == NodeSubscription::none;
    const std::size_t most = question.feature.node().limits.node_subscribers;
    if (is_new && most != 0 && node->subscriptions.size() >= most) {
        auto error = routing::node_error(Condition::policy_violation, "too-many-subscriptions");
        error.type = xmpp::ErrorType::wait;
        return question.refuse(error);
    }
    if (is_new) state = routing::needs_approval(*node, question.asker) ? NodeSubscription::pending : NodeSubscription::subscribed;
    if (is_new) change(question.feature, question.host, question.node, jid, state);
    question.answer(subscription_tag(xmpp::ns::pubsub, question.node, jid, state));
    node = question.host.nodes.find(question.node);
    if (!is_new || !node) return;
    if (state == NodeSubscription::pending) return ask_owners(question, *node, jid);
    tell_owners(question, *node, jid, state);
    if (node->config.send_last != store::SendLast::never) question.publisher().send_last(question.host, *node, *xmpp::parse_jid(jid));
}

void unsubscribe(const Question& question) {
    const store::Node* node = question.find();
    if (!node) return;
    const std::string jid = subscriber(question);
    if (jid.empty()) return question.refuse(Condition::forbidden);
    if (state_of(*node, jid) == NodeSubscription::none) {
        auto error = routing::node_error(Condition::unexpected_request, "not-subscribed");
        error.type = xmpp::ErrorType::cancel;
        return question.refuse(error);
    }
    change(question.feature, question.host, question.node, jid, NodeSubscription::none);
    question.answer(subscription_tag(xmpp::ns::pubsub, question.node, jid, NodeSubscription::none));
    node = question.host.nodes.find(question.node);
    if (node) tell_owners(question, *node, jid, NodeSubscription::none);
}

void get_own_subscriptions(const Question& question) {
    auto list = question.tag("subscriptions");
    if (!question.node.empty()) list = std::move(list).with_attribute("node", question.node);
    for (const auto& [id, node] : question.host.nodes.all()) {
        if (!question.node.empty() && question.node != id) continue;
        for (const auto& [jid, state] : node.subscriptions)
            if (std::string_view(jid).substr(0, jid.find('/')) == question.asker.jid.bare_text())
                list = std::move(list).with(subscription_tag(xmpp::ns::pubsub, id, jid, state));
    }
    question.answer(list);
}

void get_own_affiliations(const Question& question) {
    auto list = question.tag("affiliations");
    if (!question.node.empty()) list = std::move(list).with_attribute("node", question.node);
    for (const auto& [id, node] : question.host.nodes.all()) {
        const auto affiliation = routing::affiliation_of(node, question.asker);
        if (affiliation == store::NodeAffiliation::none || (!question.node.empty() && question.node != id)) continue;
        list = std::move(list).with(question.tag("affiliation")
                                        .with_attribute("node", id)
                                        .with_attribute("affiliation", store::to_string(affiliation)));
    }
    question.answer(list);
}

bool take_approval(const routing::Feature& feature, routing::NodeHost& host, const xmpp::Message& message) {
    const auto x = message.child({xmpp::ns::data_form, "x"});
    const auto form = x ? xmpp::parse_form(*x) : std::nullopt;
    if (!form || form->form_type() != approval_form || form->type() == DataForm::form) return false;
    const store::Node* node = host.nodes.find(form->value("pubsub#node").value_or(""));
    const std::string jid = form->value("pubsub#subscriber_jid").value_or("");
    const auto allow = form->boolean("pubsub#allow");
    // Cancelled, answered by another owner, or no owner's answer at all: the request stays as it is.
    if (form->type() != DataForm::submit || !node || !allow || state_of(*node, jid) != NodeSubscription::pending) return true;
    const auto asker = feature.publisher().asker(host, message.from());
    if (!routing::is_owner(*node, asker)) return true;
    const std::string id = node->id;
    change(feature, host, id, jid, *allow ? NodeSubscription::subscribed : NodeSubscription::none);
    node = host.nodes.find(id);
    const auto to = xmpp::parse_jid(jid);
    if (!node || !to) return true;
    tell_subscriber(feature, host, *node, jid);
    if (*allow && node->config.send_last != store::SendLast::never) feature.publisher().send_last(host, *node, *to);
    return true;
}

}  // namespace modules::pubsub
