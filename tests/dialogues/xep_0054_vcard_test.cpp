// SPDX-License-Identifier: MIT
// XEP-0054: cards of accounts.
#include "support/test_host.h"

#include <doctest/doctest.h>

namespace {

const std::string ask = "<vCard xmlns='vcard-temp'/>";
const std::string card = "<vCard xmlns='vcard-temp'><FN>Romeo Montague</FN><NICKNAME>Romeo</NICKNAME></vCard>";

struct Verona {
    TestHost host{"verona.example", {add_everything}};
    TestClient& romeo = host.login("romeo@verona.example/orchard");
    TestClient& juliet = host.login("juliet@verona.example/balcony");
};

}  // namespace

TEST_CASE("XEP-0054 3.1: one's own card is empty until it is set, then it is what was set") {
    Verona play;
    CHECK(same_xml(ask, play.romeo.gets(ask)));
    CHECK(play.romeo.sets(card).empty());
    CHECK(same_xml(card, play.romeo.gets(ask)));
    CHECK(same_xml(card, play.romeo.gets(ask, "romeo@verona.example")));
    play.host.restarts();
    auto& romeo = play.host.login("romeo@verona.example/orchard");
    CHECK(same_xml(card, romeo.gets(ask)));
}

TEST_CASE("XEP-0054 3.3: everybody reads a card; one that is not there is as unavailable as a user who is not") {
    Verona play;
    play.juliet.is_refused("get", ask, "service-unavailable", "romeo@verona.example");
    play.juliet.is_refused("get", ask, "service-unavailable", "nobody@verona.example");
    play.romeo.sets(card);
    CHECK(same_xml(card, play.juliet.gets(ask, "romeo@verona.example")));
}

TEST_CASE("XEP-0054 3.3, 4: the server, which says that it knows cards, has one itself, and nobody changes it") {
    Verona play;
    CHECK(play.juliet.gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", "verona.example").find("'vcard-temp'") != std::string::npos);
    CHECK(same_xml("<vCard xmlns='vcard-temp'><FN>House of Verona</FN><NICKNAME>House of Verona</NICKNAME><ORG><ORGNAME>House of Verona</ORGNAME></ORG><JABBERID>verona.example</JABBERID></vCard>", play.juliet.gets(ask, "verona.example")));
    play.juliet.is_refused("set", card, "service-unavailable", "verona.example");
}

TEST_CASE("XEP-0054 3.2: nobody sets another's card, whether he exists or not") {
    Verona play;
    play.juliet.is_refused("set", card, "forbidden", "romeo@verona.example");
    play.juliet.is_refused("set", card, "forbidden", "nobody@verona.example");
    CHECK(same_xml(ask, play.romeo.gets(ask)));
}

TEST_CASE("DESIGN 4.3: a card has a limit") {
    Verona play;
    play.host.node().limits.private_bytes = 1000;
    play.romeo.is_refused("set", "<vCard xmlns='vcard-temp'><DESC>" + std::string(1000, 'x') + "</DESC></vCard>", "policy-violation");
    play.romeo.sets(card);
}
