// SPDX-License-Identifier: MIT
// XEP-0060 9.2: which nodes a client wants to hear of, by the capabilities in its presence (XEP-0115). Each hash that is
// verified is asked for once and remembered for all clients, within bounds.
#pragma once
#include "routing/router.h"

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace routing {

// Node ids that came with "+notify".
using Interest = std::set<std::string, std::less<>>;
using InterestPtr = std::shared_ptr<const Interest>;

class Interests {
public:
    explicit Interests(Router& router) : router_(router) {}

    // What the presence's <c/> stands for, as text; empty: there is none, so nothing is wanted.
    static std::string key_of(const xmpp::Presence& presence);
    // Gives what the client of that presence wants, now or when it has answered; nothing when it never tells.
    //   asker   the account that its presence is for
    using Learned = std::function<void(InterestPtr)>;
    void learn(const xmpp::Jid& asker, const xmpp::Presence& presence, Learned learned);
    std::size_t known() const { return known_.size(); }

private:
    struct Waiting {
        xmpp::Jid asker, client;
        std::string node, hash, ver;
        Learned learned;
    };
    void ask(const std::string& key);
    void answered(const std::string& key, const xmpp::Iq* answer);
    void distrust(const std::string& key, const Waiting& asked, const InterestPtr& interest);
    void remember(const std::string& key, const InterestPtr& interest);

    Router& router_;
    ByText<InterestPtr> known_;
    std::deque<std::string> order_;  // of known_, oldest first
    ByText<std::deque<Waiting>> waiting_;  // by key: the first is being asked
};

}  // namespace routing
