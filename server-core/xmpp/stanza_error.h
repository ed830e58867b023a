// SPDX-License-Identifier: MIT
// RFC 6120 8.3: stanza errors, by condition; type and legacy code follow from it.
#pragma once
#include "xml/element.h"
#include "xmpp/language.h"

#include <optional>
#include <string>
#include <string_view>

namespace xmpp {

enum class Condition {
    bad_request, conflict, feature_not_implemented, forbidden, gone, internal_server_error, item_not_found,
    jid_malformed, not_acceptable, not_allowed, not_authorized, policy_violation, recipient_unavailable, redirect,
    registration_required, remote_server_not_found, remote_server_timeout, resource_constraint, service_unavailable,
    subscription_required, undefined_condition, unexpected_request,
};
enum class ErrorType { none, auth, cancel, continue_, modify, wait };

struct StanzaError {
    Condition condition = Condition::undefined_condition;
    Words text;                         // empty: none
    ErrorType type = ErrorType::none;   // none: the one RFC 6120 8.3.3 names for the condition
    std::optional<xml::Element> detail; // an application-specific condition (RFC 6120 8.3.4)

    // <error type=''><condition/>...</error> in xml::stanza_ns, its text in that language where there is one.
    xml::Element to_element(Language language = Language::english) const;
};

std::string_view to_string(Condition condition);  // as on the wire: "item-not-found"
ErrorType default_type(Condition condition);
// Reads an <error/>; undefined-condition where none is known.
StanzaError parse_stanza_error(const xml::Element& error);

}  // namespace xmpp
