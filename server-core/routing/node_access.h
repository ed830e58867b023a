// SPDX-License-Identifier: MIT
// XEP-0060 4: who may do what with a node, and the errors that say why not. What of an account only its owner's roster
// can tell comes with the asker.
#pragma once
#include "store/nodes.h"
#include "xmpp/stanza_error.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace routing {

// Somebody who asks something of a node, or may be told of it.
struct Asker {
    xmpp::Jid jid;
    bool is_host = false;     // the account whose nodes these are
    bool sees_owner = false;  // has a subscription to the owner's presence
    std::vector<std::string> groups{};  // of the owner's roster that he is in
};

// An error with a condition of pubsub#errors; `feature` for <unsupported/>.
xmpp::StanzaError node_error(xmpp::Condition condition, std::string_view detail, std::string_view feature = {});
xmpp::StanzaError unsupported(std::string_view feature);
xmpp::StanzaError presence_required();

store::NodeAffiliation affiliation_of(const store::Node& node, const Asker& asker);
bool is_owner(const store::Node& node, const Asker& asker);
// Whether one of the asker's addresses is subscribed.
bool is_subscribed(const store::Node& node, const xmpp::Jid& jid);

// Why not; nothing: he may. A subscription that an owner must approve is allowed here.
std::optional<xmpp::StanzaError> refuses_subscription(const store::Node& node, const Asker& asker);
std::optional<xmpp::StanzaError> refuses_reading(const store::Node& node, const Asker& asker);
bool needs_approval(const store::Node& node, const Asker& asker);
bool may_publish(const store::Node& node, const Asker& asker);
// Whether he may delete this item.
bool may_retract(const store::Node& node, const Asker& asker, std::string_view publisher);
// XEP-0163 6: only nodes that he may subscribe to or read are shown to him.
bool may_see(const store::Node& node, const Asker& asker);
// Whether one who sees the owner's presence is subscribed by that (XEP-0060 9.1).
bool is_implicitly_subscribed(const store::Node& node, const Asker& asker);

}  // namespace routing
