// SPDX-License-Identifier: MIT
// XEP-0198 5: a client that lost its connection takes up its stream where it was.
#include "support/test_host.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace {

const std::string resumed = "<resumed xmlns='urn:xmpp:sm:3'/>";
const std::string no_store = "<no-store xmlns='urn:xmpp:hints'/>";

// Romeo and Juliet see each other; her client may resume.
struct Verona {
    TestHost host{"verona.example", {add_everything}};
    TestClient& romeo = host.login("romeo@verona.example/orchard");
    TestClient& balcony = host.login("juliet@verona.example/balcony");

    Verona() {
        host.befriend(romeo, balcony);
        balcony.enables_resumption();
    }
    void says(const std::string& text, const std::string& to = "juliet@verona.example", const std::string& more = {}) {
        romeo.sends("<message to='" + to + "' type='chat'><body>" + text + "</body>" + more + "</message>");
    }
    // The bodies that a client has got, in order.
    static std::vector<std::string> bodies(TestClient& client) {
        std::vector<std::string> found;
        while (client.has_received()) {
            const xml::Element stanza = client.next();
            if (stanza.has_child({xml::stanza_ns, "body"})) found.push_back(stanza.child_text({xml::stanza_ns, "body"}));
        }
        return found;
    }
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("XEP-0198 5: what the client did not get follows <resumed/>, in order and once, and nothing else") {
    Verona play;
    play.says("first");
    play.says("second");
    play.balcony.loses_connection(1);
    play.says("third");
    play.romeo.sends("<presence to='juliet@verona.example/balcony' type='unavailable'/>");
    CHECK(Verona::bodies(play.balcony) == Texts{"first"});
    REQUIRE(play.balcony.resumes());
    play.balcony.receives(resumed);
    CHECK(play.balcony.next().child_text({xml::stanza_ns, "body"}) == "second");
    CHECK(play.balcony.next().child_text({xml::stanza_ns, "body"}) == "third");
    CHECK(play.balcony.next().attribute("type") == "unavailable");
    play.balcony.receives_nothing_more();
    play.says("fourth");
    CHECK(Verona::bodies(play.balcony) == Texts{"fourth"});
}

TEST_CASE("XEP-0198 5: the counts go on, and what was acknowledged is not sent again") {
    Verona play;
    play.says("first");
    play.balcony.acknowledges();
    play.says("second");
    play.balcony.loses_connection();
    REQUIRE(play.balcony.resumes());
    play.balcony.acknowledges();
    play.balcony.loses_connection();
    play.balcony.forget_received();
    REQUIRE(play.balcony.resumes());
    play.balcony.receives(resumed);
    play.balcony.receives_nothing_more();
    CHECK(play.balcony.session().management().sent == 2);
}

TEST_CASE("XEP-0198 5: presence stays until the time is over, then others learn that the client is gone") {
    Verona play;
    play.romeo.forget_received();
    play.balcony.loses_connection();
    play.host.passes(599s);
    play.romeo.receives_nothing_more();
    play.host.passes(2s);
    play.romeo.receives("<presence type='unavailable' from='juliet@verona.example/balcony' to='romeo@verona.example'/>");
    CHECK_FALSE(play.balcony.resumes());
}

TEST_CASE("XEP-0198 3: the client may wish for less time, not for more") {
    Verona play;
    auto& brief = play.host.login("juliet@verona.example/brief");
    brief.enables_resumption(60s);
    CHECK(brief.session().management().resumable == 60s);
    auto& greedy = play.host.login("juliet@verona.example/greedy");
    greedy.enables_resumption(24h);
    CHECK(greedy.session().management().resumable == 600s);
    brief.loses_connection();
    play.host.passes(61s);
    CHECK_FALSE(brief.resumes());
}

TEST_CASE("XEP-0198 5: resume-seconds=0 offers none") {
    Verona play;
    play.host.node().limits.resume_time = 0s;
    auto& other = play.host.login("juliet@verona.example/other");
    other.enables_resumption();
    CHECK(other.session().management().id.empty());
    CHECK_FALSE(other.session().may_resume());
}

TEST_CASE("XEP-0198 5: a client that comes back in time is not ended by the old timer") {
    Verona play;
    play.balcony.loses_connection();
    play.host.passes(500s);
    REQUIRE(play.balcony.resumes());
    play.host.passes(200s);
    CHECK(play.balcony.is_connected());
    play.balcony.forget_received();
    play.says("still there");
    CHECK(Verona::bodies(play.balcony) == Texts{"still there"});
}

TEST_CASE("XEP-0198 5: logged messages of a client that did not come back go to the next login") {
    Verona play;
    play.says("first");
    play.balcony.loses_connection(1);
    play.says("second");
    play.host.passes(601s);
    auto& garden = play.host.connect("juliet@verona.example/garden");
    garden.sends("<presence/>");
    CHECK(Verona::bodies(garden) == Texts{"first", "second"});
}

TEST_CASE("XEP-0198 5: when the time is over the account's other client gets what only the lost one had") {
    Verona play;
    auto& garden = play.host.login("juliet@verona.example/garden");
    play.balcony.loses_connection();
    play.says("kept", "juliet@verona.example/balcony");
    play.says("passing", "juliet@verona.example/balcony", no_store);
    garden.forget_received();
    play.host.passes(601s);
    CHECK(Verona::bodies(garden) == Texts{"kept", "passing"});
}

TEST_CASE("XEP-0198 4, RFC 6120 10.1: what a lost client left comes in the order and with the time in which it was said") {
    Verona play;
    auto& garden = play.host.login("juliet@verona.example/garden");
    play.balcony.loses_connection();
    for (const char* text : {"0", "2", "4"}) {
        play.says(text, "juliet@verona.example/balcony", no_store);
        play.says(std::to_string(std::stoi(text) + 1), "juliet@verona.example/balcony");
    }
    play.says("6", "juliet@verona.example/balcony", no_store);
    garden.forget_received();
    play.host.passes(601s);
    for (const char* text : {"0", "1", "2", "3", "4", "5", "6"}) {
        xml::Element stanza = garden.next();
        while (!stanza.is({xml::stanza_ns, "message"})) stanza = garden.next();  // presence of who is gone
        CHECK(stanza.child_text({xml::stanza_ns, "body"}) == text);
        const auto delay = stanza.child({"urn:xmpp:delay", "delay"});
        CHECK((delay && delay->attribute("stamp") == "2023-11-14T22:13:20Z"));
    }
}

TEST_CASE("XEP-0313 8.2, XEP-0198 5: what an archive told a lost client goes to no other, which asked for nothing") {
    Verona play;
    play.says("kept", "juliet@verona.example/balcony");
    auto& garden = play.host.login("juliet@verona.example/garden");
    play.balcony.forget_received();
    play.balcony.sends("<iq type='set' id='mam'><query xmlns='urn:xmpp:mam:2'/></iq>");
    CHECK(play.balcony.has_received());
    play.balcony.loses_connection(2);
    garden.forget_received();
    play.host.passes(601s);
    while (garden.has_received()) CHECK_FALSE(garden.next().has_child({"urn:xmpp:mam:2", "result"}));
}

TEST_CASE("XEP-0198 5, RFC 6121 8.5.3.2.1: a normal message that nobody kept is refused when its client did not come back") {
    Verona play;
    auto& garden = play.host.login("juliet@verona.example/garden");
    play.balcony.loses_connection();
    play.romeo.sends("<message id='n' to='juliet@verona.example/balcony'><body>passing</body>" + no_store + "</message>");
    for (TestClient* client : {&garden, &play.romeo}) client->forget_received();
    play.host.passes(601s);
    play.romeo.receives_somewhere("<message type='error' id='n' from='juliet@verona.example/balcony' to='romeo@verona.example/orchard'><body>passing</body>"
                                  "<error type='cancel' code='503'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
    CHECK(Verona::bodies(garden).empty());
}

TEST_CASE("XEP-0198 5: a question that nobody will answer any more is refused, the rest is let go") {
    Verona play;
    play.balcony.loses_connection();
    play.romeo.sends("<iq type='get' id='v' to='juliet@verona.example/balcony'><query xmlns='jabber:iq:version'/></iq>");
    play.romeo.sends("<iq type='result' id='r' to='juliet@verona.example/balcony'/>");
    play.romeo.sends("<message type='headline' to='juliet@verona.example/balcony'><body>news</body></message>");
    play.romeo.forget_received();
    play.host.passes(601s);
    play.romeo.receives_somewhere("<iq type='error' id='v' from='juliet@verona.example/balcony' to='romeo@verona.example/orchard'>"
                                  "<error type='cancel' code='503'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
    play.romeo.receives_somewhere("<presence type='unavailable' from='juliet@verona.example/balcony' to='romeo@verona.example'/>");
    play.romeo.receives_nothing_more();
}

TEST_CASE("XEP-0198 5: resumed on a new connection while the old one looks alive, the old one ends with conflict") {
    Verona play;
    play.says("first");
    play.balcony.forget_received();
    auto& again = play.host.login("juliet@verona.example/elsewhere");
    routing::Session* session = play.host.users().find_resumable(*xmpp::parse_jid("juliet@verona.example"),
                                                                 play.balcony.session().management().id);
    REQUIRE(session == &play.balcony.session());
    again.forget_received();
    play.host.users().resume(*session, again, resumed, {});
    CHECK(play.balcony.ended_with() == "conflict");
    CHECK_FALSE(play.balcony.is_connected());
    again.receives(resumed);
    CHECK(Verona::bodies(again) == Texts{"first"});
    play.host.users().lose_stream(*session);
    CHECK(session->is_detached());
}

TEST_CASE("XEP-0198 5: a stream is resumed by its id and by its own account only; the count of a former one is told") {
    Verona play;
    const std::string id = play.balcony.session().management().id;
    CHECK(id.size() >= 24);
    const xmpp::Jid juliet = *xmpp::parse_jid("juliet@verona.example");
    const xmpp::Jid romeo = *xmpp::parse_jid("romeo@verona.example");
    routing::Users& users = play.host.users();
    CHECK(users.find_resumable(juliet, id) != nullptr);
    CHECK(users.find_resumable(romeo, id) == nullptr);
    CHECK(users.find_resumable(juliet, "") == nullptr);
    CHECK(users.find_resumable(juliet, id + "x") == nullptr);
    CHECK_FALSE(users.handled_in_former(juliet, id));
    play.balcony.session().management().received = 7;
    play.balcony.loses_connection();
    play.host.passes(601s);
    CHECK(users.handled_in_former(juliet, id) == 7U);
    CHECK_FALSE(users.handled_in_former(romeo, id));
}

TEST_CASE("XEP-0198 5: acknowledging more than was sent resumes nothing") {
    Verona play;
    play.says("first");
    play.balcony.loses_connection();
    routing::Session* session = play.host.users().find_resumable(*xmpp::parse_jid("juliet@verona.example"), "");
    CHECK(session == nullptr);
    session = play.host.users().find_session(*xmpp::parse_jid("juliet@verona.example/balcony"));
    REQUIRE(session != nullptr);
    CHECK_FALSE(session->acknowledge(2));
    CHECK(session->is_detached());
}

TEST_CASE("DESIGN 4.1: <resumed/> acknowledges, so it waits for the disk") {
    Verona play;
    play.host.store().hold();
    play.balcony.sends("<message to='romeo@verona.example' type='chat'><body>wherefore</body></message>");
    play.balcony.loses_connection();
    play.says("art thou");
    REQUIRE(play.balcony.resumes());
    play.balcony.receives_nothing_more();
    play.host.store().release();
    play.balcony.receives(resumed);
    CHECK(Verona::bodies(play.balcony) == Texts{"art thou"});
}

TEST_CASE("XEP-0198 5: who resumes twice in a row is told once, by the last connection") {
    Verona play;
    play.says("first");
    play.balcony.forget_received();
    play.balcony.loses_connection();
    play.host.store().hold();
    play.romeo.sends("<message to='juliet@verona.example' type='chat'><body>second</body></message>");
    REQUIRE(play.balcony.resumes());
    play.balcony.loses_connection();
    REQUIRE(play.balcony.resumes());
    play.host.store().release();
    play.balcony.receives(resumed);
    CHECK(Verona::bodies(play.balcony) == Texts{"second"});
}

TEST_CASE("DESIGN 4.3: what waits for a lost client is bounded; beyond it the session ends and no message is lost") {
    Verona play;
    play.host.node().limits.resume_bytes = 20'000;
    play.balcony.loses_connection();
    Texts all;
    for (int i = 0; i < 30; ++i) {
        all.push_back(std::string(1000, static_cast<char>('a' + i % 26)));
        play.says(all.back());
    }
    play.host.passes(1s);
    CHECK_FALSE(play.balcony.resumes());
    auto& garden = play.host.connect("juliet@verona.example/garden");
    garden.sends("<presence/>");
    CHECK(Verona::bodies(garden) == all);
}

TEST_CASE("RFC 6120 7.7.2.2: binding the same resource instead of resuming ends the waiting session, and loses nothing") {
    Verona play;
    play.says("first");
    play.balcony.loses_connection(1);
    auto& again = play.host.connect("juliet@verona.example/balcony");
    again.sends("<presence/>");
    CHECK(Verona::bodies(again) == Texts{"first"});
    CHECK_FALSE(play.balcony.resumes());
}

TEST_CASE("DESIGN 4.3: a client that waits does not keep a new one out") {
    Verona play;
    play.host.node().limits.sessions_per_account = 1;
    play.balcony.loses_connection();
    play.host.login("juliet@verona.example/garden");
    CHECK_FALSE(play.balcony.resumes());
}

TEST_CASE("XEP-0198 5: a client without resumption, or that says goodbye, is gone at once") {
    Verona play;
    auto& plain = play.host.login("juliet@verona.example/plain");
    play.romeo.forget_received();
    plain.loses_connection();
    play.romeo.receives("<presence type='unavailable' from='juliet@verona.example/plain' to='romeo@verona.example'/>");
    play.balcony.logs_out();
    play.romeo.receives("<presence type='unavailable' from='juliet@verona.example/balcony' to='romeo@verona.example'/>");
    CHECK_FALSE(play.balcony.resumes());
}

TEST_CASE("XEP-0198 5, XEP-0280: a client that was killed and resumed has the same transcript as the account's other one") {
    Verona play;
    auto& laptop = play.host.login("juliet@verona.example/laptop");
    for (TestClient* client : {&play.balcony, &laptop}) {
        client->sets("<enable xmlns='urn:xmpp:carbons:2'/>");
        client->forget_received();
    }
    // What was said, by whomever; a carbon is what it holds.
    const auto transcript = [](TestClient& client) {
        Texts found;
        while (client.has_received()) {
            const xml::Element stanza = client.next();
            if (!stanza.is({xml::stanza_ns, "message"})) continue;
            const auto carbon = stanza.first_child();
            const auto forwarded = carbon && carbon->name().ns == "urn:xmpp:carbons:2" ? carbon->first_child() : std::nullopt;
            const auto copy = forwarded ? forwarded->child({xml::stanza_ns, "message"}) : std::nullopt;
            found.push_back((copy ? *copy : stanza).child_text({xml::stanza_ns, "body"}));
        }
        return found;
    };
    play.says("1");
    play.balcony.loses_connection(1);
    laptop.sends("<message to='romeo@verona.example' type='chat'><body>2</body></message>");
    play.says("3");
    play.says("4", laptop.jid());
    REQUIRE(play.balcony.resumes());
    play.balcony.receives(resumed);
    play.says("5");
    CHECK(transcript(play.balcony) == Texts{"1", "2", "3", "4", "5"});
    CHECK(transcript(laptop) == Texts{"1", "3", "4", "5"});  // it said 2 itself
}

TEST_CASE("XEP-0198 5, XEP-0280 7: who has a carbon of what a lost client did not get does not get it again") {
    Verona play;
    auto& garden = play.host.login("juliet@verona.example/garden");
    garden.sets("<enable xmlns='urn:xmpp:carbons:2'/>");
    play.balcony.loses_connection();
    play.says("kept", "juliet@verona.example/balcony");
    play.says("passing", "juliet@verona.example/balcony", no_store);
    garden.forget_received();
    play.host.passes(601s);
    CHECK(Verona::bodies(garden) == Texts{});
    auto& late = play.host.connect("juliet@verona.example/late");
    late.sends("<presence/>");
    CHECK(Verona::bodies(late) == Texts{});
}

TEST_CASE("XEP-0198 5, XEP-0280 7: a carbon that a lost client did not get is no message for the others") {
    Verona play;
    auto& garden = play.host.login("juliet@verona.example/garden");
    auto& late = play.host.login("juliet@verona.example/late");
    play.balcony.sets("<enable xmlns='urn:xmpp:carbons:2'/>");
    play.balcony.forget_received();
    play.balcony.loses_connection();
    play.says("kept", garden.jid());
    garden.sends("<message to='romeo@verona.example' type='chat'><body>answer</body></message>");
    late.forget_received();
    garden.forget_received();
    play.host.passes(601s);
    for (TestClient* client : {&garden, &late}) {
        while (client->has_received()) CHECK_FALSE(client->next().is({xml::stanza_ns, "message"}));
    }
}

TEST_CASE("RFC 6121 8.5.2: while a lost client may come back, a page for the others does not wait for it") {
    Verona play;
    auto& garden = play.host.login("juliet@verona.example/garden");
    play.balcony.loses_connection();
    garden.forget_received();
    Texts all;
    for (int i = 0; i < 700; ++i) {
        all.push_back(std::to_string(i));
        play.says(all.back());
    }
    CHECK(Verona::bodies(garden) == all);
}
