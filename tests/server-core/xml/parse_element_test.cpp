// SPDX-License-Identifier: MIT
#include "xml/parser.h"
#include "xml/writer.h"

#include <doctest/doctest.h>

#include <string>

TEST_CASE("parse_element takes one element, whole, and nothing else") {
    CHECK(xml::to_string(*xml::parse_element(" <message><body>x</body></message>\n")) == "<message><body>x</body></message>");
    CHECK(xml::parse_element("<stream:error/>")->name().ns == xml::stream_ns);
    CHECK(xml::parse_element("<m>" + std::string(1000000, 'x') + "</m>"));
    for (const std::string bad : {"", " ", "x", "<a>", "<a/><b/>", "<a/>x", "<a/><b", "</stream:stream>", "<a/></stream:stream>",
                            "<?xml version='1.0'?><a/>", "<x:a/>"}) {
        CAPTURE(bad);
        CHECK_FALSE(xml::parse_element(bad));
    }
}

TEST_CASE("DESIGN 1: limits of 0 are none; what is deep costs no stack, neither read, written, changed nor read again") {
    std::string deep;
    for (const auto* tag : {"<a>", "</a>"})
        for (int level = 0; level < 50'000; ++level) deep += tag;
    xml::Parser parser({.stanza_bytes = 0, .stanza_depth = 0, .children = 50'000});
    parser.feed(std::string("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"));
    const auto fed = parser.feed(deep);
    REQUIRE(fed.events.size() == 1);
    const auto& element = std::get<xml::StanzaRead>(fed.events[0]).element;
    const auto text = xml::to_string(xml::Element({"b", "b"}).with(element.with_attribute("id", "1")));
    const auto again = xml::parse_element(text);
    REQUIRE(again);
    CHECK(xml::to_string(*again) == text);
}
