// SPDX-License-Identifier: MIT
#include "modules/xep_0060_pubsub/question.h"

#include <algorithm>
#include <array>
#include <utility>

namespace modules::pubsub {
namespace {

using xmpp::Condition, xmpp::Iq;

struct Action {
    std::string_view ns, name;
    Iq::Type type;
    void (*take)(const Question&);
};
constexpr std::array actions = {
    Action{xmpp::ns::pubsub, "create", Iq::set, create},
    Action{xmpp::ns::pubsub, "publish", Iq::set, publish},
    Action{xmpp::ns::pubsub, "retract", Iq::set, retract},
    Action{xmpp::ns::pubsub, "subscribe", Iq::set, subscribe},
    Action{xmpp::ns::pubsub, "unsubscribe", Iq::set, unsubscribe},
    Action{xmpp::ns::pubsub, "items", Iq::get, get_items},
    Action{xmpp::ns::pubsub, "subscriptions", Iq::get, get_own_subscriptions},
    Action{xmpp::ns::pubsub, "affiliations", Iq::get, get_own_affiliations},
    Action{xmpp::ns::pubsub_owner, "delete", Iq::set, remove},
    Action{xmpp::ns::pubsub_owner, "purge", Iq::set, purge},
    Action{xmpp::ns::pubsub_owner, "configure", Iq::get, get_config},
    Action{xmpp::ns::pubsub_owner, "configure", Iq::set, set_config},
    Action{xmpp::ns::pubsub_owner, "default", Iq::get, get_default},
    Action{xmpp::ns::pubsub_owner, "affiliations", Iq::get, get_affiliations},
    Action{xmpp::ns::pubsub_owner, "affiliations", Iq::set, set_affiliations},
    Action{xmpp::ns::pubsub_owner, "subscriptions", Iq::get, get_subscriptions},
    Action{xmpp::ns::pubsub_owner, "subscriptions", Iq::set, set_subscriptions},
};

// XEP-0060 6.3.4.6, 6.4.3.2: what others have and this server has not.
std::string_view missing_feature(std::string_view ns, std::string_view name) {
    if (ns != xmpp::ns::pubsub) return {};
    if (name == "options") return "subscription-options";
    if (name == "default") return "retrieve-default-sub";
    return {};
}

}  // namespace

const store::Node* Question::find() const {
    if (node.empty()) return refuse(Condition::bad_request, "nodeid-required"), nullptr;
    const store::Node* found = publisher().find(host, node, is_account && asker.is_host);
    if (found) return found;
    if (is_stranger())
        refuse(routing::presence_required());
    else
        refuse(Condition::item_not_found);
    return nullptr;
}

const store::Node* Question::find_own() const {
    if (node.empty()) return refuse(Condition::bad_request, "nodeid-required"), nullptr;
    const store::Node* found = host.nodes.find(node);
    const bool is_own = found && routing::is_owner(*found, asker);
    if (is_own) return found;
    if (found || (is_account && !asker.is_host))
        refuse(Condition::forbidden);
    else
        refuse(Condition::item_not_found);
    return nullptr;
}

void Question::refuse_access(const store::Node& asked, const xmpp::StanzaError& error) const {
    using store::AccessModel;
    const bool is_open = asked.config.access == AccessModel::open || asked.config.access == AccessModel::authorize;
    refuse(is_stranger() && !is_open ? routing::presence_required() : error);
}

void take(Question question) {
    const std::string_view ns = question.ns();
    for (const xml::Element child : question.payload().children()) {
        const auto found = std::ranges::find_if(actions, [&](const Action& action) {
            return child.is({action.ns, action.name}) && action.ns == ns && action.type == question.iq.type();
        });
        if (found == actions.end()) continue;
        question.action = child;
        question.node = child.attribute("node").value_or("");
        return found->take(question);
    }
    const auto first = question.payload().first_child();
    const std::string_view missing = first ? missing_feature(ns, first->name().local) : std::string_view();
    if (missing.empty()) return question.refuse(Condition::bad_request);
    question.refuse(routing::unsupported(missing));
}

}  // namespace modules::pubsub
