// SPDX-License-Identifier: MIT
// Which messages are kept. Who gets them is a play: tests/dialogues/rfc_6121_messages_test.cpp.
#include "routing/keeping.h"
#include "routing/recipients.h"
#include "xml/parser.h"

#include <doctest/doctest.h>

namespace {

bool is_logged(const std::string& inside, const std::string& type = "chat") {
    const auto element = xml::parse_element("<message from='a@b/c' to='d@b' type='" + type + "'>" + inside + "</message>");
    return routing::is_logged(std::get<xmpp::Message>(*xmpp::parse_stanza(*element)));
}

}  // namespace

TEST_CASE("XEP-0160 3: what has a body is kept when its type is chat or normal") {
    CHECK(is_logged("<body>hi</body>"));
    CHECK(is_logged("<body>hi</body>", "normal"));
    CHECK(is_logged("<body>hi</body>", "a type of tomorrow"));  // RFC 6121 5.2.2
    CHECK_FALSE(is_logged("<body>hi</body>", "headline"));
    CHECK_FALSE(is_logged("<body>hi</body>", "groupchat"));
    CHECK_FALSE(is_logged("<body>hi</body>", "error"));
}

TEST_CASE("XEP-0160 3: a chat state alone is not kept, other content is") {
    CHECK_FALSE(is_logged(""));
    CHECK_FALSE(is_logged("<thread>t</thread><paused xmlns='http://jabber.org/protocol/chatstates'/>"));
    CHECK(is_logged("<body>hi</body><active xmlns='http://jabber.org/protocol/chatstates'/>"));
    CHECK(is_logged("<received xmlns='urn:xmpp:receipts' id='1'/>"));
    CHECK(is_logged("<x xmlns='http://jabber.org/protocol/muc#user'><invite from='a@b'/></x>", "normal"));
}

TEST_CASE("XEP-0334 4: hints decide") {
    CHECK_FALSE(is_logged("<body>hi</body><no-store xmlns='urn:xmpp:hints'/>"));
    CHECK(is_logged("<body>hi</body><no-permanent-store xmlns='urn:xmpp:hints'/>"));
    CHECK(is_logged("<paused xmlns='http://jabber.org/protocol/chatstates'/><store xmlns='urn:xmpp:hints'/>"));
}
