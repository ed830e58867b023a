// SPDX-License-Identifier: MIT
// RFC 6120 4.9: what ends a stream.
#pragma once
#include "xml/parser.h"
#include "xmpp/language.h"

#include <optional>
#include <string>
#include <string_view>

namespace xmpp {

enum class StreamCondition {
    bad_format, bad_namespace_prefix, conflict, connection_timeout, host_gone, host_unknown, improper_addressing,
    internal_server_error, invalid_from, invalid_namespace, invalid_xml, not_authorized, not_well_formed,
    policy_violation, remote_connection_failed, reset, resource_constraint, restricted_xml, see_other_host,
    system_shutdown, undefined_condition, unsupported_encoding, unsupported_feature, unsupported_stanza_type,
    unsupported_version,
};

struct StreamError {
    StreamCondition condition = StreamCondition::undefined_condition;
    Words text = {};  // empty: none
    std::optional<xml::Element> detail = {};  // an application-specific condition (RFC 6120 4.9.4)
    xml::Element to_element(Language language = Language::english) const;  // <stream:error>
};

std::string_view to_string(StreamCondition condition);
StreamError from_parse_error(xml::ParseError error);

}  // namespace xmpp
