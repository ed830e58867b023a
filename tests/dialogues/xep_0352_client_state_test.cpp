// SPDX-License-Identifier: MIT
// XEP-0352: a client that nobody looks at hears at once only what is important.
#include "support/test_host.h"

#include <doctest/doctest.h>

namespace {

const std::string composing = "<composing xmlns='http://jabber.org/protocol/chatstates'/>";
const std::string paused = "<paused xmlns='http://jabber.org/protocol/chatstates'/>";

// Romeo and Juliet see each other; she has turned her screen off.
struct Verona {
    TestHost host{"verona.example", {add_everything}};
    TestClient& romeo = host.login("romeo@verona.example/orchard");
    TestClient& balcony = host.login("juliet@verona.example/balcony");

    Verona() {
        host.befriend(romeo, balcony);
        balcony.session().set_inactive(true);
    }
    void is(const std::string& show) { romeo.sends("<presence><show>" + show + "</show></presence>"); }
    void tells(const std::string& payload) { romeo.sends("<message type='chat' to='juliet@verona.example'>" + payload + "</message>"); }
};

std::string presence(const std::string& show) {
    return "<presence from='romeo@verona.example/orchard' to='juliet@verona.example'><show>" + show + "</show></presence>";
}
std::string message(const std::string& payload) {
    return "<message type='chat' from='romeo@verona.example/orchard' to='juliet@verona.example'>" + payload + "</message>";
}

}  // namespace

TEST_CASE("XEP-0352 3.2: presence waits, and the latest of each contact comes when the client is active") {
    Verona play;
    play.is("away");
    play.is("xa");
    play.balcony.receives_nothing_more();
    play.balcony.session().set_inactive(false);
    play.balcony.receives(presence("xa"));
    play.balcony.receives_nothing_more();
    play.is("dnd");
    play.balcony.receives(presence("dnd"));
}

TEST_CASE("XEP-0352 3.2: of chat states the last one of each sender comes, before the next message") {
    Verona play;
    play.tells(composing);
    play.tells(paused);
    play.balcony.receives_nothing_more();
    play.tells("<body>hello</body>");
    play.balcony.receives(message(paused));
    CHECK(play.balcony.next().has_child({xml::stanza_ns, "body"}));
    play.balcony.receives_nothing_more();
}

TEST_CASE("RFC 6120 10.1: what is important does not overtake what was held back, and the client stays inactive") {
    Verona play;
    play.is("away");
    play.romeo.sends("<iq type='get' id='v' to='juliet@verona.example/balcony'><query xmlns='jabber:iq:version'/></iq>");
    play.balcony.receives(presence("away"));
    CHECK(play.balcony.next().attribute("id") == "v");
    play.is("xa");
    play.balcony.receives_nothing_more();
}

TEST_CASE("XEP-0352 3.2: subscriptions and errors are important") {
    Verona play;
    auto& nurse = play.host.login("nurse@verona.example/kitchen");
    nurse.sends("<presence type='subscribe' to='juliet@verona.example'/>");
    CHECK(play.balcony.next().attribute("type") == "subscribe");
    nurse.sends("<message type='error' to='juliet@verona.example/balcony'>" + composing +
                "<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
    CHECK(play.balcony.next().attribute("type") == "error");
}

TEST_CASE("XEP-0352 3.2: events (XEP-0163) of others wait, one for each item; the account's own are important") {
    Verona play;
    const auto event = [](const std::string& from, const std::string& node, const std::string& item, const std::string& what = "item") {
        return "<message xmlns='jabber:client' type='headline' from='" + from + "' to='juliet@verona.example/balcony'>"
               "<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='" + node + "'><" + what + " id='" + item + "'/></items></event></message>";
    };
    play.host.arrives(event("romeo@verona.example", "posts", "1"));
    play.host.arrives(event("romeo@verona.example", "mood", "current"));
    play.host.arrives(event("romeo@verona.example", "tune", "2"));
    play.host.arrives(event("romeo@verona.example", "mood", "current"));
    play.host.arrives(event("romeo@verona.example", "posts", "5"));
    play.host.arrives(event("romeo@verona.example", "posts", "1", "retract"));
    play.balcony.receives_nothing_more();
    play.host.arrives(event("juliet@verona.example", "bookmarks", "4"));
    play.balcony.receives(event("romeo@verona.example", "tune", "2"));
    play.balcony.receives(event("romeo@verona.example", "mood", "current"));
    play.balcony.receives(event("romeo@verona.example", "posts", "5"));
    play.balcony.receives(event("romeo@verona.example", "posts", "1", "retract"));
    play.balcony.receives(event("juliet@verona.example", "bookmarks", "4"));
}

TEST_CASE("XEP-0352 5, 6: the state has nothing to do with presence, and nobody learns of it") {
    Verona play;
    play.romeo.forget_received();
    play.balcony.session().set_inactive(false);
    play.balcony.session().set_inactive(true);
    play.romeo.receives_nothing_more();
    CHECK(play.balcony.session().is_available());
}

TEST_CASE("DESIGN 4.3: what is held back is bounded, and comes when it is too much") {
    Verona play;
    for (int i = 0; i < 1000; ++i)
        play.host.arrives("<presence xmlns='jabber:client' from='c" + std::to_string(i) + "@capulet.example/x' to='juliet@verona.example/balcony'/>");
    CHECK(play.balcony.has_received());
    play.balcony.forget_received();
    play.is("away");
    play.balcony.receives_nothing_more();
}

TEST_CASE("XEP-0352 5.2: a resumed stream begins active, and what was held back is not lost") {
    Verona play;
    play.balcony.session().set_inactive(false);
    play.balcony.enables_resumption();
    play.balcony.session().set_inactive(true);
    play.is("away");
    play.balcony.loses_connection(0);
    play.balcony.forget_received();
    REQUIRE(play.balcony.resumes());
    play.balcony.receives("<resumed xmlns='urn:xmpp:sm:3'/>");
    play.balcony.receives(presence("away"));
    play.is("xa");
    play.balcony.receives(presence("xa"));
}
