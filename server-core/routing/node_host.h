// SPDX-License-Identifier: MIT
// XEP-0060: whose nodes they are, what is published to one, and what has happened to it.
#pragma once
#include "routing/interests.h"
#include "routing/nodes.h"
#include "xmpp/data_form.h"

#include <map>
#include <optional>
#include <string>

namespace routing {

// The nodes of one owner, and which clients are there to hear of them.
struct NodeHost {
    xmpp::Jid jid;
    Account* account = nullptr;  // whose state this is; null: a service
    NodeSet nodes;
    struct Watcher {
        xmpp::Jid jid;
        std::string key;       // of its capabilities
        InterestPtr interest;  // null: nothing, or not known yet
    };
    std::map<std::string, Watcher, std::less<>> watchers;  // by full JID: clients of the account and of its contacts
};

struct Publication {
    xmpp::Jid by;  // full JID
    std::string node;
    std::optional<xml::Element> item;  // <item/> as it was sent; empty: none
    std::optional<xmpp::DataForm> options{};
};

// Something has happened to a node of an account.
struct NodeChange {
    enum Kind { published, retracted, purged, deleted, configured };
    Kind kind;
    std::string node;
    std::string item{};                    // published, retracted
    std::optional<xml::Element> payload{};  // published
};

}  // namespace routing
