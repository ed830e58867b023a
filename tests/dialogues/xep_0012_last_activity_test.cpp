// SPDX-License-Identifier: MIT
// XEP-0012: since when somebody is gone, told to those who may see his presence.
#include "support/test_host.h"

#include <doctest/doctest.h>

namespace {

const std::string ask = "<query xmlns='jabber:iq:last'/>";
std::string seconds(int count) { return "<query xmlns='jabber:iq:last' seconds='" + std::to_string(count) + "'/>"; }

struct Verona {
    TestHost host{"verona.example", {add_everything}};
    TestClient& romeo = host.login("romeo@verona.example/orchard");
    TestClient& juliet = host.login("juliet@verona.example/balcony");
    Verona() { host.befriend(romeo, juliet); }
};

}  // namespace

TEST_CASE("XEP-0012 2, 3: a contact that has gone is told with the seconds since and its last words, also after a restart") {
    Verona play;
    play.juliet.sends("<presence type='unavailable'><status>Good night</status></presence>");
    play.juliet.logs_out();
    play.host.passes(std::chrono::seconds(903));
    const std::string answer = "<query xmlns='jabber:iq:last' seconds='903'>Good night</query>";
    CHECK(same_xml(answer, play.romeo.gets(ask, "juliet@verona.example")));
    play.host.restarts();
    auto& romeo = play.host.login("romeo@verona.example/orchard");
    CHECK(same_xml(answer, romeo.gets(ask, "juliet@verona.example")));
}

TEST_CASE("XEP-0012 3: a client that died counts from then, one that is connected is here") {
    Verona play;
    CHECK(same_xml(seconds(0), play.romeo.gets(ask, "juliet@verona.example")));
    play.juliet.sends("<presence type='unavailable'><status>Good night</status></presence>");
    play.host.passes(std::chrono::seconds(10));
    CHECK(same_xml(seconds(0), play.romeo.gets(ask, "juliet@verona.example")));
    play.juliet.sends("<presence/>");
    play.juliet.logs_out();
    play.host.passes(std::chrono::seconds(5));
    CHECK(same_xml(seconds(5), play.romeo.gets(ask, "juliet@verona.example")));
    CHECK(same_xml(seconds(0), play.romeo.gets(ask)));  // he himself is here
}

TEST_CASE("XEP-0012 3: an account that was never used has been away since it was made") {
    Verona play;
    play.host.make_account("nurse@verona.example");
    auto* nurse = play.host.users().find(*xmpp::parse_jid("nurse@verona.example"));
    store::RosterItem item;
    item.jid = *xmpp::parse_jid("romeo@verona.example");
    item.subscription = store::Subscription::from;
    nurse->roster().put(item);
    play.host.passes(std::chrono::seconds(42));
    CHECK(same_xml(seconds(42), play.romeo.gets(ask, "nurse@verona.example")));
}

TEST_CASE("XEP-0012 3, 4, 8: who may not see the presence is refused alike, whether anybody is there or not") {
    Verona play;
    auto& paris = play.host.login("paris@verona.example/church");
    for (const std::string whom : {"juliet@verona.example", "juliet@verona.example/balcony", "juliet@verona.example/nowhere",
                                   "nobody@verona.example", "nobody@verona.example/nowhere"})
        paris.is_refused("get", ask, "forbidden", whom);
    play.juliet.receives_nothing_more();
}

TEST_CASE("XEP-0012 4: a client is asked itself by those who may see it") {
    Verona play;
    play.romeo.sends("<iq type='get' id='l' to='juliet@verona.example/balcony'>" + ask + "</iq>");
    play.juliet.receives("<iq type='get' id='l' from='romeo@verona.example/orchard' to='juliet@verona.example/balcony'>" +
                         ask + "</iq>");
    play.romeo.is_refused("get", ask, "service-unavailable", "juliet@verona.example/nowhere");
}

TEST_CASE("XEP-0012 5: the server tells how long it runs") {
    Verona play;
    play.host.passes(std::chrono::seconds(3600));
    CHECK(same_xml(seconds(3600), play.romeo.gets(ask, "verona.example")));
}
