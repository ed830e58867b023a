// SPDX-License-Identifier: MIT
// XEP-0045 7.4, 7.5, 7.8, 8.1: messages, history, the subject, private messages, invitations, voice; IQs through a room.
#include "dialogues/xep_0045_play.h"

using namespace play;

namespace {

const std::string message_to_room = "<message to='" + room + "'>";

std::string user_x(const std::string& content) { return "<x xmlns='http://jabber.org/protocol/muc#user'>" + content + "</x>"; }

// Nothing but the bodies of what the client has got.
std::vector<std::string> bodies(TestClient& client) {
    std::vector<std::string> found;
    while (client.has_received()) {
        const auto body = client.next().child_text({xml::stanza_ns, "body"});
        if (!body.empty()) found.push_back(body);
    }
    return found;
}

}  // namespace

TEST_CASE("XEP-0045 7.4: a message reaches everybody from the sender's nick, id and content unchanged") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.forget_received();
    juliet.forget_received();
    juliet.sends("<message type='groupchat' id='m1' to='" + room + "'><body>Ay me!</body><active xmlns='http://jabber.org/protocol/chatstates'/></message>");
    for (TestClient* client : {&romeo, &juliet})
        client->receives("<message type='groupchat' id='m1' from='" + room + "/Juliet' to='" + (client == &romeo ? romeo_jid : juliet_jid) +
                         "'><body>Ay me!</body><active xmlns='http://jabber.org/protocol/chatstates'/>" + occupant_id + stanza_id + "</message>");
}

TEST_CASE("XEP-0045 7.4: who is not in the room is not acceptable, who has no voice is forbidden") {
    Stage stage;
    auto& romeo = stage.romeo(field("moderatedroom", "1"));
    auto& tybalt = stage.connect(tybalt_jid);
    tybalt.sends(say("<body>What, drawn?</body>"));
    CHECK(refusal(tybalt) == "not-acceptable");
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.forget_received();
    romeo.forget_received();
    juliet.sends(say("<body>Ay me!</body>"));
    CHECK(refusal(juliet) == "forbidden");
    romeo.receives_nothing_more();
}

TEST_CASE("XEP-0045 17.2: a message to the room that is none for all is a bad request, and a room that is not there not found") {
    Stage stage;
    stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.forget_received();
    juliet.sends(message_to_room + "<body>Ay me!</body></message>");
    CHECK(refusal(juliet) == "bad-request");
    juliet.sends(message_to_room + user_x("") + "</message>");
    CHECK(refusal(juliet) == "bad-request");
    juliet.sends("<message type='groupchat' to='nowhere@rooms.montague.example'><body>Ay me!</body></message>");
    CHECK(refusal(juliet) == "item-not-found");
}

TEST_CASE("XEP-0359 4: a room names its messages, and takes out ids that others wrote in its name") {
    Stage stage;
    auto& romeo = stage.romeo();
    const std::string other = "<stanza-id xmlns='urn:xmpp:sid:0' id='7' by='tybalt@montague.example'/>";
    romeo.sends(say("<stanza-id xmlns='urn:xmpp:sid:0' id='6' by='" + room + "'/><body>But soft</body>" + other));
    romeo.receives(said("Romeo", romeo_jid, "<body>But soft</body>" + other));
}

TEST_CASE("XEP-0045 7.2.14: history by maxstanzas, seconds, since and maxchars, the newest that meet all of it") {
    Stage stage;
    auto& romeo = stage.romeo();
    for (const std::string body : {"one", "two", "three"}) {
        romeo.sends(say("<body>" + body + "</body>"));
        stage.passes(std::chrono::seconds(60));
    }
    const auto history = [&](const std::string& wish) {
        auto& juliet = stage.enters(juliet_jid, "Juliet", "<x xmlns='http://jabber.org/protocol/muc'><history " + wish + "/></x>");
        const auto found = bodies(juliet);
        juliet.sends("<presence type='unavailable' to='" + room + "/Juliet'/>");
        return found;
    };
    using Bodies = std::vector<std::string>;
    CHECK(history("") == Bodies{"one", "two", "three"});
    CHECK(history("maxstanzas='2'") == Bodies{"two", "three"});
    CHECK(history("maxstanzas='0'").empty());
    CHECK(history("maxchars='0'").empty());
    CHECK(history("seconds='130'") == Bodies{"two", "three"});
    CHECK(history("since='2023-11-14T22:15:00Z'") == Bodies{"three"});
    CHECK(history("seconds='130' maxstanzas='1'") == Bodies{"three"});
    // One such message, as it is sent, has between 400 and 500 characters.
    CHECK(history("maxchars='500'") == Bodies{"three"});
    CHECK(history("maxchars='1000'") == Bodies{"two", "three"});
    CHECK(history("maxchars='100'").empty());
}

TEST_CASE("XEP-0045 7.2.13: the room keeps as many messages as its owner says; chat states and no-store are not among them") {
    Stage stage;
    auto& romeo = stage.romeo("<field var='muc#maxhistoryfetch'><value>2</value></field>");
    for (const std::string body : {"one", "two", "three"}) romeo.sends(say("<body>" + body + "</body>"));
    romeo.sends(say("<composing xmlns='http://jabber.org/protocol/chatstates'/>"));
    romeo.sends(say("<body>secret</body><no-store xmlns='urn:xmpp:hints'/>"));
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    CHECK(bodies(juliet) == std::vector<std::string>{"two", "three"});
}

TEST_CASE("XEP-0045 7.2.15, 8.1: moderators change the subject, others where the owner lets them; a cleared one is told with its time") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.forget_received();
    juliet.sends(say("<subject>Night</subject>"));
    CHECK(refusal(juliet) == "forbidden");
    Stage::configure(romeo, field("changesubject", "1"));
    juliet.forget_received();
    juliet.sends(say("<subject>Night</subject>"));
    juliet.receives(said("Juliet", juliet_jid, "<subject>Night</subject>"));
    romeo.sends(say("<subject/>"));
    juliet.receives(said("Romeo", juliet_jid, "<subject/>"));
    auto& tybalt = stage.enters(tybalt_jid, "Tybalt");
    tybalt.receives_somewhere(said("Romeo", tybalt_jid, "<subject/>" + delayed()));
}

TEST_CASE("XEP-0045 8.1: a subject with a body or a thread is a message like others") {
    Stage stage;
    auto& romeo = stage.romeo();
    romeo.sends(say("<subject>Light</subject><body>But soft</body>"));
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.receives_somewhere(said("Romeo", juliet_jid, "<subject>Light</subject><body>But soft</body>" + delayed()));
    juliet.receives_somewhere(no_subject(juliet_jid));
}

TEST_CASE("XEP-0045 7.5: a private message goes to one nick, marked as the room's") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.forget_received();
    juliet.forget_received();
    juliet.sends("<message type='chat' id='p1' to='" + room + "/Romeo'><body>Thy name</body>" + user_x("<status code='101'/>") + "</message>");
    romeo.receives("<message type='chat' id='p1' from='" + room + "/Juliet' to='" + romeo_jid + "'><body>Thy name</body>" + occupant_id + user_x("") +
                   "<stanza-id xmlns='urn:xmpp:sid:0' id='*' by='romeo@montague.example'/></message>");
    juliet.receives_nothing_more();
}

TEST_CASE("XEP-0045 7.5: a private message of type groupchat, to nobody, from outside, or against the room's rule is refused") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.forget_received();
    juliet.sends("<message type='groupchat' to='" + room + "/Romeo'><body>Thy name</body></message>");
    CHECK(refusal(juliet) == "bad-request");
    juliet.sends("<message type='chat' to='" + room + "/Paris'><body>Thy name</body></message>");
    CHECK(refusal(juliet) == "item-not-found");
    auto& tybalt = stage.connect(tybalt_jid);
    tybalt.sends("<message type='chat' to='" + room + "/Romeo'><body>Thou art a villain</body></message>");
    CHECK(refusal(tybalt) == "not-acceptable");
    Stage::configure(romeo, field("allowpm", "moderators"));
    juliet.forget_received();
    juliet.sends("<message type='chat' to='" + room + "/Romeo'><body>Thy name</body></message>");
    CHECK(refusal(juliet) == "forbidden");
}

TEST_CASE("XEP-0045 7.8.2: the room invites on behalf of an occupant, with its password, and passes the answer back") {
    Stage stage;
    auto& romeo = stage.romeo(field("whois", "anyone") + field("passwordprotectedroom", "1") + field("roomsecret", "rosaline"));
    auto& juliet = stage.login(juliet_jid);
    juliet.session().set_presence(xmpp::Presence(juliet.session().jid(), {}, xmpp::Presence::available));
    romeo.sends("<message id='i1' to='" + room + "'>" + user_x("<invite to='juliet@montague.example'><reason>Come</reason><continue/></invite>") + "</message>");
    const xml::Element invitation = juliet.next();
    CHECK(invitation.attribute("from") == room);
    CHECK(invitation.attribute("id") == "i1");
    CHECK(same_xml(user_x("<invite from='romeo@montague.example'><reason>Come</reason><continue/></invite><password>rosaline</password>"),
                   xml::to_string(*invitation.child({"http://jabber.org/protocol/muc#user", "x"}))));
    juliet.sends(message_to_room + user_x("<decline to='romeo@montague.example'><reason>Late</reason></decline>") + "</message>");
    CHECK(same_xml(user_x("<decline from='juliet@montague.example'><reason>Late</reason></decline>"),
                   xml::to_string(*romeo.next().child({"http://jabber.org/protocol/muc#user", "x"}))));
}

TEST_CASE("XEP-0045 8.6: voice goes to whom it was asked for, not to who took his nick") {
    Stage stage;
    auto& romeo = stage.romeo(field("moderatedroom", "1"));
    stage.enters(juliet_jid, "Juliet");
    romeo.forget_received();
    const auto approves = [&](const std::string& jid) {
        const auto value = [](const std::string& var, const std::string& text) { return "<field var='" + var + "'><value>" + text + "</value></field>"; };
        romeo.sends(message_to_room + "<x xmlns='jabber:x:data' type='submit'>" + value("FORM_TYPE", "http://jabber.org/protocol/muc#request") +
                    value("muc#role", "participant") + value("muc#jid", jid) + value("muc#roomnick", "Juliet") + value("muc#request_allow", "true") + "</x></message>");
    };
    approves(tybalt_jid);
    romeo.receives_nothing_more();
    approves(juliet_jid);
    CHECK(xml::to_string(romeo.next()).find("role='participant'") != std::string::npos);
}

TEST_CASE("XEP-0045 7.8.2: in a semi-anonymous room the inviter is shown by his nick, and answered by it") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.connect(juliet_jid);
    romeo.sends(message_to_room + user_x("<invite to='" + juliet_jid + "'/>") + "</message>");
    const auto x = juliet.next().child({"http://jabber.org/protocol/muc#user", "x"});
    CHECK(same_xml(user_x("<invite from='" + room + "/Romeo'/>"), xml::to_string(*x)));
    juliet.sends(message_to_room + user_x("<decline to='" + room + "/Romeo'/>") + "</message>");
    CHECK(romeo.has_received());
}

TEST_CASE("XEP-0045 7.8.2: an inviter who is not in the room hears that he was declined, once; a stranger reaches nobody") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.login(juliet_jid);
    romeo.sets(admin("<item affiliation='admin' jid='juliet@montague.example'/>"), room);
    auto& tybalt = stage.connect(tybalt_jid);
    const std::string decline = message_to_room + user_x("<decline to='juliet@montague.example'/>") + "</message>";
    juliet.forget_received();
    tybalt.sends(decline);
    CHECK(refusal(tybalt) == "item-not-found");
    juliet.receives_nothing_more();
    const std::string invite = message_to_room + user_x("<invite to='tybalt@montague.example'/>") + "</message>";
    juliet.sends(invite);
    tybalt.sends(decline);
    CHECK(same_xml(user_x("<decline from='tybalt@montague.example'/>"),
                   xml::to_string(*juliet.next().child({"http://jabber.org/protocol/muc#user", "x"}))));
    tybalt.forget_received();
    tybalt.sends(decline);
    CHECK(refusal(tybalt) == "item-not-found");
    juliet.sends(invite);
    romeo.sets(admin("<item affiliation='outcast' jid='tybalt@montague.example'/>"), room);
    tybalt.forget_received();
    juliet.forget_received();
    tybalt.sends(decline);
    CHECK(refusal(tybalt) == "forbidden");
    juliet.receives_nothing_more();
}

TEST_CASE("XEP-0045 7.8.2: an invitation may be declined after a restart, once") {
    Stage stage;
    stage.romeo(field("persistentroom", "1")).sends(message_to_room + user_x("<invite to='tybalt@montague.example'/>") + "</message>");
    stage.restarts();
    auto& romeo = stage.login(romeo_jid);
    auto& tybalt = stage.connect(tybalt_jid);
    const std::string decline = message_to_room + user_x("<decline to='romeo@montague.example'/>") + "</message>";
    tybalt.sends(decline);
    CHECK(xml::to_string(romeo.next()).find("decline") != std::string::npos);
    stage.restarts();
    auto& again = stage.connect(tybalt_jid);
    again.sends(decline);
    CHECK(refusal(again) == "item-not-found");
}

TEST_CASE("XEP-0045 7.8.2, 9.5: into a members-only room admins invite, members where the owner lets them, and the guest becomes a member") {
    Stage stage;
    auto& romeo = stage.romeo(field("membersonly", "1"));
    romeo.sets(admin("<item affiliation='member' jid='juliet@montague.example'/>"), room);
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.forget_received();
    const std::string invite = message_to_room + user_x("<invite to='" + tybalt_jid + "'/>") + "</message>";
    juliet.sends(invite);
    CHECK(refusal(juliet) == "forbidden");
    Stage::configure(romeo, field("allowinvites", "1"));
    auto& tybalt = stage.connect(tybalt_jid);
    juliet.sends(invite);
    CHECK(tybalt.next().attribute("from") == room);
    CHECK(romeo.gets(admin("<item affiliation='member'/>"), room).find("tybalt@montague.example") != std::string::npos);
    tybalt.sends(invite);
    CHECK(refusal(tybalt) == "forbidden");
    romeo.sets(admin("<item affiliation='outcast' jid='tybalt@montague.example'/>"), room);
    juliet.forget_received();
    juliet.sends(invite);
    CHECK(refusal(juliet) == "not-allowed");
}

TEST_CASE("XEP-0045 9.5: an invitation into an open room makes nobody a member") {
    Stage stage;
    auto& romeo = stage.romeo();
    romeo.sends(message_to_room + user_x("<invite to='juliet@montague.example'/>") + "</message>");
    CHECK(romeo.gets(admin("<item affiliation='member'/>"), room) == "<query xmlns='http://jabber.org/protocol/muc#admin'/>");
}

TEST_CASE("XEP-0045 7.13, 8.6: a visitor asks for voice, and a moderator's approval gives it") {
    Stage stage;
    auto& romeo = stage.romeo(field("moderatedroom", "1"));
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.forget_received();
    juliet.forget_received();
    const auto form = [](const std::string& fields) {
        return message_to_room + "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'>"
               "<value>http://jabber.org/protocol/muc#request</value></field><field var='muc#role'><value>participant</value></field>" + fields + "</x></message>";
    };
    juliet.sends(form(""));
    const auto asked = romeo.next().child({"jabber:x:data", "x"});
    REQUIRE(asked.has_value());
    CHECK(xml::to_string(*asked).find("muc#request_allow") != std::string::npos);
    const std::string approval = form("<field var='muc#roomnick'><value>Juliet</value></field><field var='muc#request_allow'><value>true</value></field>");
    juliet.sends(approval);
    CHECK(refusal(juliet) == "forbidden");
    romeo.sends(approval);
    romeo.receives_somewhere("<presence from='" + room + "/Juliet' to='" + romeo_jid + "'>" +
                             user_x("<item affiliation='none' role='participant' jid='" + juliet_jid + "'><actor nick='Romeo'/></item>") + occupant_id + "</presence>");
}

TEST_CASE("XEP-0045 17.4: an IQ goes through the room to an occupant and back, and neither sees the other's address") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& tybalt = stage.enters(tybalt_jid, "Tybalt");
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.forget_received();
    juliet.forget_received();
    juliet.sends("<iq type='get' id='v1' to='" + room + "/Romeo'><query xmlns='jabber:iq:version'/></iq>");
    const xml::Element asked = romeo.next();
    CHECK(asked.attribute("from") == room + "/Juliet");
    const std::string id(*asked.attribute("id"));
    const std::string answer = "<query xmlns='jabber:iq:version'><name>Quill</name></query>";
    romeo.sends("<iq type='result' id='0-0-" + id + "' to='" + room + "/Juliet'>" + answer + "</iq>");
    tybalt.sends("<iq type='result' id='" + id + "' to='" + room + "/Juliet'>" + answer + "</iq>");  // in Romeo's name
    juliet.receives_nothing_more();
    romeo.sends("<iq type='result' id='" + id + "' to='" + room + "/Juliet'>" + answer + "</iq>");
    juliet.receives("<iq type='result' id='v1' from='" + room + "/Romeo' to='" + juliet_jid + "'>" + answer + "</iq>");
}

TEST_CASE("XEP-0045 17.4: a vCard asked of an occupant is asked of its account") {
    Stage stage;
    stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.forget_received();
    juliet.sends("<iq type='get' id='v1' to='" + room + "/Romeo'><vCard xmlns='vcard-temp'/></iq>");
    const xml::Element answer = juliet.next();  // nobody serves vCards on this stage
    CHECK(answer.attribute("from") == room + "/Romeo");
    CHECK(answer.attribute("id") == "v1");
    CHECK(answer.attribute("type") == "error");
}

TEST_CASE("XEP-0410 3: an occupant that pings itself is answered by the room, an outsider is not acceptable") {
    Stage stage;
    stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    CHECK(juliet.gets("<ping xmlns='urn:xmpp:ping'/>", room + "/Juliet").empty());
    auto& tybalt = stage.connect(tybalt_jid);
    tybalt.is_refused("get", "<ping xmlns='urn:xmpp:ping'/>", "not-acceptable", room + "/Juliet");
    tybalt.is_refused("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>", "bad-request", room + "/Juliet");  // XEP-0045 6.6
    juliet.is_refused("get", "<ping xmlns='urn:xmpp:ping'/>", "item-not-found", room + "/Paris");
    // item-not-found would say that she is in it under another nick.
    juliet.is_refused("get", "<ping xmlns='urn:xmpp:ping'/>", "not-acceptable", "nowhere@rooms.montague.example/Juliet");
    juliet.is_refused("get", "<ping xmlns='urn:xmpp:ping'/>", "item-not-found", "nowhere@rooms.montague.example");
}

TEST_CASE("DESIGN 4.1: a message of a persistent room is heard by nobody before it is on disk, and by nobody when it is refused") {
    Stage stage;
    auto& romeo = stage.romeo(field("persistentroom", "1"));
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.forget_received();
    juliet.forget_received();
    auto& tybalt = stage.connect(tybalt_jid);
    stage.store().hold();
    romeo.sends(say("<body>But soft</body>"));
    tybalt.sends("<presence to='" + room + "/Tybalt'>" + muc + "</presence>");
    CHECK(bodies(tybalt).empty());
    juliet.receives_nothing_more();
    stage.store().release();
    CHECK(bodies(juliet) == std::vector<std::string>{"But soft"});
    CHECK(bodies(tybalt) == std::vector<std::string>{"But soft"});

    romeo.forget_received();
    stage.store().refuse_next(store::Refusal::resource_constraint);
    romeo.sends(say("<body>What light</body>"));
    CHECK(refusal(romeo) == "resource-constraint");
    CHECK(bodies(juliet).empty());
    juliet.sends("<presence to='" + room + "/Juliet'>" + muc + "</presence>");
    CHECK(bodies(juliet) == std::vector<std::string>{"But soft"});
}

TEST_CASE("DESIGN 4.1: what is said in a temporary room touches no disk") {
    Stage stage;
    auto& romeo = stage.romeo();
    stage.store().refuse_next(store::Refusal::resource_constraint);
    romeo.sends(say("<body>But soft</body>"));
    romeo.receives(said("Romeo", romeo_jid, "<body>But soft</body>"));
}

TEST_CASE("XEP-0045 11.2: when the server stops each occupant hears of himself, with 332, and the rooms stay, temporary ones too") {
    for (const std::string lasts : {"1", "0"}) {
        Stage stage;
        auto& romeo = stage.romeo(field("persistentroom", lasts));
        auto& juliet = stage.enters(juliet_jid, "Juliet");
        juliet.forget_received();
        romeo.forget_received();
        stage.users().stop();
        romeo.receives(gone("Romeo", romeo_jid, "affiliation='owner' role='none' jid='" + romeo_jid + "'", code(332) + code(110)));
        juliet.receives(gone("Juliet", juliet_jid, "affiliation='none' role='none' jid='" + juliet_jid + "'", code(332) + code(110)));
        romeo.logs_out();
        juliet.receives_nothing_more();
        juliet.logs_out();
        stage.restarts();
        CHECK(xml::to_string(stage.enters(juliet_jid, "Juliet").next()).find("affiliation='none'") != std::string::npos);  // no new room of hers
    }
}
