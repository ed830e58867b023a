// SPDX-License-Identifier: MIT
#include "routing/roster.h"

#include "xml/writer.h"

#include <doctest/doctest.h>

namespace {

store::RosterItem item(const std::string& jid) {
    store::RosterItem made;
    made.jid = *xmpp::parse_jid(jid);
    return made;
}

}  // namespace

TEST_CASE("RFC 6121 2.6: each change has a version of its own, above all that were stored") {
    auto stored = item("nurse@verona.example");
    stored.version = 7;
    routing::Roster roster({stored});
    CHECK(roster.version() == 7);
    CHECK(roster.put(item("juliet@verona.example")).version == 8);
    CHECK(roster.put(item("nurse@verona.example")).version == 9);
    CHECK(roster.version() == 9);
    CHECK(roster.size() == 2);
}

TEST_CASE("A tombstone is no contact, and is forgotten when erased") {
    routing::Roster roster({});
    auto gone = item("nurse@verona.example");
    roster.put(gone);
    gone.removed = true;
    roster.put(gone);
    CHECK(roster.size() == 0);
    CHECK(roster.find(gone.jid) == nullptr);
    CHECK(roster.items().size() == 1);
    roster.erase(gone.jid);
    CHECK(roster.items().empty());
    CHECK(roster.version() == 2);
    roster.put(item("juliet@verona.example"));
    roster.erase(*xmpp::parse_jid("juliet@verona.example"));
    CHECK(roster.size() == 0);
}

TEST_CASE("RFC 6121 2.1.2: an item as the client sees it") {
    auto made = item("nurse@verona.example");
    made.name = "Nurse & <co>";
    made.groups = {"Servants"};
    made.ask = true;
    made.approved = true;
    CHECK(xml::to_string(routing::roster_item_element(made), "jabber:iq:roster") ==
          "<item jid='nurse@verona.example' name='Nurse &amp; &lt;co&gt;' subscription='none' ask='subscribe' approved='true'>"
          "<group>Servants</group></item>");
    made.removed = true;
    CHECK(xml::to_string(routing::roster_item_element(made), "jabber:iq:roster") ==
          "<item jid='nurse@verona.example' subscription='remove'/>");
}
