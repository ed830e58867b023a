// SPDX-License-Identifier: MIT
#include "xml/parser.h"
#include "xml/writer.h"
#include "xmpp/jid.h"
#include "xmpp/stanza.h"

#include <doctest/doctest.h>

using namespace xmpp;

TEST_CASE("RFC 6120 8.1: a stanza has its addresses prepared") {
    const auto element = *xml::parse_element("<message from='Romeo@Montague.example/Garden' to='juliet@capulet.example'/>");
    const auto stanza = parse_stanza(element);
    REQUIRE(stanza);
    CHECK(common(*stanza).from().text() == "romeo@montague.example/Garden");
    CHECK(common(*stanza).to().is_bare());
}
