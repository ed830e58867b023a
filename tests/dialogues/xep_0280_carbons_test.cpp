// SPDX-License-Identifier: MIT
// XEP-0280 Message Carbons 1.0.1: what a user's other clients get.
#include "support/test_host.h"

#include <doctest/doctest.h>

namespace {

const std::string enable = "<enable xmlns='urn:xmpp:carbons:2'/>";
const std::string disable = "<disable xmlns='urn:xmpp:carbons:2'/>";
const std::string body = "<body>hi</body>";

// Juliet on the balcony, preferred, and at home; Romeo in the garden and at home. Both homes get copies.
struct Verona {
    TestHost host{"verona.example", {add_everything}};
    TestClient& balcony = client("juliet@verona.example/balcony", 5);
    TestClient& juliets = client("juliet@verona.example/home", 0);
    TestClient& garden = client("romeo@verona.example/garden", 5);
    TestClient& romeos = client("romeo@verona.example/home", 0);

    Verona() {
        for (TestClient* home : {&juliets, &romeos}) CHECK(home->sets(enable) == "");
        forget();
    }
    TestClient& client(const std::string& full, int priority) {
        TestClient& made = host.connect(full);
        made.sends("<presence><priority>" + std::to_string(priority) + "</priority></presence>");
        return made;
    }
    void forget() {
        for (TestClient* client : {&balcony, &juliets, &garden, &romeos}) client->forget_received();
    }
    // Romeo, in the garden, sends a message of that type with that content.
    void says(const std::string& type, const std::string& content, const std::string& to = "juliet@verona.example") {
        garden.sends("<message id='m1' to='" + to + "' type='" + type + "'>" + content + "</message>");
    }
    bool is_copied(const std::string& type, const std::string& content, const std::string& to = "juliet@verona.example") {
        forget();
        says(type, content, to);
        if (type != "headline") CHECK(romeos.has_received() == juliets.has_received());  // headlines come to all at home anyway
        return romeos.has_received();
    }
};

std::string carbon(const std::string& user, const std::string& wrapper, const std::string& message, const std::string& type = "chat") {
    const std::string bare = user + "@verona.example";
    return "<message from='" + bare + "' to='" + bare + "/home'" + (type.empty() ? "" : " type='" + type + "'") + "><" + wrapper +
           " xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>" + message + "</forwarded></" + wrapper + "></message>";
}
std::string stanza_id(const std::string& by) { return "<stanza-id xmlns='urn:xmpp:sid:0' id='*' by='" + by + "@verona.example'/>"; }
std::string original(const std::string& type, const std::string& content, const std::string& to = "juliet@verona.example") {
    return "<message xmlns='jabber:client' id='m1' from='romeo@verona.example/garden' to='" + to + "'" +
           (type == "normal" ? "" : " type='" + type + "'") + ">" + content + "</message>";
}
std::string hint(const std::string& name) { return "<" + name + " xmlns='urn:xmpp:hints'/>"; }

}  // namespace

TEST_CASE("XEP-0280 3, 6.2: the server tells that it has carbons, by all the rules") {
    Verona play;
    const std::string info = play.garden.gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", "verona.example");
    CHECK(info.find("'urn:xmpp:carbons:2'") != std::string::npos);
    CHECK(info.find("'urn:xmpp:carbons:rules:0'") != std::string::npos);
}

TEST_CASE("XEP-0280 4, 5, 10.1: a client enables and disables carbons, as often as it likes") {
    Verona play;
    CHECK(play.romeos.sets(enable) == "");
    CHECK(play.romeos.sets(disable) == "");
    CHECK(play.romeos.sets(disable, "romeo@verona.example") == "");
    play.says("chat", body);
    play.romeos.receives_nothing_more();
    CHECK(play.romeos.sets(enable) == "");
    play.says("chat", body);
    CHECK(play.romeos.has_received());
}

TEST_CASE("XEP-0280 4, 5, 5.1: nobody enables or disables them for another, whether there is such an account or not") {
    Verona play;
    for (const std::string to : {"juliet@verona.example", "nobody@verona.example"})
        for (const std::string& payload : {enable, disable}) play.garden.is_refused("set", payload, "not-allowed", to);
}

TEST_CASE("XEP-0280 7, 8: a message to the bare address is copied to those who did not get it, at both sides") {
    Verona play;
    play.says("chat", body);
    play.balcony.receives(original("chat", body + stanza_id("juliet")));
    play.juliets.receives(carbon("juliet", "received", original("chat", body + stanza_id("juliet"))));
    play.romeos.receives_somewhere(carbon("romeo", "sent", original("chat", body + stanza_id("romeo"))));
    for (TestClient* client : {&play.balcony, &play.juliets, &play.garden, &play.romeos}) client->receives_nothing_more();
}

TEST_CASE("XEP-0280 7: who got the original gets no copy, whether by address or by priority") {
    Verona play;
    play.balcony.sets(enable);
    play.says("chat", body, "juliet@verona.example/home");
    play.juliets.receives(original("chat", body + stanza_id("juliet"), "juliet@verona.example/home"));
    play.juliets.receives_nothing_more();
    CHECK(play.balcony.next().has_child({"urn:xmpp:carbons:2", "received"}));
    play.balcony.receives_nothing_more();
    play.says("chat", body);
    CHECK(play.balcony.next().has_child({xml::stanza_ns, "body"}));
    play.balcony.receives_nothing_more();
}

TEST_CASE("XEP-0280 7: a client of negative priority, or without presence, that enabled carbons gets its copy") {
    Verona play;
    auto& robot = play.client("juliet@verona.example/robot", -1);
    auto& silent = play.host.connect("juliet@verona.example/silent");
    for (TestClient* client : {&robot, &silent}) {
        client->sets(enable);
        client->forget_received();
    }
    play.says("chat", body);
    for (TestClient* client : {&robot, &silent}) {
        CHECK(client->next().has_child({"urn:xmpp:carbons:2", "received"}));
        client->receives_nothing_more();
    }
}

TEST_CASE("XEP-0280 8: the sender gets no copy of his own, whether he enabled carbons or not") {
    Verona play;
    play.garden.sets(enable);
    play.says("chat", body);
    play.garden.receives_nothing_more();
    CHECK(play.romeos.has_received());
}

TEST_CASE("XEP-0280 7, 8: what a user sends himself comes to each of his clients once") {
    Verona play;
    auto& third = play.client("romeo@verona.example/third", 3);
    play.forget();
    play.romeos.sends("<message id='m2' to='romeo@verona.example' type='chat'><body>note</body></message>");
    CHECK(play.garden.next().has_child({xml::stanza_ns, "body"}));
    play.garden.receives_nothing_more();
    play.romeos.receives_nothing_more();
    third.forget_received();
    third.sets(enable);
    play.says("chat", body, "romeo@verona.example/home");
    CHECK(play.romeos.next().has_child({xml::stanza_ns, "body"}));
    CHECK(third.next().has_child({"urn:xmpp:carbons:2", "received"}));
    for (TestClient* client : {&play.garden, &play.romeos, &third}) client->receives_nothing_more();
}

TEST_CASE("XEP-0280 6.1: chat is copied, normal with a body, and what chats use") {
    Verona play;
    CHECK(play.is_copied("chat", "<x xmlns='urn:example'/>"));
    CHECK(play.is_copied("normal", body));
    CHECK_FALSE(play.is_copied("normal", "<x xmlns='urn:example'/>"));
    CHECK_FALSE(play.is_copied("headline", body));
    CHECK(play.is_copied("normal", "<received xmlns='urn:xmpp:receipts' id='m0'/>"));
    CHECK(play.is_copied("normal", "<displayed xmlns='urn:xmpp:chat-markers:0' id='m0'/>"));
    CHECK(play.is_copied("normal", "<composing xmlns='http://jabber.org/protocol/chatstates'/>"));
    CHECK(play.is_copied("headline", "<active xmlns='http://jabber.org/protocol/chatstates'/>"));
}

TEST_CASE("XEP-0280 7, 8: the copy has the type of the original") {
    Verona play;
    play.says("normal", body);
    play.juliets.receives(carbon("juliet", "received", "<message xmlns='jabber:client' id='m1' from='romeo@verona.example/garden'"
        " to='juliet@verona.example' type='normal'>" + body + stanza_id("juliet") + "</message>", ""));
}

TEST_CASE("XEP-0280 6.1: group chat is not copied, invitations of both kinds are") {
    Verona play;
    CHECK_FALSE(play.is_copied("groupchat", body + "<active xmlns='http://jabber.org/protocol/chatstates'/>", "juliet@verona.example/balcony"));
    CHECK(play.is_copied("normal", "<x xmlns='jabber:x:conference' jid='room@rooms.verona.example'/>"));
    play.forget();
    play.host.arrives("<message from='room@rooms.verona.example' to='juliet@verona.example'>"
                      "<x xmlns='http://jabber.org/protocol/muc#user'><invite from='romeo@verona.example'/></x></message>");
    CHECK(play.juliets.has_received());
}

TEST_CASE("XEP-0280 6.1: a private message from somebody in a room is not copied, one to him is, to those who share the nick") {
    Verona play;
    const std::string room = "ball@rooms.verona.example";
    const auto enters = [&](TestClient& client, const std::string& nick) {
        client.sends("<presence to='" + room + "/" + nick + "'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
    };
    enters(play.balcony, "Juliet");
    play.balcony.sets("<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query>", room);
    enters(play.garden, "Montague");
    enters(play.romeos, "Montague");
    play.forget();
    play.says("chat", body, room + "/Juliet");
    CHECK(play.balcony.next().has_child({xml::stanza_ns, "body"}));
    play.juliets.receives_nothing_more();
    CHECK(play.romeos.next().has_child({"urn:xmpp:carbons:2", "sent"}));
    play.romeos.receives_nothing_more();
    play.romeos.sends("<presence type='unavailable' to='" + room + "/Montague'/>");
    play.forget();
    play.says("chat", body, room + "/Juliet");
    CHECK(play.balcony.has_received());
    play.romeos.receives_nothing_more();
    // As from a room that does not mark private messages.
    play.forget();
    play.host.arrives("<message from='" + room + "/Juliet' to='romeo@verona.example/garden' type='chat'><body>x</body></message>");
    play.garden.receives("<message from='" + room + "/Juliet' to='romeo@verona.example/garden' type='chat'><body>x</body>" +
                         stanza_id("romeo") + "</message>");
    play.romeos.receives_nothing_more();
}

TEST_CASE("XEP-0280 6.1, XEP-0045 7.6: whose nick changed is followed, and who became unavailable is in no room") {
    Verona play;
    const std::string room = "ball@rooms.verona.example";
    const std::string muc = "<x xmlns='http://jabber.org/protocol/muc'/>";
    const auto says_as = [&](TestClient& client, const std::string& nick, const std::string& x) {
        client.sends("<presence to='" + room + "/" + nick + "'>" + x + "</presence>");
    };
    says_as(play.balcony, "Juliet", muc);
    play.balcony.sets("<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query>", room);
    says_as(play.garden, "Romeo", muc);
    says_as(play.garden, "Juliet", {});  // refused: it stays Romeo
    says_as(play.garden, "Montague", {});
    says_as(play.romeos, "Montague", muc);
    play.forget();
    play.says("chat", body, room + "/Juliet");
    CHECK(play.romeos.next().has_child({"urn:xmpp:carbons:2", "sent"}));
    play.romeos.sends("<presence type='unavailable'/>");
    play.forget();
    play.says("chat", body, room + "/Juliet");
    play.romeos.receives_nothing_more();
}

TEST_CASE("XEP-0280 6.1: an error is copied when what it answers was") {
    Verona play;
    const auto error = [](const std::string& id) {
        return "<message xmlns='jabber:client' id='" + id + "' from='juliet@verona.example/balcony' to='romeo@verona.example/garden' type='error'>"
               "<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>";
    };
    play.says("chat", body, "juliet@verona.example/balcony");
    play.forget();
    play.balcony.sends(error("m1"));
    play.romeos.receives(carbon("romeo", "received", error("m1"), "error"));
    play.juliets.receives(carbon("juliet", "sent", error("m1"), "error"));
    play.balcony.sends(error("other"));
    CHECK(play.garden.next().attribute("id") == "m1");
    CHECK(play.garden.next().attribute("id") == "other");
    for (TestClient* client : {&play.romeos, &play.juliets}) client->receives_nothing_more();
    play.says("chat", body + "<private xmlns='urn:xmpp:carbons:2'/>", "juliet@verona.example/gone");
    play.says("headline", body, "juliet@verona.example/balcony");
    play.forget();
    play.garden.sends("<message id='m9' to='nobody@verona.example/gone'><body>x</body></message>");
    CHECK(play.romeos.next().has_child({"urn:xmpp:carbons:2", "sent"}));
    CHECK(play.romeos.next().attribute("type") == "error");
}

TEST_CASE("XEP-0280 9, XEP-0334 4.3: what is private is not copied, at neither side, and says so to its receiver") {
    Verona play;
    const std::string both = body + "<private xmlns='urn:xmpp:carbons:2'/>" + hint("no-copy");
    CHECK_FALSE(play.is_copied("chat", both));
    play.balcony.receives(original("chat", both + stanza_id("juliet")));
    CHECK_FALSE(play.is_copied("chat", body + "<private xmlns='urn:xmpp:carbons:2'/>"));
    CHECK_FALSE(play.is_copied("chat", body + hint("no-copy")));
}

TEST_CASE("XEP-0280 10.3: an error about a copy goes to nobody") {
    Verona play;
    play.says("chat", body);
    play.forget();
    play.juliets.sends("<message id='m1' to='juliet@verona.example' type='error'>"
                       "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
    for (TestClient* client : {&play.balcony, &play.juliets, &play.garden, &play.romeos}) client->receives_nothing_more();
}

TEST_CASE("DESIGN 4.1: a copy waits for the disk as its original does, and neither comes when it could not be kept") {
    Verona play;
    play.host.store().hold();
    play.says("chat", body);
    play.juliets.receives_nothing_more();
    play.host.store().release();
    CHECK(play.juliets.has_received());
    play.forget();
    play.host.store().refuse_next(store::Refusal::resource_constraint, 1);
    play.says("chat", body);
    play.juliets.receives_nothing_more();
}
