// SPDX-License-Identifier: MIT
#include "xml/element.h"
#include "xml/parser.h"
#include "xml/writer.h"

#include <doctest/doctest.h>

using xml::Element, xml::to_string;

namespace {
constexpr std::string_view ns = xml::stanza_ns;
}

TEST_CASE("an element shares what it holds: a new top tag has the same content") {
    const auto message = *xml::parse_element("<message to='a'><body>hi</body></message>");
    const auto readdressed = message.with_attribute("to", "b");
    CHECK(readdressed.node().content == message.node().content);
    CHECK(to_string(message) == "<message to='a'><body>hi</body></message>");
    CHECK(to_string(readdressed) == "<message to='b'><body>hi</body></message>");
}

TEST_CASE("a chain of with on a temporary makes one arena") {
    const auto message = Element({ns, "message"}).with_attribute("to", "a").with(Element({ns, "body"}).with_text("hi"));
    CHECK(to_string(message) == "<message to='a'><body>hi</body></message>");
}
