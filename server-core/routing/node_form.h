// SPDX-License-Identifier: MIT
// XEP-0060 17.4.4: a node's configuration as a form, and what publish-options say of it (7.1.5).
#pragma once
#include "base/result.h"
#include "store/nodes.h"
#include "xmpp/data_form.h"
#include "xmpp/language.h"
#include "xmpp/stanza_error.h"

namespace routing {

inline constexpr std::string_view node_config_form = "http://jabber.org/protocol/pubsub#node_config";
inline constexpr std::string_view publish_options_form = "http://jabber.org/protocol/pubsub#publish-options";
inline constexpr std::string_view node_metadata_form = "http://jabber.org/protocol/pubsub#meta-data";

// `groups`: of the owner's roster, to choose from.
xmpp::DataForm node_form(xmpp::DataForm::Type type, const store::NodeConfig& config, xmpp::Language language,
                         const std::vector<std::string>& groups = {});
// XEP-0060 5.4: what anybody who may see the node may know of it.
xmpp::DataForm node_metadata(const store::Node& node);

// `config` with what the form says; fields that are not in it stay as they are.
//   error   not-acceptable: a value that the field does not allow; unsupported-access-model
base::Result<store::NodeConfig, xmpp::StanzaError> read_node_form(const xmpp::DataForm& form, store::NodeConfig config);
// The same for publish-options, where an unknown field is refused.
base::Result<store::NodeConfig, xmpp::StanzaError> read_publish_options(const xmpp::DataForm& form, store::NodeConfig config);

}  // namespace routing
