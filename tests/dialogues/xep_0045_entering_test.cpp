// SPDX-License-Identifier: MIT
// XEP-0045 7: entering, talking and leaving, as plays of two and three clients.
#include "support/test_host.h"

#include <doctest/doctest.h>

namespace {

constexpr const char* room = "garden@rooms.montague.example";

struct Play : TestHost {
    Play() : TestHost("montague.example", {[](routing::Feature& feature) {
                           modules::add_rooms(feature, {"rooms.montague.example", {}, {}, true, {}});
                       }}) {}

    // A client that has entered as `nick`; what came of that is forgotten.
    TestClient& inside(const std::string& jid, const std::string& nick) {
        TestClient& client = connect(jid);
        client.sends("<presence to='" + std::string(room) + "/" + nick + "'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
        return client;
    }
    // The owner, in a room that is open to all.
    TestClient& maker(const std::string& fields = {}) {
        TestClient& romeo = inside("romeo@montague.example/orchard", "Romeo");
        const std::string form = fields.empty() ? "" : "<field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#roomconfig</value></field>" + fields;
        romeo.sets("<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'>" + form + "</x></query>", room);
        romeo.forget_received();
        return romeo;
    }
};

std::string field(const std::string& name, const std::string& value) {
    return "<field var='muc#roomconfig_" + name + "'><value>" + value + "</value></field>";
}

}  // namespace

TEST_CASE("XEP-0045 10.1.1: the first to enter makes the room and owns it, and nobody else may enter yet") {
    Play play;
    auto& romeo = play.connect("romeo@montague.example/orchard");
    auto& juliet = play.connect("juliet@montague.example/balcony");
    romeo.sends("<presence id='j1' to='garden@rooms.montague.example/Romeo'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
    romeo.receives("<presence id='j1' from='garden@rooms.montague.example/Romeo' to='romeo@montague.example/orchard'>"
                   "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='owner' role='moderator' jid='romeo@montague.example/orchard'/>"
                   "<status code='110'/><status code='201'/></x></presence>");
    romeo.receives("<message from='garden@rooms.montague.example' to='romeo@montague.example/orchard' type='groupchat'><subject/></message>");
    romeo.receives_nothing_more();
    juliet.sends("<presence id='j2' to='garden@rooms.montague.example/Juliet'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
    juliet.receives("<presence id='j2' from='garden@rooms.montague.example/Juliet' to='juliet@montague.example/balcony' type='error'>"
                    "<error type='cancel' code='404'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                    "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>*</text></error><x xmlns='http://jabber.org/protocol/muc'/></presence>");
    romeo.receives_nothing_more();
}

TEST_CASE("XEP-0045 7.1, 7.2.2: an occupant gets the others' presence before its own, then history, then the subject") {
    Play play;
    auto& romeo = play.maker();
    romeo.sends("<message type='groupchat' id='m1' to='garden@rooms.montague.example'><body>But soft</body></message>");
    romeo.receives("<message type='groupchat' id='m1' from='garden@rooms.montague.example/Romeo' to='romeo@montague.example/orchard'><body>But soft</body></message>");
    romeo.sends("<message type='groupchat' id='m2' to='garden@rooms.montague.example'><subject>Light</subject></message>");
    romeo.receives("<message type='groupchat' id='m2' from='garden@rooms.montague.example/Romeo' to='romeo@montague.example/orchard'><subject>Light</subject></message>");
    auto& juliet = play.inside("juliet@montague.example/balcony", "Juliet");
    juliet.receives("<presence from='garden@rooms.montague.example/Romeo' to='juliet@montague.example/balcony'>"
                    "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='owner' role='moderator'/></x></presence>");
    juliet.receives("<presence from='garden@rooms.montague.example/Juliet' to='juliet@montague.example/balcony'>"
                    "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='participant' jid='juliet@montague.example/balcony'/>"
                    "<status code='110'/></x></presence>");
    juliet.receives("<message type='groupchat' id='m1' from='garden@rooms.montague.example/Romeo' to='juliet@montague.example/balcony'>"
                    "<body>But soft</body><delay xmlns='urn:xmpp:delay' from='garden@rooms.montague.example' stamp='2023-11-14T22:13:20Z'/></message>");
    juliet.receives("<message type='groupchat' from='garden@rooms.montague.example/Romeo' to='juliet@montague.example/balcony'>"
                    "<subject>Light</subject><delay xmlns='urn:xmpp:delay' from='garden@rooms.montague.example' stamp='2023-11-14T22:13:20Z'/></message>");
    juliet.receives_nothing_more();
    romeo.receives("<presence from='garden@rooms.montague.example/Juliet' to='romeo@montague.example/orchard'>"
                   "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='participant' jid='juliet@montague.example/balcony'/></x></presence>");
    romeo.receives_nothing_more();
}

TEST_CASE("XEP-0045 7.14: who leaves is told first, then those who stay") {
    Play play;
    auto& romeo = play.maker();
    auto& juliet = play.inside("juliet@montague.example/balcony", "Juliet");
    romeo.forget_received();
    juliet.forget_received();
    juliet.sends("<presence type='unavailable' to='garden@rooms.montague.example/Juliet'><status>Anon, good nurse!</status></presence>");
    juliet.receives("<presence type='unavailable' from='garden@rooms.montague.example/Juliet' to='juliet@montague.example/balcony'><status>Anon, good nurse!</status>"
                    "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='none' jid='juliet@montague.example/balcony'/><status code='110'/></x></presence>");
    juliet.receives_nothing_more();
    romeo.receives("<presence type='unavailable' from='garden@rooms.montague.example/Juliet' to='romeo@montague.example/orchard'><status>Anon, good nurse!</status>"
                   "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='none' jid='juliet@montague.example/balcony'/></x></presence>");
}

TEST_CASE("XEP-0045 7.14: a temporary room is gone when the last one has left") {
    Play play;
    auto& romeo = play.maker();
    romeo.sends("<presence type='unavailable' to='garden@rooms.montague.example/Romeo'/>");
    romeo.forget_received();
    romeo.is_refused("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>", "item-not-found", room);
}

TEST_CASE("DESIGN 4.1: a persistent room keeps lists, subject and history over a restart") {
    Play play;
    auto& romeo = play.maker(field("persistentroom", "1") + field("roomname", "Capulet's garden"));
    romeo.sends("<message type='groupchat' to='garden@rooms.montague.example'><body>But soft</body></message>");
    romeo.sends("<message type='groupchat' to='garden@rooms.montague.example'><subject>Light</subject></message>");
    romeo.sets("<query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='outcast' jid='tybalt@montague.example'><reason>Cat</reason></item></query>", room);
    play.restarts();

    auto& juliet = play.inside("juliet@montague.example/balcony", "Juliet");
    CHECK(juliet.next().attribute("from") == "garden@rooms.montague.example/Juliet");
    juliet.receives("<message type='groupchat' from='garden@rooms.montague.example/Romeo' to='juliet@montague.example/balcony'>"
                    "<body>But soft</body><stanza-id xmlns='urn:xmpp:sid:0' id='*' by='garden@rooms.montague.example'/>"
                    "<delay xmlns='urn:xmpp:delay' from='garden@rooms.montague.example' stamp='2023-11-14T22:13:20Z'/></message>");
    juliet.receives("<message type='groupchat' from='garden@rooms.montague.example/Romeo' to='juliet@montague.example/balcony'>"
                    "<subject>Light</subject><delay xmlns='urn:xmpp:delay' from='garden@rooms.montague.example' stamp='2023-11-14T22:13:20Z'/></message>");
    juliet.receives_nothing_more();
    auto& again = play.connect("romeo@montague.example/orchard");
    CHECK(again.gets("<query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='outcast'/></query>", room) ==
          "<query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='outcast' jid='tybalt@montague.example'><reason>Cat</reason></item></query>");
    CHECK(again.gets("<query xmlns='http://jabber.org/protocol/disco#items'/>", "rooms.montague.example") ==
          "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='garden@rooms.montague.example' name='Capulet&apos;s garden'/></query>");
}
