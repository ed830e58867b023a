// SPDX-License-Identifier: MIT
// Types are those of RFC 6120 8.3.3; codes are for clients from before 2004 (XEP-0086 3).
#include "xmpp/stanza_error.h"
#include "xmpp/namespaces.h"

#include <algorithm>
#include <array>
#include <utility>

namespace xmpp {
namespace {

struct Row {
    std::string_view name;
    ErrorType type;
    std::string_view code;
};

using enum ErrorType;
constexpr std::array rows = {
    // in the order of Condition
    Row{"bad-request", modify, "400"},
    Row{"conflict", cancel, "409"},
    Row{"feature-not-implemented", cancel, "501"},
    Row{"forbidden", auth, "403"},
    Row{"gone", cancel, "302"},
    Row{"internal-server-error", cancel, "500"},
    Row{"item-not-found", cancel, "404"},
    Row{"jid-malformed", modify, "400"},
    Row{"not-acceptable", modify, "406"},
    Row{"not-allowed", cancel, "405"},
    Row{"not-authorized", auth, "401"},
    Row{"policy-violation", modify, "405"},
    Row{"recipient-unavailable", wait, "404"},
    Row{"redirect", modify, "302"},
    Row{"registration-required", auth, "407"},
    Row{"remote-server-not-found", cancel, "404"},
    Row{"remote-server-timeout", wait, "504"},
    Row{"resource-constraint", wait, "500"},
    Row{"service-unavailable", cancel, "503"},
    Row{"subscription-required", auth, "407"},
    Row{"undefined-condition", cancel, "500"},
    Row{"unexpected-request", wait, "400"},
};
static_assert(rows.size() == static_cast<std::size_t>(Condition::unexpected_request) + 1);

constexpr std::array<std::string_view, 6> error_types = {"", "auth", "cancel", "continue", "modify", "wait"};

const Row& row(Condition condition) {
    return rows[static_cast<std::size_t>(condition)];
}

std::optional<Condition> condition_named(std::string_view name) {
    const auto found = std::ranges::find(rows, name, &Row::name);
    if (found == rows.end()) return std::nullopt;
    return static_cast<Condition>(found - rows.begin());
}

}  // namespace

std::string_view to_string(Condition condition) {
    return row(condition).name;
}

ErrorType default_type(Condition condition) {
    return row(condition).type;
}

xml::Element StanzaError::to_element(Language language) const {
    const auto shown = type == ErrorType::none ? default_type(condition) : type;
    auto element = xml::Element({xml::stanza_ns, "error"})
                       .with_attribute("type", error_types[static_cast<std::size_t>(shown)])
                       .with_attribute("code", row(condition).code)
                       .with(xml::Element({ns::stanzas, to_string(condition)}));
    if (!text.empty())
        element = std::move(element).with(
            xml::Element({ns::stanzas, "text"}).with_attribute({xml::xml_ns, std::string_view("lang")}, tag_of(text.told_in(language))).with_text(text.in(language)));
    if (detail) element = std::move(element).with(*detail);
    return element;
}

StanzaError parse_stanza_error(const xml::Element& error) {
    StanzaError read;
    const auto type = error.attribute("type").value_or("");
    const auto found = std::ranges::find(error_types, type);
    if (found != error_types.end()) read.type = static_cast<ErrorType>(found - error_types.begin());
    for (const auto child : error.children()) {
        if (child.name().ns != ns::stanzas) {
            read.detail = child;
        } else if (child.name().local == "text") {
            read.text = child.text();
        } else if (const auto condition = condition_named(child.name().local)) {
            read.condition = *condition;
        }
    }
    return read;
}

}  // namespace xmpp
