// SPDX-License-Identifier: MIT
// DESIGN 4.3: a client that reads slowly costs its own queue, then its own stream, never a message.
#include "support/test_host.h"

#include <doctest/doctest.h>

namespace {

const std::vector<TestHost::Add> features{modules::add_roster, modules::add_subscriptions, modules::add_presence};
constexpr int many = 600;

std::string numbered(int number) {
    return "<message to='juliet@verona.example' type='chat' id='n" + std::to_string(number) + "'><body>" +
           std::string(2000, 'x') + "</body></message>";
}

// The numbers of the messages that wait for her, which must follow one another from `next` on; returns the one to come.
int read_in_order(TestClient& client, int next) {
    while (client.has_received()) {
        const xml::Element stanza = client.next();
        if (!stanza.is({xml::stanza_ns, "message"})) continue;
        CHECK(stanza.attribute("id") == "n" + std::to_string(next));
        ++next;
    }
    return next;
}

}  // namespace

TEST_CASE("DESIGN 4.3: what was missed comes page by page, no faster than it is read") {
    TestHost host("verona.example", features);
    host.make_account("juliet@verona.example");
    auto& romeo = host.login("romeo@verona.example/orchard");
    for (int i = 0; i < many; ++i) romeo.sends(numbered(i));
    auto& juliet = host.connect("juliet@verona.example/balcony");
    juliet.stops_reading();
    juliet.sends("<presence/>");
    const int first = read_in_order(juliet, 0);
    CHECK(first >= 100);
    CHECK(first < many / 2);
    CHECK(juliet.ended_with().empty());

    SUBCASE("the rest follows when she reads again, in order, with what came meanwhile behind it") {
        romeo.sends(numbered(many));
        juliet.reads_again();
        host.passes(std::chrono::milliseconds(200));
        CHECK(read_in_order(juliet, first) == many + 1);
    }
    SUBCASE("when she leaves in the middle, she gets what she has not read at her next login") {
        juliet.logs_out();
        auto& again = host.connect("juliet@verona.example/street");
        again.sends("<presence/>");
        CHECK(read_in_order(again, 0) == many);
    }
}

TEST_CASE("DESIGN 4.3: a client that never reads loses its stream, and no message") {
    TestHost host("verona.example", features);
    host.node().limits.queue_bytes = 100'000;
    auto& romeo = host.login("romeo@verona.example/orchard");
    auto& juliet = host.login("juliet@verona.example/balcony");
    juliet.stops_reading();
    for (int i = 0; i < 100; ++i) romeo.sends(numbered(i));
    CHECK(juliet.ended_with() == "resource-constraint");
    CHECK(romeo.ended_with().empty());
    juliet.logs_out();
    auto& again = host.connect("juliet@verona.example/street");
    again.sends("<presence/>");
    CHECK(read_in_order(again, 0) == 100);
}

TEST_CASE("DESIGN 4.2: a page that was under way when a client died does not overtake what the client gave back") {
    TestHost host("verona.example", features);
    host.make_account("juliet@verona.example");
    auto& romeo = host.login("romeo@verona.example/orchard");
    for (int i = 0; i < many; ++i) romeo.sends(numbered(i));
    auto& juliet = host.connect("juliet@verona.example/balcony");
    juliet.session().enable_management("<enabled xmlns='urn:xmpp:sm:3'/>");
    juliet.stops_reading();
    juliet.sends("<presence/>");
    host.store().hold();
    juliet.reads_again();
    host.passes(std::chrono::milliseconds(200));
    juliet.logs_out();
    auto& again = host.connect("juliet@verona.example/street");
    again.sends("<presence/>");
    host.store().release();
    CHECK(read_in_order(again, 0) == many);
}
