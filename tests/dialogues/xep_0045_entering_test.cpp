// SPDX-License-Identifier: MIT
// XEP-0045 7: entering, nicks, leaving.
#include "dialogues/xep_0045_play.h"

using namespace play;

TEST_CASE("XEP-0045 7.2.10, 7.2.11, 10.1.1: the first to enter makes the room and owns it, and nobody else may enter yet") {
    Stage stage;
    auto& romeo = stage.connect(romeo_jid);
    romeo.sends("<presence id='j1' to='" + room + "/Romeo'>" + muc + "</presence>");
    romeo.receives("<presence id='j1' from='" + room + "/Romeo' to='" + romeo_jid +
                   "'><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='owner' role='moderator' jid='" + romeo_jid +
                   "'/><status code='110'/><status code='201'/></x>" + occupant_id + "</presence>");
    romeo.receives(no_subject(romeo_jid));
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    CHECK(refusal(juliet) == "item-not-found");
    juliet.is_refused("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>", "item-not-found", room);
    romeo.receives_nothing_more();
}

TEST_CASE("XEP-0045 7.1, 7.2.2, 7.2.16: an occupant gets the others' presence before its own, then history, the subject, and what is said") {
    Stage stage;
    auto& romeo = stage.romeo();
    romeo.sends(say("<body>But soft</body>"));
    romeo.receives(said("Romeo", romeo_jid, "<body>But soft</body>"));
    romeo.sends(say("<subject>Light</subject>"));
    romeo.receives(said("Romeo", romeo_jid, "<subject>Light</subject>"));
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.receives(here("Romeo", juliet_jid, "affiliation='owner' role='moderator'"));
    juliet.receives(here("Juliet", juliet_jid, "affiliation='none' role='participant' jid='" + juliet_jid + "'", code(110)));
    juliet.receives(said("Romeo", juliet_jid, "<body>But soft</body>" + delayed()));
    juliet.receives(said("Romeo", juliet_jid, "<subject>Light</subject>" + delayed()));
    romeo.sends(say("<body>It is the east</body>"));
    juliet.receives(said("Romeo", juliet_jid, "<body>It is the east</body>"));
    juliet.receives_nothing_more();
    romeo.receives(here("Juliet", romeo_jid, "affiliation='none' role='participant' jid='" + juliet_jid + "'"));
}

TEST_CASE("XEP-0045 7.2.1: a nick is needed, and one of spaces is none (17.1)") {
    Stage stage;
    stage.romeo();
    auto& juliet = stage.connect(juliet_jid);
    juliet.sends("<presence to='" + room + "'>" + muc + "</presence>");
    CHECK(refusal(juliet) == "jid-malformed");
    juliet.sends("<presence to='" + room + "/  '>" + muc + "</presence>");
    CHECK(refusal(juliet) == "jid-malformed");
    juliet.sends("<presence to='nowhere@rooms.montague.example'>" + muc + "</presence>");
    CHECK(refusal(juliet) == "jid-malformed");
}

TEST_CASE("XEP-0045 7.2.3, 14.5: in a non-anonymous room everybody sees real addresses and is warned with 100") {
    Stage stage;
    auto& romeo = stage.romeo(field("whois", "anyone"));
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.receives(here("Romeo", juliet_jid, "affiliation='owner' role='moderator' jid='" + romeo_jid + "'"));
    juliet.receives(here("Juliet", juliet_jid, "affiliation='none' role='participant' jid='" + juliet_jid + "'", code(110) + code(100)));
    romeo.receives(here("Juliet", romeo_jid, "affiliation='none' role='participant' jid='" + juliet_jid + "'"));
}

TEST_CASE("XEP-0045 7.2.4: in a semi-anonymous room only moderators see real addresses") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.forget_received();
    romeo.forget_received();
    stage.enters(tybalt_jid, "Tybalt");
    juliet.receives(here("Tybalt", juliet_jid, "affiliation='none' role='participant'"));
    romeo.receives(here("Tybalt", romeo_jid, "affiliation='none' role='participant' jid='" + tybalt_jid + "'"));
}

TEST_CASE("XEP-0045 7.2.5: who lacks the password is not-authorized, who has it enters") {
    Stage stage;
    stage.romeo(field("passwordprotectedroom", "1") + field("roomsecret", "rosaline"));
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    CHECK(refusal(juliet) == "not-authorized");
    auto& tybalt = stage.enters(tybalt_jid, "Tybalt", "<x xmlns='http://jabber.org/protocol/muc'><password>rosa</password></x>");
    CHECK(refusal(tybalt) == "not-authorized");
    juliet.sends("<presence to='" + room + "/Juliet'><x xmlns='http://jabber.org/protocol/muc'><password>rosaline</password></x></presence>");
    juliet.receives_somewhere(here("Juliet", juliet_jid, "affiliation='none' role='participant' jid='" + juliet_jid + "'", code(110)));
}

TEST_CASE("XEP-0045 7.2.6: a members-only room wants registration from others") {
    Stage stage;
    auto& romeo = stage.romeo(field("membersonly", "1"));
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    CHECK(refusal(juliet) == "registration-required");
    romeo.sets(admin("<item affiliation='member' jid='juliet@montague.example'/>"), room);
    juliet.sends("<presence to='" + room + "/Juliet'>" + muc + "</presence>");
    juliet.receives_somewhere(here("Juliet", juliet_jid, "affiliation='member' role='participant' jid='" + juliet_jid + "'", code(110)));
}

TEST_CASE("XEP-0045 7.2.7, 9.2: who is banned, himself or with his domain, is forbidden to enter") {
    Stage stage;
    auto& romeo = stage.romeo();
    romeo.sets(admin("<item affiliation='outcast' jid='juliet@montague.example'/>"), room);
    CHECK(refusal(stage.enters(juliet_jid, "Juliet")) == "forbidden");
    romeo.sets(admin("<item affiliation='outcast' jid='montague.example'/>"), room);
    CHECK(refusal(stage.enters(tybalt_jid, "Tybalt")) == "forbidden");
}

TEST_CASE("XEP-0045 7.2.8: a nick that somebody else has, or that is reserved for him, is a conflict") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Romeo");
    CHECK(refusal(juliet) == "conflict");
    romeo.sets(admin("<item affiliation='member' jid='tybalt@montague.example' nick='Cat'/>"), room);
    juliet.sends("<presence to='" + room + "/Cat'>" + muc + "</presence>");
    CHECK(refusal(juliet) == "conflict");
    auto& tybalt = stage.enters(tybalt_jid, "Cat");
    tybalt.receives_somewhere(here("Cat", tybalt_jid, "affiliation='member' role='participant' jid='" + tybalt_jid + "'", code(110)));
}

TEST_CASE("XEP-0045 7.2.8: two clients of one user share a nick; both hear, both speak, and the nick stays with the second") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& phone = stage.enters("juliet@montague.example/phone", "Juliet");
    auto& desk = stage.enters(juliet_jid, "Juliet");
    desk.receives(here("Romeo", juliet_jid, "affiliation='owner' role='moderator'"));
    desk.receives(here("Juliet", juliet_jid, "affiliation='none' role='participant' jid='" + juliet_jid + "'", code(110)));
    for (TestClient* client : {&romeo, &phone, &desk}) client->forget_received();
    desk.sends(say("<body>Ay me!</body>"));
    romeo.receives(said("Juliet", romeo_jid, "<body>Ay me!</body>"));
    phone.receives(said("Juliet", "juliet@montague.example/phone", "<body>Ay me!</body>"));
    romeo.sends("<message type='chat' to='" + room + "/Juliet'><body>She speaks</body></message>");
    phone.receives_somewhere("<message type='chat' from='" + room + "/Romeo' to='juliet@montague.example/phone'><body>She speaks</body>" + occupant_id +
                             "<x xmlns='http://jabber.org/protocol/muc#user'/><stanza-id xmlns='urn:xmpp:sid:0' id='*' by='juliet@montague.example'/></message>");
    desk.receives_somewhere("<message type='chat' from='" + room + "/Romeo' to='" + juliet_jid + "'><body>She speaks</body>" + occupant_id +
                            "<x xmlns='http://jabber.org/protocol/muc#user'/><stanza-id xmlns='urn:xmpp:sid:0' id='*' by='juliet@montague.example'/></message>");
    for (TestClient* client : {&romeo, &phone, &desk}) client->forget_received();
    phone.sends("<presence type='unavailable' to='" + room + "/Juliet'/>");
    CHECK(phone.next().attribute("type") == "unavailable");
    romeo.receives_nothing_more();
    desk.receives_nothing_more();
    desk.sends("<presence type='unavailable' to='" + room + "/Juliet'/>");
    romeo.receives(gone("Juliet", romeo_jid, "affiliation='none' role='none' jid='" + juliet_jid + "'"));
}

TEST_CASE("XEP-0045 7.2.9: a full room has service-unavailable for others and a place for admins") {
    Stage stage;
    auto& romeo = stage.romeo(field("maxusers", "1"));
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    const xml::Element error = juliet.next();
    CHECK(error.child({xml::stanza_ns, "error"})->attribute("type") == "wait");
    CHECK(error.child({xml::stanza_ns, "error"})->has_child({"urn:ietf:params:xml:ns:xmpp-stanzas", "service-unavailable"}));
    romeo.sets(admin("<item affiliation='admin' jid='juliet@montague.example'/>"), room);
    juliet.sends("<presence to='" + room + "/Juliet'>" + muc + "</presence>");
    juliet.receives_somewhere(here("Juliet", juliet_jid, "affiliation='admin' role='moderator' jid='" + juliet_jid + "'", code(110)));
}

TEST_CASE("XEP-0045 7.2.18: presence without <x/> from outside is told that it is not in the room") {
    Stage stage;
    stage.romeo();
    for (const std::string name : {"garden", "nowhere"}) {
        auto& juliet = stage.connect(juliet_jid);
        juliet.sends("<presence to='" + name + "@rooms.montague.example/Juliet'/>");
        juliet.receives("<presence type='unavailable' from='" + name + "@rooms.montague.example/Juliet' to='" + juliet_jid +
                        "'><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='none'><reason>you are not in the room</reason></item>"
                        "<status code='110'/><status code='307'/><status code='333'/></x></presence>");
        juliet.receives_nothing_more();
    }
}

TEST_CASE("XEP-0045 17.3: a client inside that enters again gets all of it again, and others hear only what is new") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.forget_received();
    juliet.forget_received();
    juliet.sends("<presence to='" + room + "/Juliet'>" + muc + "</presence>");
    juliet.receives(here("Romeo", juliet_jid, "affiliation='owner' role='moderator'"));
    juliet.receives(here("Juliet", juliet_jid, "affiliation='none' role='participant' jid='" + juliet_jid + "'", code(110)));
    juliet.receives(no_subject(juliet_jid));
    romeo.receives_nothing_more();
    juliet.sends("<presence to='" + room + "/Juliet'><show>away</show>" + muc + "</presence>");
    romeo.receives(here("Juliet", romeo_jid, "affiliation='none' role='participant' jid='" + juliet_jid + "'", {}, "<show>away</show>"));
}

TEST_CASE("XEP-0045 17.3: what only the room may say is not passed on from a client's presence") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.forget_received();
    juliet.sends("<presence to='" + room + "/Juliet'><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='owner' role='moderator'/></x><show>dnd</show></presence>");
    romeo.receives(here("Juliet", romeo_jid, "affiliation='none' role='participant' jid='" + juliet_jid + "'", {}, "<show>dnd</show>"));
}

TEST_CASE("XEP-0045 7.6: a new nick is told with 303 under the old one, then presence under the new one") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.forget_received();
    juliet.forget_received();
    juliet.sends("<presence id='n1' to='" + room + "/Capulet'/>");
    const std::string item = "affiliation='none' role='participant' jid='" + juliet_jid + "'";
    romeo.receives(gone("Juliet", romeo_jid, item + " nick='Capulet'", code(303)));
    romeo.receives(here("Capulet", romeo_jid, item));
    juliet.receives(gone("Juliet", juliet_jid, item + " nick='Capulet'", code(303) + code(110)));
    juliet.receives("<presence id='n1' from='" + room + "/Capulet' to='" + juliet_jid + "'><x xmlns='http://jabber.org/protocol/muc#user'><item " +
                    item + "/><status code='110'/></x>" + occupant_id + "</presence>");
    juliet.sends("<presence to='" + room + "/Romeo'/>");
    CHECK(refusal(juliet) == "conflict");
    stage.enters(tybalt_jid, "Juliet");  // the old nick is free
    romeo.receives(here("Juliet", romeo_jid, "affiliation='none' role='participant' jid='" + tybalt_jid + "'"));
}

TEST_CASE("XEP-0045 7.14: who leaves is told first, then those who stay; a status goes with it") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.forget_received();
    juliet.forget_received();
    juliet.sends("<presence type='unavailable' to='" + room + "/Juliet'><status>Anon, good nurse!</status></presence>");
    for (TestClient* client : {&juliet, &romeo}) {
        const xml::Element presence = client->next();
        CHECK(presence.child_text({xml::stanza_ns, "status"}) == "Anon, good nurse!");
        const auto x = presence.child({"http://jabber.org/protocol/muc#user", "x"});
        CHECK(x->has_child({"http://jabber.org/protocol/muc#user", "status"}) == (client == &juliet));
    }
    juliet.sends("<presence type='unavailable' to='" + room + "/Juliet'/>");
    juliet.receives_nothing_more();
    romeo.receives_nothing_more();
}

TEST_CASE("XEP-0045 7.14: a temporary room is gone when the last one has left, with its lists") {
    Stage stage;
    auto& romeo = stage.romeo();
    romeo.sets(admin("<item affiliation='outcast' jid='juliet@montague.example'/>"), room);
    romeo.sends("<presence type='unavailable' to='" + room + "/Romeo'/>");
    romeo.forget_received();
    romeo.is_refused("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>", "item-not-found", room);
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.receives(here("Juliet", juliet_jid, "affiliation='owner' role='moderator' jid='" + juliet_jid + "'", code(110) + code(201)));
}

TEST_CASE("XEP-0045 17.3: presence of any other type neither enters nor leaves, and an outsider's unavailable presence is ignored") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.connect(juliet_jid);
    const auto both_send = [&](const std::string& type) {
        juliet.sends("<presence type='" + type + "' to='" + room + "/Juliet'>" + muc + "</presence>");
        romeo.sends("<presence type='" + type + "' to='" + room + "/Romeo'/>");
    };
    for (const std::string type : {"probe", "subscribe", "subscribed", "unsubscribe", "unsubscribed"}) both_send(type);
    juliet.sends("<presence type='unavailable' to='" + room + "/Juliet'/>");
    juliet.sends("<presence type='unavailable' to='" + room + "/Romeo'/>");
    romeo.receives_nothing_more();
    juliet.receives_nothing_more();
    romeo.sends(say("<body>But soft</body>"));
    romeo.receives(said("Romeo", romeo_jid, "<body>But soft</body>"));
    juliet.receives_nothing_more();
}

TEST_CASE("XEP-0045 9.1: with the ban a reserved nick is free for others") {
    Stage stage;
    auto& romeo = stage.romeo();
    romeo.sets(admin("<item affiliation='member' jid='juliet@montague.example' nick='Capulet'/>"), room);
    CHECK(refusal(stage.enters(tybalt_jid, "Capulet")) == "conflict");
    romeo.sets(admin("<item affiliation='outcast' jid='juliet@montague.example'/>"), room);
    CHECK(stage.enters(tybalt_jid, "Capulet").next().attribute("type") != "error");
}

TEST_CASE("XEP-0045 18.1.2, 11.1: an error that says a client is gone removes it, with 333; other errors do not") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.forget_received();
    const auto bounce = [&](const std::string& name) {
        juliet.sends("<message type='error' to='" + room + "'><error type='cancel'><" + name + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
    };
    bounce("service-unavailable");
    bounce("feature-not-implemented");
    romeo.receives_nothing_more();
    bounce("recipient-unavailable");
    romeo.receives(gone("Juliet", romeo_jid, "affiliation='none' role='none' jid='" + juliet_jid + "'", code(333)));
}

TEST_CASE("XEP-0045 18.1.2: a client whose server has no use for a message is pinged, and removed when it is not there") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.forget_received();
    juliet.forget_received();
    const std::string cannot = "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
    const std::string bounce = "<message type='error' to='" + room + "/Romeo'>" + cannot + "</message>";
    const auto answers = [&](const std::string& type, const std::string& inside) {
        const std::string id(*juliet.next().attribute("id"));
        juliet.sends("<iq type='" + type + "' id='" + id + "' to='" + room + "'>" + inside + "</iq>");
    };
    juliet.sends(bounce);
    juliet.sends(bounce);
    answers("result", "");
    juliet.receives_nothing_more();  // it was asked once
    juliet.sends(bounce);
    answers("error", "<error type='cancel'><feature-not-implemented xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>");
    romeo.receives_nothing_more();
    juliet.sends(bounce);
    juliet.forget_received();
    stage.passes(std::chrono::seconds(61));
    juliet.sends(bounce);  // it never answered, and is asked again
    answers("error", cannot);
    romeo.receives(gone("Juliet", romeo_jid, "affiliation='none' role='none' jid='" + juliet_jid + "'", code(333)));
}

TEST_CASE("XEP-0045 18.1.2: a client that died unheard is gone with the next message that does not reach it") {
    Stage stage(only_rooms);
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.forget_received();
    juliet.logs_out();
    romeo.receives_nothing_more();
    romeo.sends(say("<body>But soft</body>"));
    romeo.receives(said("Romeo", romeo_jid, "<body>But soft</body>"));
    romeo.receives(gone("Juliet", romeo_jid, "affiliation='none' role='none' jid='" + juliet_jid + "'", code(333)));
    romeo.receives_nothing_more();
}

TEST_CASE("XEP-0045 7.14, RFC 6121 4.6.3: whose client dies or goes offline has left the room") {
    TestHost host("verona.example", {add_everything});
    const std::string garden = "garden@rooms.verona.example";
    std::vector<TestClient*> clients;
    for (const std::string name : {"romeo", "juliet", "tybalt"}) {
        TestClient& client = host.login(name + "@verona.example/here");
        client.sends("<presence to='" + garden + "/" + name + "'>" + muc + "</presence>");
        if (name == "romeo") client.sets("<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query>", garden);
        clients.push_back(&client);
    }
    clients[0]->forget_received();
    clients[1]->logs_out();
    CHECK(clients[0]->next().attribute("from") == garden + "/juliet");
    clients[2]->sends("<presence type='unavailable'/>");
    const xml::Element last = clients[0]->next();
    CHECK(last.attribute("from") == garden + "/tybalt");
    CHECK(last.attribute("type") == "unavailable");
}

TEST_CASE("DESIGN 4.3: rooms and occupants have a limit that the server sets") {
    Stage stage;
    const_cast<routing::Node&>(stage.node()).limits.rooms = 1;
    const_cast<routing::Node&>(stage.node()).limits.occupants = 2;
    stage.romeo();
    auto& juliet = stage.connect(juliet_jid);
    juliet.sends("<presence to='balcony@rooms.montague.example/Juliet'>" + muc + "</presence>");
    CHECK(refusal(juliet) == "resource-constraint");
    juliet.sends("<presence to='" + room + "/Juliet'>" + muc + "</presence>");
    CHECK(refusal(stage.enters(tybalt_jid, "Tybalt")) == "service-unavailable");
}
