// SPDX-License-Identifier: MIT
// XEP-0060: one request to the nodes of an account or of the service, and what all requests need.
#pragma once
#include "routing/feature.h"
#include "xmpp/namespaces.h"

#include <string>
#include <string_view>

namespace modules::pubsub {

struct Question {
    routing::Feature feature;
    routing::NodeHost& host;
    bool is_account;        // XEP-0163; else a service
    routing::Asker asker;
    xmpp::Iq iq;
    xml::Element action;    // <publish/>, <items/>...
    std::string node;       // its node; empty: none
    routing::Reply reply;

    xml::Element payload() const { return *iq.payload(); }
    std::string_view ns() const { return payload().name().ns; }
    routing::Publisher& publisher() const { return feature.publisher(); }
    std::string attribute(std::string_view name) const { return std::string(action.attribute(name).value_or("")); }

    void done() const { reply(xmpp::IqReply::done()); }
    void refuse(const xmpp::StanzaError& error) const { reply(xmpp::IqReply::error(error)); }
    void refuse(xmpp::Condition condition) const { reply(xmpp::IqReply::error(condition)); }
    void refuse(xmpp::Condition condition, std::string_view detail) const { refuse(routing::node_error(condition, detail)); }
    // <pubsub/> around `answer`.
    void answer(const xml::Element& answer) const { reply(xmpp::IqReply::result(xml::Element({ns(), "pubsub"}).with(answer))); }
    xml::Element tag(std::string_view name) const { return xml::Element({ns(), name}); }

    // One who does not see the account's presence learns of open nodes only; all else looks as if nobody were there
    // (DESIGN 4.4).
    bool is_stranger() const { return is_account && !asker.sees_owner; }
    // The node, or null when the question has been refused: for anybody, and for owners.
    const store::Node* find() const;
    const store::Node* find_own() const;
    // The error, but to a stranger what he gets for any node.
    void refuse_access(const store::Node& asked, const xmpp::StanzaError& error) const;
};

// One question each; all answer it once.
void create(const Question& question);
void publish(const Question& question);
void retract(const Question& question);
void remove(const Question& question);
void purge(const Question& question);
void get_items(const Question& question);
void subscribe(const Question& question);
void unsubscribe(const Question& question);
void get_own_subscriptions(const Question& question);
void get_own_affiliations(const Question& question);
void get_config(const Question& question);
void set_config(const Question& question);
void get_default(const Question& question);
void get_affiliations(const Question& question);
void set_affiliations(const Question& question);
void get_subscriptions(const Question& question);
void set_subscriptions(const Question& question);

// What a <pubsub/> asks; finds the action and answers.
void take(Question question);

// XEP-0060 8.6: an owner's answer to a request to subscribe. False when the message is none.
bool take_approval(const routing::Feature& feature, routing::NodeHost& host, const xmpp::Message& message);
// Tells a subscriber his state (13.14).
void tell_subscriber(const routing::Feature& feature, const routing::NodeHost& host, const store::Node& node, const std::string& jid);

// Service discovery, for accounts (through routing/discovery) and the service.
std::vector<std::string> features(bool is_account);
std::vector<routing::DiscoItem> visible_nodes(const routing::NodeHost& host, const routing::Asker& asker);
xmpp::IqReply node_info(const routing::NodeHost& host, const routing::Asker& asker, const std::string& node);
xmpp::IqReply node_items(const routing::Feature& feature, const routing::NodeHost& host, const routing::Asker& asker, const std::string& node);

}  // namespace modules::pubsub
