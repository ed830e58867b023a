// SPDX-License-Identifier: MIT
// XEP-0060 7, 8.1, 8.4, 8.5: publishing and deleting items, making, purging and deleting nodes.
#include "modules/xep_0060_pubsub/question.h"
#include "routing/node_form.h"

#include <iterator>

namespace modules::pubsub {
namespace {

using xmpp::Condition, xmpp::DataForm;

constexpr std::size_t most_id_bytes = 1023;

std::vector<xml::Element> items_of(const xml::Element& action) {
    std::vector<xml::Element> items;
    for (const xml::Element child : action.children())
        if (child.is({xmpp::ns::pubsub, "item"})) items.push_back(child);
    return items;
}

std::optional<DataForm> form_in(const xml::Element& element) {
    const auto x = element.child({xmpp::ns::data_form, "x"});
    return x ? xmpp::parse_form(*x) : std::nullopt;
}

bool is_submitted(const std::optional<DataForm>& form, std::string_view form_type) {
    return form && form->type() == DataForm::submit && form->form_type() == form_type;
}

// XEP-0060 8.1.3: <configure/> follows <create/> and names no node.
bool is_misplaced(const xml::Element& pubsub, const xml::Element& configure) {
    return configure.attribute("node") || pubsub.first_child()->name().local != "create";
}

// XEP-0060 4.6.2: what a resource may be.
bool is_node_name(const std::string& text) { return text.size() <= most_id_bytes && xmpp::prepare_resource(text) == text; }

bool answers_true(std::string_view text) { return text == "1" || text == "true"; }

}  // namespace

void create(const Question& question) {
    routing::NodeHost& host = question.host;
    const bool may = question.is_account ? question.asker.is_host
                                         : question.asker.jid.domain() == question.feature.node().domain.text();
    if (!may) return question.refuse(Condition::forbidden);
    if (host.nodes.find(question.node)) return question.refuse(Condition::conflict);
    const std::size_t most = question.feature.node().limits.nodes;
    const bool is_full = most != 0 && host.nodes.made_by(question.asker.jid.bare_text()) >= most;
    if (is_full) return question.refuse(Condition::policy_violation, "max-nodes-exceeded");
    if (!question.node.empty() && !is_node_name(question.node)) return question.refuse(Condition::not_acceptable);
    store::NodeConfig config = question.publisher().defaults(host, question.node);
    if (const auto configure = question.payload().child({xmpp::ns::pubsub, "configure"})) {
        if (is_misplaced(question.payload(), *configure)) return question.refuse(Condition::bad_request);
        const auto form = form_in(*configure);
        if (form && !is_submitted(form, routing::node_config_form)) return question.refuse(Condition::bad_request);
        auto wanted = form ? routing::read_node_form(*form, config) : base::Result<store::NodeConfig, xmpp::StanzaError>(config);
        if (!wanted) return question.refuse(wanted.error());
        config = *std::move(wanted);
    }
    const bool is_instant = question.node.empty();
    const std::string node = is_instant ? question.feature.node().random.text(32) : question.node;
    question.publisher().create(host, node, std::move(config), question.asker.jid);
    if (is_instant) return question.answer(question.tag("create").with_attribute("node", node));
    question.done();
}

void publish(const Question& question) {
    const auto items = items_of(question.action);
    if (items.size() > 1) return question.refuse(Condition::not_allowed, "max-items-exceeded");  // XEP-0060 13.11: no batches
    if (question.node.empty()) return question.refuse(Condition::bad_request, "nodeid-required");
    const store::Node* node = question.host.nodes.find(question.node);
    if (!node && question.is_account && !question.asker.is_host) return question.refuse(Condition::forbidden);
    if (!node && !is_node_name(question.node)) return question.refuse(Condition::not_acceptable);
    routing::Publication publication{question.asker.jid, question.node, items.empty() ? std::nullopt : std::optional(items.front())};
    if (const auto options = question.payload().child({xmpp::ns::pubsub, "publish-options"})) {
        publication.options = form_in(*options);
        if (!is_submitted(publication.options, routing::publish_options_form))
            return question.refuse(Condition::bad_request, "invalid-options");
    }
    const auto published = question.publisher().publish(question.host, question.asker, publication);
    if (!published) return question.refuse(published.error());
    const auto tag = question.tag("publish").with_attribute("node", question.node);
    if (published->empty()) return question.answer(tag);
    question.answer(tag.with(question.tag("item").with_attribute("id", *published)));
}

void retract(const Question& question) {
    if (question.node.empty()) return question.refuse(Condition::bad_request, "nodeid-required");
    const auto items = items_of(question.action);
    if (items.size() != 1) return question.refuse(Condition::bad_request, "item-required");
    const std::string id(items.front().attribute("id").value_or(""));
    if (id.empty()) return question.refuse(Condition::bad_request, "item-required");
    const store::Node* node = question.host.nodes.find(question.node);
    if (!node && question.is_account && !question.asker.is_host) return question.refuse(Condition::forbidden);
    if (!node) return question.refuse(Condition::item_not_found);
    const store::NodeItem* item = node->item(id);
    if (!routing::may_retract(*node, question.asker, item ? item->publisher : question.asker.jid.bare_text()))
        return question.refuse(Condition::forbidden);
    if (!node->config.persist_items) return question.refuse(routing::unsupported("persistent-items"));
    const bool notifies = answers_true(question.action.attribute("notify").value_or(""));
    if (!question.publisher().retract(question.host, question.node, id, notifies)) return question.refuse(Condition::item_not_found);
    question.done();
}

void remove(const Question& question) {
    if (!question.find_own()) return;
    // XEP-0060 8.4.1: optional. Who asks for it is to know that nobody would be sent on.
    if (question.action.has_child({xmpp::ns::pubsub_owner, "redirect"})) return question.refuse(Condition::feature_not_implemented);
    question.publisher().remove(question.host, question.node);
    question.done();
}

void purge(const Question& question) {
    const store::Node* node = question.find_own();
    if (!node) return;
    if (!node->config.persist_items) return question.refuse(routing::unsupported("persistent-items"));
    question.publisher().purge(question.host, question.node);
    question.done();
}

}  // namespace modules::pubsub
