// SPDX-License-Identifier: MIT
#include "support/test_host.h"

#include <doctest/doctest.h>

TEST_CASE("XEP-0199 4.2: the server answers a client's ping, to the domain or without an address") {
    TestHost host("verona.example", {add_everything});
    auto& romeo = host.connect("romeo@verona.example/orchard");
    const std::string ping = "<ping xmlns='urn:xmpp:ping'/>";
    CHECK(romeo.gets(ping, "verona.example").empty());
    CHECK(romeo.gets(ping).empty());
    romeo.sends("<iq type='get' id='c2s1' to='verona.example'>" + ping + "</iq>");
    romeo.receives("<iq type='result' id='c2s1' from='verona.example' to='romeo@verona.example/orchard'/>");
}

TEST_CASE("XEP-0199 4.4, 7: a ping to an account of somebody else does not tell whether it exists") {
    TestHost host("verona.example", {add_everything});
    auto& romeo = host.connect("romeo@verona.example/orchard");
    host.make_account("juliet@verona.example");
    romeo.is_refused("get", "<ping xmlns='urn:xmpp:ping'/>", "service-unavailable", "juliet@verona.example");
    romeo.is_refused("get", "<ping xmlns='urn:xmpp:ping'/>", "service-unavailable", "nobody@verona.example");
}

TEST_CASE("XEP-0199 4.2, 5: the service of nodes answers pings, and says so") {
    TestHost host("montague.example", {add_everything});
    auto& romeo = host.login("romeo@montague.example/garden");
    CHECK(romeo.gets("<ping xmlns='urn:xmpp:ping'/>", "pubsub.montague.example").empty());
    CHECK(romeo.gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", "pubsub.montague.example").find("'urn:xmpp:ping'") != std::string::npos);
}
