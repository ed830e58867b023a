// SPDX-License-Identifier: MIT
// DESIGN 4.3: accounts in memory are a bounded cache of what the store has, and what waits for one of them is bounded.
#include "support/test_host.h"

#include <doctest/doctest.h>

namespace {

const std::vector<TestHost::Add> features{modules::add_roster, modules::add_subscriptions, modules::add_presence};

std::string name(int number) { return "user" + std::to_string(number) + "@verona.example"; }

bool is_in_memory(TestHost& host, const std::string& bare) { return host.users().in_memory(*xmpp::parse_jid(bare)) != nullptr; }

int in_memory(TestHost& host, int most) {
    int count = 0;
    for (int number = 0; number < most; ++number)
        if (is_in_memory(host, name(number))) ++count;
    return count;
}

std::string numbered(const std::string& to, int number) {
    return "<message from='romeo@verona.example/orchard' to='" + to + "' type='chat' id='n" + std::to_string(number) +
           "'><body>hi</body></message>";
}

// The numbers of the chat messages that a client has got.
std::vector<std::string> numbers(TestClient& client) {
    std::vector<std::string> found;
    while (client.has_received()) {
        const xml::Element stanza = client.next();
        if (stanza.is({xml::stanza_ns, "message"})) found.emplace_back(*stanza.attribute("id"));
    }
    return found;
}

}  // namespace

TEST_CASE("DESIGN 4.3: no more accounts are in memory than the limit, those used last stay; 0 is no limit") {
    TestHost host("verona.example", features);
    host.node().limits.accounts_in_memory = 5;
    for (int number = 0; number < 5; ++number) host.make_account(name(number));
    CHECK(in_memory(host, 5) == 5);
    host.make_account(name(0));  // used again
    host.make_account(name(5));
    CHECK(in_memory(host, 6) == 5);
    CHECK(is_in_memory(host, name(0)));
    CHECK_FALSE(is_in_memory(host, name(1)));
    for (int number = 6; number < 200; ++number) host.make_account(name(number));
    CHECK(in_memory(host, 200) == 5);
    host.node().limits.accounts_in_memory = 0;
    for (int number = 0; number < 200; ++number) host.make_account(name(number));
    CHECK(in_memory(host, 200) == 200);
}

TEST_CASE("DESIGN 4.3: an account whose clients are connected stays, whatever the limit") {
    TestHost host("verona.example", features);
    host.node().limits.accounts_in_memory = 2;
    std::vector<TestClient*> clients;
    for (int number = 0; number < 4; ++number) clients.push_back(&host.login(name(number) + "/desk"));
    for (int number = 4; number < 20; ++number) host.make_account(name(number));
    CHECK(in_memory(host, 4) == 4);
    CHECK(in_memory(host, 20) <= 5);
    for (int number = 0; number < 4; ++number) host.arrives(numbered(name(number), number));
    for (std::size_t number = 0; number < 4; ++number)
        CHECK(numbers(*clients[number]) == std::vector<std::string>{"n" + std::to_string(number)});
}

TEST_CASE("DESIGN 4.1: what goes from memory is found again: contacts, what waits, and what was delivered already") {
    TestHost host("verona.example", features);
    host.node().limits.accounts_in_memory = 3;
    auto& romeo = host.login("romeo@verona.example/orchard");
    auto& juliet = host.login("juliet@verona.example/balcony");
    host.befriend(romeo, juliet);
    romeo.sends(numbered("juliet@verona.example", 1));
    CHECK(numbers(juliet) == std::vector<std::string>{"n1"});
    juliet.logs_out();
    romeo.sends(numbered("juliet@verona.example", 2));
    for (int number = 0; number < 5; ++number) host.make_account(name(number));
    CHECK_FALSE(is_in_memory(host, "juliet@verona.example"));

    auto& again = host.connect("juliet@verona.example/street");
    CHECK(again.gets("<query xmlns='jabber:iq:roster'/>").find("romeo@verona.example' subscription='both'") != std::string::npos);
    again.sends("<presence/>");
    CHECK(numbers(again) == std::vector<std::string>{"n2"});
}

TEST_CASE("DESIGN 4.1: what was delivered in the very turn in which an account goes from memory is not delivered again") {
    TestHost host("verona.example", features);
    host.node().limits.accounts_in_memory = 3;
    auto& romeo = host.login("romeo@verona.example/orchard");
    auto& juliet = host.login("juliet@verona.example/balcony");
    juliet.stops_reading();
    romeo.sends(numbered("juliet@verona.example", 1));
    juliet.session().written(juliet.queued_total());
    juliet.logs_out();
    for (int number = 0; number < 5; ++number) host.make_account(name(number));
    CHECK_FALSE(is_in_memory(host, "juliet@verona.example"));
    auto& again = host.connect("juliet@verona.example/street");
    again.sends("<presence/>");
    CHECK(numbers(again).empty());
}

TEST_CASE("DESIGN 4.3: what waits for an account that is being loaded is bounded; beyond it the sender hears so") {
    TestHost host("verona.example", features);
    host.make_account("juliet@verona.example");
    host.restarts();
    host.node().limits.waiting_stanzas = 10;
    auto& romeo = host.login("romeo@verona.example/orchard");
    host.store().hold();
    for (int number = 0; number < 11; ++number) host.arrives(numbered("juliet@verona.example", number));
    host.store().release();
    CHECK(romeo.next().attribute("id") == "n10");
    romeo.receives_nothing_more();
    auto& juliet = host.connect("juliet@verona.example/balcony");
    juliet.sends("<presence/>");
    std::vector<std::string> waited;
    for (int number = 0; number < 10; ++number) waited.push_back("n" + std::to_string(number));
    CHECK(numbers(juliet) == waited);
}
