// SPDX-License-Identifier: MIT
// Any bytes, cut in several ways: the parser must say the same, and what it read must survive writing and reading.
#include "xml/parser.h"
#include "xml/writer.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

void demand(bool fact) {
    if (!fact) std::abort();
}

void check_round_trip(const xml::Element& element) {
    const auto text = xml::to_string(element);
    const auto again = xml::parse_element(text);
    demand(again && xml::to_string(*again) == text);
    xml::keep_serialised(element);
    demand(xml::to_string(element) == text);
}

void note(std::string& log, const xml::Fed& fed, bool is_checked) {
    for (const auto& event : fed.events) {
        if (const auto* read = std::get_if<xml::StreamOpened>(&event)) {
            xml::write_start_tag(log, read->header, "");
        } else if (const auto* stanza = std::get_if<xml::StanzaRead>(&event)) {
            log += xml::to_string(stanza->element) + std::to_string(stanza->bytes);
            if (is_checked) check_round_trip(stanza->element);
        } else {
            log += "closed";
        }
    }
}

// The events alone: which error ends them, and when, may depend on the cuts, since libxml2 waits for the end of a broken
// tag (at most until the stanza's limit) and reports text late. `seed` chooses the cuts; 0: none, 1: after each byte.
std::string read(std::string_view text, unsigned seed, bool may_rest) {
    xml::Parser parser({.stanza_bytes = 10000, .stanza_depth = 10, .start_tag_bytes = 500, .children = 50});
    std::string log;
    const bool is_whole = seed == 0;
    while (!text.empty()) {
        const std::size_t size = seed == 0 ? text.size() : seed == 1 ? 1 : 1 + seed % 13;
        seed = seed < 2 ? seed : seed * 1103515245U + 12345U;
        const auto fed = parser.feed(text.substr(0, size));
        note(log, fed, is_whole);
        if (fed.error) break;
        if (may_rest) parser.rest();
        text.remove_prefix(std::min(size, text.size()));
    }
    return log;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    // Half of the inputs are what a stream carries after its header: the deeper code.
    const bool has_header = size > 0 && (data[0] & 1);
    const auto whole = has_header ? "<a xmlns='jabber:client' xmlns:s='http://etherx.jabber.org/streams'>" + text.substr(1) : text;
    const auto expected = read(whole, 0, false);
    demand(read(whole, 1, false) == expected);
    demand(read(whole, 1, true) == expected);
    demand(read(whole, 77 + static_cast<unsigned>(size), true) == expected);
    return 0;
}
