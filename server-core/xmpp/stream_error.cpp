// SPDX-License-Identifier: MIT
#include "xmpp/stream_error.h"
#include "xmpp/namespaces.h"

#include <array>
#include <utility>

namespace xmpp {
namespace {
constexpr std::array<std::string_view, 25> names = {
    // in the order of StreamCondition
    "bad-format",           "bad-namespace-prefix",     "conflict",             "connection-timeout", "host-gone",
    "host-unknown",         "improper-addressing",      "internal-server-error", "invalid-from",      "invalid-namespace",
    "invalid-xml",          "not-authorized",           "not-well-formed",      "policy-violation",   "remote-connection-failed",
    "reset",                "resource-constraint",      "restricted-xml",       "see-other-host",     "system-shutdown",
    "undefined-condition",  "unsupported-encoding",     "unsupported-feature",  "unsupported-stanza-type",
    "unsupported-version",
};
static_assert(names.size() == static_cast<std::size_t>(StreamCondition::unsupported_version) + 1);
}  // namespace

std::string_view to_string(StreamCondition condition) {
    return names[static_cast<std::size_t>(condition)];
}

xml::Element StreamError::to_element(Language language) const {
    auto element = xml::Element({ns::stream, "error"}).with(xml::Element({ns::streams, to_string(condition)}));
    if (!text.empty())
        element = std::move(element).with(
            xml::Element({ns::streams, "text"}).with_attribute({xml::xml_ns, std::string_view("lang")}, tag_of(text.told_in(language))).with_text(text.in(language)));
    return detail ? std::move(element).with(*detail) : element;
}

StreamError from_parse_error(xml::ParseError error) {
    using enum xml::ParseError;
    switch (error) {
    case not_well_formed: return {StreamCondition::not_well_formed, {}};
    case restricted_xml: return {StreamCondition::restricted_xml, {}};
    case policy_violation: return {StreamCondition::policy_violation, {"A stanza is larger or deeper than this server takes.", "Une stance est plus grande ou plus profonde que ce serveur n'accepte."}};
    case unsupported_encoding: return {StreamCondition::unsupported_encoding, {}};
    case bad_namespace_prefix: return {StreamCondition::bad_namespace_prefix, {}};
    case bad_format: return {StreamCondition::bad_format, {}};
    }
    return {};
}

}  // namespace xmpp
