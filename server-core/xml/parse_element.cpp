// SPDX-License-Identifier: MIT
// One element from the store, read as the only stanza of a stream.
#include "xml/parser.h"

#include <utility>

namespace xml {

std::optional<Element> parse_element(std::string_view text) {
    constexpr std::string_view header = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
    Parser parser({.stanza_bytes = 0, .stanza_depth = 0, .start_tag_bytes = header.size() + text.size(), .children = 1'000'000});
    if (parser.feed(header).error) return std::nullopt;
    auto fed = parser.feed(text);
    if (fed.error || fed.events.size() != 1) return std::nullopt;
    auto* read = std::get_if<StanzaRead>(&fed.events.front());
    parser.rest();
    if (!read || !parser.is_resting()) return std::nullopt;  // something unfinished follows
    return std::move(read->element);
}

}  // namespace xml
