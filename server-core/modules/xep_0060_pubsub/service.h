// SPDX-License-Identifier: MIT
// XEP-0060: the host of nodes that belong to no account. What only an owner's roster knows is asked of his account by a
// stanza (DESIGN 9.1); what comes meanwhile waits, so that order holds.
#pragma once
#include "modules/xep_0060_pubsub/question.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace modules::pubsub {

class Service {
public:
    Service(const routing::Feature& feature, xmpp::Jid host);
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    // Reads the nodes; stanzas wait so long.
    void load();
    // The same after a refused commit.
    void load_again() {
        ++holds_;
        load();
    }
    void take(const xmpp::AnyStanza& stanza);
    const xmpp::Jid& host() const { return host_.jid; }
    void expire() { feature_.publisher().expire(host_); }
    // An account is about to be erased, and its nodes, affiliations and subscriptions with it.
    void forget(const xmpp::Jid& account);
    // Those of `jids` who may still read the node, which is open to contacts of its maker; the others lose their
    // subscriptions (XEP-0163 7).
    void verify(const std::string& node, std::vector<xmpp::Jid> jids, std::function<void(std::vector<xmpp::Jid>)> fn);

private:
    struct Waiting {
        xmpp::AnyStanza stanza;
        routing::TicketPtr gate;
    };
    using Standing = std::map<std::string, routing::Asker, std::less<>>;  // by bare JID: those who see the owner
    void handle(const xmpp::AnyStanza& stanza);
    void answer(const xmpp::Iq& iq);
    // pubsub#send_last_published_item = on_sub_and_presence.
    void came_online(const xmpp::Jid& client);
    xmpp::IqReply discover(const xmpp::Iq& iq);
    void ask(const xmpp::Iq& iq, routing::Asker asker);
    // What the roster of the node's maker says of these.
    void ask_standing(const store::Node& node, const std::vector<xmpp::Jid>& jids, std::function<void(const Standing&)> fn);
    void take_answer(const xmpp::Iq& iq);
    void take_bounce(const xmpp::Message& message);
    void end_subscriptions(const std::string& node, const std::vector<std::string>& jids);
    void work_off();

    routing::Feature feature_;
    routing::NodeHost host_;
    unsigned holds_ = 1;  // reasons to wait: being loaded, asking
    std::deque<Waiting> waiting_;
    routing::ByText<std::function<void(const Standing&)>> asked_;  // by id
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

// Answers `ask_standing` in an account's name.
xmpp::IqReply standing(routing::Request& request);
inline constexpr xml::Name standing_name{"urn:server-core:standing", "standing"};

}  // namespace modules::pubsub
