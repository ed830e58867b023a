// SPDX-License-Identifier: MIT
// RFC 6121 8: which clients get a message, and what happens when none can (XEP-0160, XEP-0203, XEP-0359).
#include "support/test_host.h"

#include <doctest/doctest.h>

namespace {

const std::string bare = "juliet@verona.example";

struct Verona {
    TestHost host{"verona.example", {add_everything}};
    TestClient& romeo = host.login("romeo@verona.example/orchard");

    Verona() { host.make_account(bare); }
    // A client of Juliet's with that priority.
    TestClient& juliet(const std::string& resource, int priority = 0) {
        TestClient& client = host.connect(bare + "/" + resource);
        client.sends("<presence><priority>" + std::to_string(priority) + "</priority></presence>");
        client.forget_received();
        return client;
    }
    void says(const std::string& text, const std::string& to = bare, const std::string& type = "chat") {
        romeo.sends("<message to='" + to + "' type='" + type + "'><body>" + text + "</body></message>");
    }
};

// What a client gets of Romeo's words: kept messages have an id, others not.
std::string kept(const std::string& text, const std::string& to = bare, const std::string& more = {}) {
    return "<message from='romeo@verona.example/orchard' to='" + to + "' type='chat'><body>" + text +
           "</body><stanza-id xmlns='urn:xmpp:sid:0' id='*' by='juliet@verona.example'/>" + more + "</message>";
}
std::string late(const std::string& text, const std::string& stamp = "*", const std::string& to = bare) {
    return kept(text, to, "<delay xmlns='urn:xmpp:delay' from='verona.example' stamp='" + stamp + "'/>");
}
std::string unkept(const std::string& type, const std::string& text, const std::string& to = bare) {
    return "<message from='romeo@verona.example/orchard' to='" + to + "' type='" + type + "'><body>" + text + "</body></message>";
}
std::string error_of(TestClient& client) {
    const xml::Element stanza = client.next();
    const auto error = stanza.child({xml::stanza_ns, "error"});
    REQUIRE(error.has_value());
    return std::string(xmpp::to_string(xmpp::parse_stanza_error(*error).condition));
}
// The id that the server gave the next message.
std::string stanza_id(TestClient& client) {
    const xml::Element message = client.next();
    const auto id = message.child({"urn:xmpp:sid:0", "stanza-id"});
    REQUIRE(id.has_value());
    return std::string(id->attribute("id").value_or(""));
}

}  // namespace

TEST_CASE("RFC 6121 8.5.2.1.1: chat and normal to the bare address go to the clients of the highest priority") {
    Verona play;
    auto& balcony = play.juliet("balcony", 5);
    auto& garden = play.juliet("garden", 5);
    auto& church = play.juliet("church", 1);
    for (TestClient* client : {&balcony, &garden, &church}) client->forget_received();
    play.says("hello");
    balcony.receives(kept("hello"));
    garden.receives(kept("hello"));
    church.receives_nothing_more();
    play.romeo.sends("<message to='juliet@verona.example'><body>plain</body></message>");
    balcony.receives("<message from='romeo@verona.example/orchard' to='juliet@verona.example'><body>plain</body>"
                     "<stanza-id xmlns='urn:xmpp:sid:0' id='*' by='juliet@verona.example'/></message>");
    church.receives_nothing_more();
    play.romeo.receives_nothing_more();
}

TEST_CASE("RFC 6121 8.5.2.1.1: a headline goes to all that are not negative, an error to none, group chat is refused") {
    Verona play;
    auto& balcony = play.juliet("balcony", 5);
    auto& church = play.juliet("church", 0);
    auto& robot = play.juliet("robot", -1);
    for (TestClient* client : {&balcony, &church, &robot}) client->forget_received();
    play.says("news", bare, "headline");
    balcony.receives(unkept("headline", "news"));
    church.receives(unkept("headline", "news"));
    play.says("oops", bare, "error");
    play.romeo.receives_nothing_more();
    play.says("all", bare, "groupchat");
    CHECK(error_of(play.romeo) == "service-unavailable");
    for (TestClient* client : {&balcony, &church, &robot}) client->receives_nothing_more();
}

TEST_CASE("RFC 6121 4.7.2.3, 8.5.2.2.1: a client of negative priority is as good as none, until it changes its mind") {
    Verona play;
    auto& robot = play.juliet("robot", -1);
    play.says("hello");
    robot.receives_nothing_more();
    play.romeo.receives_nothing_more();
    robot.sends("<presence><priority>1</priority></presence>");
    robot.receives_somewhere(late("hello"));
}

TEST_CASE("RFC 6121 8.5.3.1: the full address of a connected client reaches it, whatever its presence and the type") {
    Verona play;
    auto& robot = play.juliet("robot", -1);
    auto& silent = play.host.connect("juliet@verona.example/silent");
    auto& balcony = play.juliet("balcony", 5);
    robot.forget_received();
    play.says("one", "juliet@verona.example/robot");
    robot.receives(kept("one", "juliet@verona.example/robot"));
    play.says("two", "juliet@verona.example/silent");
    silent.receives(kept("two", "juliet@verona.example/silent"));
    for (const std::string type : {"headline", "groupchat", "error"}) {
        play.says("three", "juliet@verona.example/silent", type);
        silent.receives(unkept(type, "three", "juliet@verona.example/silent"));
    }
    balcony.receives_nothing_more();
    play.romeo.receives_nothing_more();
}

TEST_CASE("RFC 6121 8.5.3.2.1: to a client that is gone, chat goes to the others, the rest is dropped or refused") {
    Verona play;
    auto& balcony = play.juliet("balcony");
    const std::string gone = "juliet@verona.example/gone";
    play.says("chat", gone);
    balcony.receives(kept("chat", gone));
    play.says("news", gone, "headline");
    play.says("oops", gone, "error");
    play.romeo.receives_nothing_more();
    play.says("all", gone, "groupchat");
    CHECK(error_of(play.romeo) == "service-unavailable");
    balcony.receives_nothing_more();
}

TEST_CASE("RFC 6121 8.5.3.2.1: what was for one client that died before it read comes to the next, whatever its type") {
    Verona play;
    auto& balcony = play.juliet("balcony");
    balcony.stops_reading();
    const std::string to_balcony = "juliet@verona.example/balcony";
    play.says("plain", to_balcony, "normal");
    play.romeo.sends("<message to='" + to_balcony + "' type='headline'><body>news</body><store xmlns='urn:xmpp:hints'/></message>");
    play.says("chat", to_balcony);
    balcony.logs_out();
    auto& garden = play.host.connect("juliet@verona.example/garden");
    garden.sends("<presence/>");
    garden.receives("<presence from='juliet@verona.example/garden' to='juliet@verona.example'/>");
    for (const std::string text : {"plain", "news", "chat"}) CHECK(garden.next().child_text({xml::stanza_ns, "body"}) == text);
    garden.receives_nothing_more();
}

TEST_CASE("RFC 6121 8.5.3.2.1, XEP-0280 7: what is refused is not copied to other clients") {
    Verona play;
    auto& balcony = play.juliet("balcony");
    balcony.sets("<enable xmlns='urn:xmpp:carbons:2'/>");
    play.says("plain", "juliet@verona.example/gone", "normal");
    CHECK(error_of(play.romeo) == "service-unavailable");
    balcony.receives_nothing_more();
}

TEST_CASE("RFC 6120 10.3.1, RFC 6121 8.2: a message without an address is for the sender's own account") {
    Verona play;
    auto& street = play.host.login("romeo@verona.example/street");
    play.romeo.forget_received();
    street.sends("<message><body>note</body></message>");
    play.romeo.receives("<message from='romeo@verona.example/street' to='romeo@verona.example'><body>note</body>"
                        "<stanza-id xmlns='urn:xmpp:sid:0' id='*' by='romeo@verona.example'/></message>");
}

TEST_CASE("XEP-0160 3: messages to nobody wait, in order, with the time they came in UTC, and come once") {
    Verona play;
    play.says("first");
    play.host.passes(std::chrono::milliseconds(1500));
    play.says("second", "juliet@verona.example/gone");
    play.host.restarts();
    auto& silent = play.host.connect("juliet@verona.example/silent");
    silent.receives_nothing_more();
    auto& robot = play.juliet("robot", -1);
    robot.receives_nothing_more();
    auto& balcony = play.host.connect("juliet@verona.example/balcony");
    balcony.sends("<presence/>");
    balcony.receives_somewhere("<presence from='juliet@verona.example/balcony' to='juliet@verona.example'/>");
    balcony.receives_somewhere("<presence from='juliet@verona.example/robot' to='juliet@verona.example'><priority>-1</priority></presence>");
    balcony.receives(late("first", "2023-11-14T22:13:20Z"));
    balcony.receives(late("second", "2023-11-14T22:13:21.500Z", "juliet@verona.example/gone"));
    balcony.receives_nothing_more();
    balcony.sends("<presence/>");
    balcony.forget_received();
    balcony.logs_out();
    play.juliet("balcony").receives_nothing_more();
    play.host.restarts();
    auto& again = play.host.connect("juliet@verona.example/balcony");
    again.sends("<presence/>");
    again.receives("<presence from='juliet@verona.example/balcony' to='juliet@verona.example'/>");
    again.receives_nothing_more();
}

TEST_CASE("XEP-0160 3: more than a page of messages comes in order") {
    Verona play;
    for (int i = 0; i < 250; ++i) play.says(std::to_string(i));
    auto& balcony = play.host.connect("juliet@verona.example/balcony");
    balcony.sends("<presence/>");
    balcony.receives("<presence from='juliet@verona.example/balcony' to='juliet@verona.example'/>");
    for (int i = 0; i < 250; ++i) balcony.receives(late(std::to_string(i)));
    balcony.receives_nothing_more();
}

TEST_CASE("XEP-0160 3, XEP-0334 4: chat states, headlines and what asks for it do not wait") {
    Verona play;
    play.romeo.sends("<message to='juliet@verona.example' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
    play.says("news", bare, "headline");
    play.romeo.receives_nothing_more();
    const std::string secret = "<message to='juliet@verona.example' type='chat'><body>secret</body><no-store xmlns='urn:xmpp:hints'/></message>";
    play.romeo.sends(secret);
    play.romeo.receives_nothing_more();  // a stranger does not learn that nobody is there (DESIGN 4.4)
    auto& garden = play.juliet("garden");
    play.host.befriend(play.romeo, garden);
    garden.logs_out();
    play.romeo.forget_received();
    play.romeo.sends(secret);
    CHECK(error_of(play.romeo) == "service-unavailable");
    auto& balcony = play.host.connect("juliet@verona.example/balcony");
    balcony.sends("<presence/>");
    balcony.receives("<presence from='juliet@verona.example/balcony' to='juliet@verona.example'/>");
    balcony.receives("<presence from='romeo@verona.example/orchard' to='juliet@verona.example/balcony'/>");
    balcony.receives_nothing_more();
}

TEST_CASE("XEP-0359 5: an id that claims to be ours is replaced, others pass") {
    Verona play;
    auto& balcony = play.juliet("balcony");
    play.romeo.sends("<message to='juliet@verona.example' type='chat'><body>hi</body>"
                     "<stanza-id xmlns='urn:xmpp:sid:0' id='forged' by='juliet@verona.example'/>"
                     "<stanza-id xmlns='urn:xmpp:sid:0' id='forged' by='JULIET@verona.example'/>"
                     "<stanza-id xmlns='urn:xmpp:sid:0' id='room' by='room@rooms.verona.example'/></message>");
    balcony.receives("<message from='romeo@verona.example/orchard' to='juliet@verona.example' type='chat'><body>hi</body>"
                     "<stanza-id xmlns='urn:xmpp:sid:0' id='room' by='room@rooms.verona.example'/>"
                     "<stanza-id xmlns='urn:xmpp:sid:0' id='*' by='juliet@verona.example'/></message>");
    CHECK(!balcony.has_received());
    play.romeo.sends("<message to='juliet@verona.example' type='headline'><body>hi</body>"
                     "<stanza-id xmlns='urn:xmpp:sid:0' id='forged' by='juliet@verona.example'/></message>");
    balcony.receives(unkept("headline", "hi"));
    play.says("one");
    play.says("two");
    const std::string one = stanza_id(balcony);
    CHECK(one != stanza_id(balcony));
    CHECK(one != "forged");
}

TEST_CASE("DESIGN 4.1: nothing is delivered before it is on disk, and order holds behind it") {
    Verona play;
    auto& balcony = play.juliet("balcony");
    play.host.store().hold();
    play.says("first");
    play.romeo.sends("<message to='juliet@verona.example' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
    play.says("second");
    balcony.receives_nothing_more();
    play.host.store().release();
    balcony.receives(kept("first"));
    balcony.receives("<message from='romeo@verona.example/orchard' to='juliet@verona.example' type='chat'>"
                     "<composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
    balcony.receives(kept("second"));
    balcony.receives_nothing_more();
}

TEST_CASE("DESIGN 4.1: a message that could not be stored is refused to its sender and reaches nobody, then or later") {
    Verona play;
    auto& balcony = play.juliet("balcony");
    play.host.store().refuse_next(store::Refusal::resource_constraint, 1);
    play.says("lost");
    CHECK(error_of(play.romeo) == "resource-constraint");
    play.romeo.receives_nothing_more();
    balcony.receives_nothing_more();
    balcony.logs_out();
    play.host.store().refuse_next(store::Refusal::internal_error, 1);
    play.says("lost too");
    CHECK(error_of(play.romeo) == "internal-server-error");
    play.says("kept");
    auto& again = play.host.connect("juliet@verona.example/balcony");
    again.sends("<presence/>");
    again.receives("<presence from='juliet@verona.example/balcony' to='juliet@verona.example'/>");
    again.receives(late("kept"));
    again.receives_nothing_more();
}

TEST_CASE("DESIGN 4.1: what a client did not read before it died comes to the next, with the same id") {
    Verona play;
    auto& balcony = play.juliet("balcony");
    balcony.stops_reading();
    play.says("first");
    play.says("second");
    const std::string id = stanza_id(balcony);
    balcony.logs_out();
    auto& garden = play.host.connect("juliet@verona.example/garden");
    garden.sends("<presence/>");
    garden.receives("<presence from='juliet@verona.example/garden' to='juliet@verona.example'/>");
    CHECK(stanza_id(garden) == id);
    garden.receives(late("second"));
    garden.receives_nothing_more();
}

TEST_CASE("DESIGN 4.1: what a client did not read before it died comes at once to another that is there") {
    Verona play;
    auto& balcony = play.juliet("balcony", 5);
    auto& garden = play.juliet("garden", 1);
    balcony.stops_reading();
    play.says("first");
    garden.forget_received();
    balcony.logs_out();
    garden.receives_somewhere(late("first"));
}

TEST_CASE("DESIGN 4.1: one of two clients that got a message died before it read: nothing is repeated") {
    Verona play;
    auto& balcony = play.juliet("balcony");
    auto& garden = play.juliet("garden");
    balcony.forget_received();
    garden.stops_reading();
    play.says("first");
    balcony.receives(kept("first"));
    garden.logs_out();
    balcony.receives_somewhere("<presence type='unavailable' from='juliet@verona.example/garden' to='juliet@verona.example'/>");
    balcony.receives_nothing_more();
}

TEST_CASE("DESIGN 4.1: after a crash a message comes again with the same id rather than never") {
    Verona play;
    auto& balcony = play.juliet("balcony");
    balcony.session().enable_management("<enabled xmlns='urn:xmpp:sm:3'/>");
    balcony.forget_received();
    play.says("first");
    const std::string id = stanza_id(balcony);
    play.host.crashes();
    auto& again = play.host.connect("juliet@verona.example/balcony");
    again.sends("<presence/>");
    again.receives("<presence from='juliet@verona.example/balcony' to='juliet@verona.example'/>");
    CHECK(stanza_id(again) == id);
}

TEST_CASE("DESIGN 4.1: what was delivered is kept as soon as the disk has nothing else to do") {
    Verona play;
    play.juliet("balcony");
    play.says("first");
    play.host.crashes();
    auto& again = play.host.connect("juliet@verona.example/balcony");
    again.sends("<presence/>");
    again.receives("<presence from='juliet@verona.example/balcony' to='juliet@verona.example'/>");
    again.receives_nothing_more();
}

TEST_CASE("DESIGN 4.1: under load what was delivered is kept together with what is committed anyway") {
    Verona play;
    auto& balcony = play.juliet("balcony");
    balcony.session().enable_management("<enabled xmlns='urn:xmpp:sm:3'/>");
    play.says("first");
    play.host.store().hold();
    play.says("second");
    CHECK(balcony.session().acknowledge(1));
    play.host.users().end_turn();  // a commit is under way: nothing is written for the mark alone
    CHECK(play.host.writes().under_way() == 2);
    play.says("third");
    CHECK(play.host.writes().under_way() == 5);
    play.host.store().release();
}

TEST_CASE("XEP-0198 4: with stream management a message is delivered when it is acknowledged, not when it is written") {
    Verona play;
    auto& balcony = play.juliet("balcony");
    balcony.session().enable_management("<enabled xmlns='urn:xmpp:sm:3'/>");
    play.says("first");
    play.says("second");
    CHECK(balcony.session().acknowledge(1));
    CHECK_FALSE(balcony.session().acknowledge(3));
    balcony.logs_out();
    auto& garden = play.host.connect("juliet@verona.example/garden");
    garden.sends("<presence/>");
    garden.receives("<presence from='juliet@verona.example/garden' to='juliet@verona.example'/>");
    garden.receives(late("second"));
    garden.receives_nothing_more();
}

TEST_CASE("DESIGN 4.2: what arrives while older messages are read from disk does not overtake them") {
    Verona play;
    play.says("first");
    auto& balcony = play.host.connect("juliet@verona.example/balcony");
    play.host.store().hold();
    balcony.sends("<presence/>");
    play.says("second");
    play.romeo.sends("<message to='juliet@verona.example' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
    balcony.receives_nothing_more();
    play.host.store().release();
    balcony.receives("<presence from='juliet@verona.example/balcony' to='juliet@verona.example'/>");
    balcony.receives(late("first"));
    balcony.receives(late("second"));
    balcony.receives("<message from='romeo@verona.example/orchard' to='juliet@verona.example' type='chat'>"
                     "<composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
    balcony.receives_nothing_more();
}

TEST_CASE("RFC 6121 8.5.3.2.3: an IQ to a client that is gone is refused, a result is dropped") {
    Verona play;
    play.romeo.is_refused("get", "<ping xmlns='urn:xmpp:ping'/>", "service-unavailable", "juliet@verona.example/gone");
    play.romeo.sends("<iq type='result' id='x' to='juliet@verona.example/gone'/>");
    play.romeo.sends("<iq type='result' id='x' to='juliet@verona.example'/>");
    play.romeo.receives_nothing_more();
}
