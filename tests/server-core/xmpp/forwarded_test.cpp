// SPDX-License-Identifier: MIT
#include "xml/parser.h"
#include "xml/writer.h"
#include "xmpp/forwarded.h"

#include <doctest/doctest.h>

using namespace xmpp;

TEST_CASE("XEP-0297 3.2: a forwarded message keeps its namespace and content, and says when it came") {
    const auto element = xml::parse_element("<message xmlns='jabber:client' from='a@b/c' to='d@e' type='chat'><body>hi</body></message>");
    REQUIRE(element);
    const auto message = parse_stanza(*element);
    REQUIRE(message);
    const std::string inner = "<message xmlns='jabber:client' from='a@b/c' to='d@e' type='chat'><body>hi</body></message>";
    CHECK(xml::to_string(forwarded(std::get<Message>(*message))) == "<forwarded xmlns='urn:xmpp:forward:0'>" + inner + "</forwarded>");
    CHECK(xml::to_string(forwarded(std::get<Message>(*message), Time(std::chrono::seconds(0)))) ==
          "<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='1970-01-01T00:00:00Z'/>" + inner + "</forwarded>");
}
