// SPDX-License-Identifier: MIT
// XEP-0424 between two accounts: who said something takes it back, and both archives show that it was there.
#include "xep_0313_play.h"

using namespace archive_play;

namespace {

const std::string ns = "urn:xmpp:message-retract:1";
const std::string romeo_bare = "romeo@verona.example";

struct Said : Verona {
    void says_as(TestClient& who, const std::string& to, const std::string& id, const std::string& content) {
        host.passes(std::chrono::seconds(10));
        who.sends("<message to='" + to + "' type='chat' id='" + id + "'>" + content + "</message>");
    }
    void retracts(TestClient& who, const std::string& to, const std::string& what, const std::string& more = {}) {
        says_as(who, to, "r1", "<retract xmlns='" + ns + "' id='" + what + "'/><body>/me took something back</body>" + more);
    }
    // What stands first in an archive.
    xml::Element first(TestClient& who) { return asks(who, query()).messages.front(); }
};

bool is_tombstone(const xml::Element& message) { return message.has_child({ns, "retracted"}); }

}  // namespace

TEST_CASE("XEP-0424 2: a server whose accounts archive retractions tells so, and of each account that it leaves tombstones") {
    Verona play;
    const auto info = [&](const std::string& of) { return play.romeo.gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", of); };
    for (const std::string& of : {std::string("verona.example"), romeo_bare}) CHECK(info(of).find("'" + ns + "'") != std::string::npos);
    CHECK(info(romeo_bare).find("'" + ns + "#tombstone'") != std::string::npos);
}

TEST_CASE("XEP-0424 3, 4, 5: what is taken back passes, is kept, and leaves a tombstone in both archives, with its time and ids") {
    Said play;
    play.says_as(play.romeo, juliet_bare, "m1", "<body>But soft</body><thread>t</thread>");
    const auto before = play.asks(play.juliet, query());
    play.juliet.forget_received();
    play.retracts(play.romeo, juliet_bare, "m1");
    CHECK(play.juliet.next().has_child({ns, "retract"}));
    for (TestClient* who : {&play.romeo, &play.juliet}) {
        const auto found = play.asks(*who, query());
        REQUIRE(found.messages.size() == 2);
        const xml::Element& left = found.messages[0];
        CHECK(left.attribute("id") == "m1");
        CHECK(left.attribute("from") == "romeo@verona.example/orchard");
        CHECK(left.child({ns, "retracted"})->attribute("id") == "r1");
        CHECK(left.child({ns, "retracted"})->attribute("stamp") == "2023-11-14T22:13:40Z");
        for (const std::string gone : {"body", "thread"}) CHECK_FALSE(left.has_child({xml::stanza_ns, gone}));
        CHECK(found.messages[1].has_child({ns, "retract"}));
        if (who == &play.juliet) CHECK((found.ids[0] == before.ids[0] && found.stamps[0] == before.stamps[0]));
    }
    play.host.restarts();
    CHECK(is_tombstone(play.first(play.host.login("juliet@verona.example/again"))));
}

TEST_CASE("XEP-0424 5: who did not say it takes nothing back, and what is not kept takes nothing back") {
    Said play;
    auto& paris = play.client("paris@verona.example/church");
    play.says_as(play.romeo, juliet_bare, "m1", "<body>But soft</body>");
    play.retracts(play.juliet, romeo_bare, "m1");
    play.retracts(paris, juliet_bare, "m1");
    play.retracts(play.romeo, "paris@verona.example", "m1");
    play.retracts(play.romeo, juliet_bare, "m2");
    play.retracts(play.romeo, juliet_bare, "");
    play.retracts(play.romeo, juliet_bare, "m1", hint("no-store"));
    for (TestClient* who : {&play.romeo, &play.juliet}) CHECK(play.asks(*who, query()).texts.front() == "But soft");
}

TEST_CASE("XEP-0424 5.1: between two the message's own id counts: not one in origin-id or stanza-id, though it may be the same") {
    Said play;
    play.says_as(play.romeo, juliet_bare, "m1", "<body>But soft</body><origin-id xmlns='urn:xmpp:sid:0' id='o1'/>");
    play.retracts(play.romeo, juliet_bare, "o1");
    play.retracts(play.romeo, juliet_bare, play.asks(play.juliet, query()).ids.front());
    for (TestClient* who : {&play.romeo, &play.juliet}) CHECK(play.asks(*who, query()).texts.front() == "But soft");
    play.retracts(play.romeo, juliet_bare, "m1");
    for (TestClient* who : {&play.romeo, &play.juliet}) CHECK(is_tombstone(play.first(*who)));
}

TEST_CASE("XEP-0424 5: who was away when it was taken back gets the tombstone and the retraction, and not the words") {
    Said play;
    play.juliet.logs_out();
    play.says_as(play.romeo, juliet_bare, "m1", "<body>But soft</body>");
    play.retracts(play.romeo, juliet_bare, "m1");
    auto& juliet = play.host.connect("juliet@verona.example/again");
    juliet.sends("<presence/>");
    std::string all;
    while (juliet.has_received()) all += xml::to_string(juliet.next());
    CHECK(all.find("But soft") == std::string::npos);
    CHECK(all.find("<retracted ") < all.find("<retract "));
}

TEST_CASE("XEP-0424 5, XEP-0421 4: in a room's private messages an occupant takes back its own words only") {
    Said play;
    const auto whispers = [&](const std::string& occupant, const std::string& id, const std::string& content) {
        play.host.arrives("<message from='hall@rooms.elsewhere.example/Nick' to='juliet@verona.example/balcony' type='chat' id='" + id + "'>" + content +
                          "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='" + occupant + "'/></message>");
    };
    whispers("one", "m1", "<body>But soft</body>");
    whispers("two", "r1", "<retract xmlns='" + ns + "' id='m1'/>");
    CHECK_FALSE(is_tombstone(play.first(play.juliet)));
    whispers("one", "r2", "<retract xmlns='" + ns + "' id='m1'/>");
    CHECK(is_tombstone(play.first(play.juliet)));
}

TEST_CASE("DESIGN 4.3: what is taken back is looked for among the last 250 messages of the conversation") {
    for (const int others : {249, 250}) {
        Said play;
        play.says_as(play.romeo, juliet_bare, "m1", "<body>But soft</body>");
        for (int i = 0; i < others; ++i) play.romeo.sends("<message to='juliet@verona.example' type='chat' id='x'><body>x</body></message>");
        play.retracts(play.romeo, juliet_bare, "m1");
        CHECK(is_tombstone(play.first(play.juliet)) == (others == 249));
    }
}
