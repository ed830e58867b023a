// SPDX-License-Identifier: MIT
// DESIGN 4.1, XEP-0198 4, 5: what clients had of the server's former lives, whatever the store knew when it was killed.
#include "routing/former_streams.h"
#include "support/test_host.h"

#include <doctest/doctest.h>

namespace {

using Texts = std::vector<std::string>;

struct Verona {
    TestHost host{"verona.example", {add_everything}};
    TestClient* juliet = nullptr;

    Verona() {
        host.make_account("juliet@verona.example");
        log_in();
    }
    void log_in() {
        juliet = &host.login("juliet@verona.example/balcony");
        juliet->enables_resumption();
    }
    void says(const Texts& texts) {
        auto& romeo = host.login("romeo@verona.example/orchard");
        for (const std::string& text : texts)
            romeo.sends("<message to='juliet@verona.example' type='chat'><body>" + text + "</body></message>");
        romeo.logs_out();
    }
    // She has got so many of them, and nothing that says so is in the store when the server is killed.
    void dies_when_she_has(std::size_t count, const Texts& texts) {
        says(texts);
        juliet->loses_connection(texts.size() - count);
        host.crashes();
    }
    // What comes when she logs in again.
    Texts again() {
        auto& client = host.connect("juliet@verona.example/balcony");
        client.sends("<presence/>");
        Texts found;
        while (client.has_received()) {
            const xml::Element stanza = client.next();
            if (stanza.has_child({xml::stanza_ns, "body"})) found.push_back(stanza.child_text({xml::stanza_ns, "body"}));
        }
        return found;
    }
};

}  // namespace

TEST_CASE("XEP-0198 5: what a client counts of a stream that was killed with the server does not come again, the rest does") {
    Verona play;
    play.dies_when_she_has(2, {"first", "second", "third"});
    CHECK_FALSE(play.juliet->resumes());
    CHECK(play.again() == Texts{"third"});
}

TEST_CASE("DESIGN 4.1: a client that does not say what it had gets all of it again") {
    Verona play;
    play.dies_when_she_has(2, {"first", "second", "third"});
    CHECK(play.again() == Texts{"first", "second", "third"});
}

TEST_CASE("XEP-0198 5: what it counted is remembered although the server is killed before the store has it") {
    Verona play;
    play.dies_when_she_has(2, {"first", "second", "third"});
    CHECK_FALSE(play.juliet->resumes());
    play.host.crashes();
    CHECK(play.again() == Texts{"third"});
}

TEST_CASE("XEP-0198 5: it may ask after several lives of the server, and nobody else may ask in its place") {
    Verona play;
    play.dies_when_she_has(2, {"first", "second", "third"});
    play.host.crashes();
    routing::note_former(play.host.node(), play.host.users(), *xmpp::parse_jid("romeo@verona.example"), play.juliet->resumption(), 3, [] {});
    CHECK_FALSE(play.juliet->resumes());
    CHECK(play.again() == Texts{"third"});
}

TEST_CASE("XEP-0198 4: what was acknowledged a moment before the kill does not come again, with or without resumption") {
    Verona play;
    SUBCASE("with") {}
    SUBCASE("without") {
        play.host.node().limits.resume_time = std::chrono::seconds(0);
        play.log_in();
    }
    play.says({"first", "second", "third"});
    REQUIRE(play.juliet->session().acknowledge(2));  // in the turn that is under way: no mark is kept yet
    play.host.crashes();
    CHECK(play.again() == Texts{"third"});
}

TEST_CASE("DESIGN 4.1: killed twice within a moment, a message that was acknowledged in between comes twice, not a third time") {
    Verona play;
    play.dies_when_she_has(1, {"first"});
    auto& client = play.host.connect("juliet@verona.example/balcony");
    client.enables_resumption();
    client.sends("<presence/>");
    REQUIRE(client.session().acknowledge(client.session().management().sent));
    play.host.crashes();
    CHECK(play.again() == Texts{});
}
