// SPDX-License-Identifier: MIT
#include "routing/node_access.h"

#include "xmpp/namespaces.h"

#include <algorithm>

namespace routing {
namespace {

using store::AccessModel, store::NodeAffiliation, xmpp::Condition, xmpp::StanzaError;

bool is_in_group(const store::Node& node, const Asker& asker) {
    return asker.sees_owner && std::ranges::any_of(asker.groups, [&](const std::string& group) {
               return std::ranges::find(node.config.roster_groups, group) != node.config.roster_groups.end();
           });
}

// What the access model alone says of one without affiliation; `authorize` is for the caller.
std::optional<StanzaError> refused_by_model(const store::Node& node, const Asker& asker) {
    switch (node.config.access) {
    case AccessModel::presence: return asker.sees_owner ? std::nullopt : std::optional(presence_required());
    case AccessModel::roster:
        if (is_in_group(node, asker)) return std::nullopt;
        return node_error(Condition::not_authorized, "not-in-roster-group");
    case AccessModel::whitelist: return node_error(Condition::not_allowed, "closed-node");
    case AccessModel::open:
    case AccessModel::authorize: break;
    }
    return std::nullopt;
}

StanzaError forbidden() { return {Condition::forbidden, {}, {}, {}}; }

}  // namespace

StanzaError node_error(Condition condition, std::string_view detail, std::string_view feature) {
    xml::Element element({xmpp::ns::pubsub_errors, detail});
    if (!feature.empty()) element = element.with_attribute("feature", feature);
    return {condition, {}, xmpp::ErrorType::none, element};
}

StanzaError unsupported(std::string_view feature) { return node_error(Condition::feature_not_implemented, "unsupported", feature); }

StanzaError presence_required() { return node_error(Condition::not_authorized, "presence-subscription-required"); }

NodeAffiliation affiliation_of(const store::Node& node, const Asker& asker) {
    return asker.is_host ? NodeAffiliation::owner : node.affiliation(asker.jid.bare_text());
}

bool is_owner(const store::Node& node, const Asker& asker) { return affiliation_of(node, asker) == NodeAffiliation::owner; }

bool is_subscribed(const store::Node& node, const xmpp::Jid& jid) {
    return std::ranges::any_of(node.subscriptions, [&](const auto& entry) {
        if (entry.second != store::NodeSubscription::subscribed) return false;
        const std::string_view subscriber = entry.first;
        return subscriber == jid.text() || subscriber.substr(0, subscriber.find('/')) == jid.bare_text();
    });
}

std::optional<StanzaError> refuses_subscription(const store::Node& node, const Asker& asker) {
    const NodeAffiliation affiliation = affiliation_of(node, asker);
    if (affiliation == NodeAffiliation::outcast || affiliation == NodeAffiliation::publish_only) return forbidden();
    if (!node.config.may_subscribe) return unsupported("subscribe");
    if (affiliation != NodeAffiliation::none) return std::nullopt;
    return refused_by_model(node, asker);
}

std::optional<StanzaError> refuses_reading(const store::Node& node, const Asker& asker) {
    const NodeAffiliation affiliation = affiliation_of(node, asker);
    if (affiliation == NodeAffiliation::outcast || affiliation == NodeAffiliation::publish_only) return forbidden();
    if (affiliation != NodeAffiliation::none) return std::nullopt;
    if (node.config.access == AccessModel::authorize && !is_subscribed(node, asker.jid))
        return node_error(Condition::not_authorized, "not-subscribed");
    return refused_by_model(node, asker);
}

bool needs_approval(const store::Node& node, const Asker& asker) {
    return node.config.access == AccessModel::authorize && affiliation_of(node, asker) == NodeAffiliation::none;
}

bool may_publish(const store::Node& node, const Asker& asker) {
    switch (affiliation_of(node, asker)) {
    case NodeAffiliation::owner:
    case NodeAffiliation::publisher:
    case NodeAffiliation::publish_only: return true;
    case NodeAffiliation::outcast: return false;
    case NodeAffiliation::member:
    case NodeAffiliation::none: break;
    }
    if (node.config.publish == store::PublishModel::open) return true;
    return node.config.publish == store::PublishModel::subscribers && is_subscribed(node, asker.jid);
}

bool may_retract(const store::Node& node, const Asker& asker, std::string_view publisher) {
    const NodeAffiliation affiliation = affiliation_of(node, asker);
    if (affiliation == NodeAffiliation::owner || affiliation == NodeAffiliation::publisher) return true;
    return may_publish(node, asker) && publisher == asker.jid.bare_text();
}

bool may_see(const store::Node& node, const Asker& asker) {
    return affiliation_of(node, asker) == NodeAffiliation::publish_only || !refuses_subscription(node, asker) ||
           !refuses_reading(node, asker);
}

bool is_implicitly_subscribed(const store::Node& node, const Asker& asker) {
    if (asker.is_host) return true;
    return node.config.access != AccessModel::authorize && !refuses_reading(node, asker);
}

}  // namespace routing
