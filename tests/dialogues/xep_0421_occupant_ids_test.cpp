// SPDX-License-Identifier: MIT
// XEP-0421: ids of occupants that nobody else can have or guess.
#include "dialogues/xep_0045_play.h"

using namespace play;

namespace {

const std::string tomb = "tomb@rooms.montague.example";

// The one id in a stanza.
std::string id_in(const xml::Element& stanza) {
    std::string id;
    int count = 0;
    for (const xml::Element child : stanza.children()) {
        if (!child.is({"urn:xmpp:occupant-id:0", "occupant-id"})) continue;
        id = std::string(child.attribute("id").value_or(""));
        ++count;
    }
    CHECK(count == 1);
    return id;
}

// Comes, reads the id in the presence with code 110, and goes.
std::string id_of_visit(Stage& stage, const std::string& resource, const std::string& nick, const std::string& where) {
    auto& juliet = stage.connect("juliet@montague.example/" + resource);
    juliet.sends("<presence to='" + where + "/" + nick + "'>" + muc + "</presence>");
    std::string id;
    while (id.empty()) {
        const xml::Element presence = juliet.next();
        const auto x = presence.child({"http://jabber.org/protocol/muc#user", "x"});
        if (x && xml::to_string(*x).find("'110'") != std::string::npos) id = id_in(presence);
    }
    juliet.sends("<presence type='unavailable' to='" + where + "/" + nick + "'/>");
    return id;
}

}  // namespace

TEST_CASE("XEP-0421 2: rooms and the service say that they give ids") {
    Stage stage;
    auto& romeo = stage.romeo();
    for (const std::string& jid : {room, std::string("rooms.montague.example")})
        CHECK(romeo.gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", jid).find("'urn:xmpp:occupant-id:0'") != std::string::npos);
}

TEST_CASE("XEP-0421 3.1, 3.2, 4: presence, messages, subject, history and private messages carry one and the same id") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    const std::string id = id_in(romeo.next());
    CHECK(!id.empty());
    CHECK(id.size() <= 128);
    CHECK(id_in(juliet.next()) != id);
    CHECK(id_in(juliet.next()) == id);
    const std::string forged = "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='forged'/>";
    juliet.sends(say("<body>Ay me!</body>" + forged + forged));
    CHECK(id_in(romeo.next()) == id);
    juliet.sends("<message type='chat' to='" + room + "/Romeo'>" + forged + "<body>Ay me!</body></message>");
    CHECK(id_in(romeo.next()) == id);
    juliet.sends("<presence to='" + room + "/Juliet'>" + forged + "<show>away</show></presence>");
    CHECK(id_in(romeo.next()) == id);
    juliet.sends("<presence to='" + room + "/Capulet'/>");
    CHECK(id_in(romeo.next()) == id);
    CHECK(id_in(romeo.next()) == id);
    romeo.sets(admin("<item affiliation='admin' jid='juliet@montague.example'/>"), room);
    juliet.sends(say("<subject>Light</subject>" + forged));
    romeo.forget_received();
    juliet.sends("<presence type='unavailable' to='" + room + "/Capulet'/>");
    CHECK(id_in(romeo.next()) == id);
    auto& tybalt = stage.enters(tybalt_jid, "Tybalt");
    tybalt.next();
    tybalt.next();
    CHECK(id_in(tybalt.next()) == id);  // what she said
    CHECK(id_in(tybalt.next()) == id);  // the subject
}

TEST_CASE("XEP-0421 4.1: the id is the user's at every visit and over a restart, and another in another room") {
    Stage stage;
    auto& romeo = stage.romeo(field("persistentroom", "1"));
    const std::string id = id_of_visit(stage, "balcony", "Juliet", room);
    CHECK(id_of_visit(stage, "phone", "Capulet", room) == id);
    romeo.sends("<presence to='" + tomb + "/Romeo'>" + muc + "</presence>");
    romeo.sets("<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query>", tomb);
    CHECK(id_of_visit(stage, "balcony", "Juliet", tomb) != id);
    stage.restarts();
    CHECK(id_of_visit(stage, "desk", "Juliet", room) == id);
}

TEST_CASE("XEP-0421 4.1: a room from before there were ids gets its key when it is read, for good") {
    Stage stage;
    stage.romeo(field("persistentroom", "1"));
    stage.store().commit({store::Erase{room, "room", "key"}}, [](auto) {});
    stage.restarts();
    const std::string id = id_of_visit(stage, "balcony", "Juliet", room);
    stage.restarts();
    CHECK(id_of_visit(stage, "balcony", "Juliet", room) == id);
}
