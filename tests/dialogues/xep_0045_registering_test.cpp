// SPDX-License-Identifier: MIT
// XEP-0045 7.10, 7.12, 9.9: nicks that users register, at once or when an admin approves; affiliations of those who are away.
#include "dialogues/xep_0045_play.h"

using namespace play;

namespace {

const std::string register_query = "<query xmlns='jabber:iq:register'/>";

std::string form_of(const std::string& fields, const std::string& type = "submit") {
    return "<x xmlns='jabber:x:data' type='" + type + "'><field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/muc#register</value></field>" +
           fields + "</x>";
}
std::string value(const std::string& var, const std::string& text) { return "<field var='" + var + "'><value>" + text + "</value></field>"; }
std::string wish(const std::string& nick) {
    return "<query xmlns='jabber:iq:register'>" + form_of(value("muc#register_roomnick", nick)) + "</query>";
}
std::string decision(const std::string& user, const std::string& nick, const std::string& allow) {
    return "<message to='" + room + "'>" +
           form_of(value("muc#jid", user) + value("muc#register_roomnick", nick) + value("muc#register_allow", allow)) + "</message>";
}
bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
std::string members(TestClient& owner) { return owner.gets(admin("<item affiliation='member'/>"), room); }
const std::string juliet_is_member =
    admin("<item affiliation='member' jid='juliet@montague.example' nick='Capulet'/>");
const std::string nobody = "<query xmlns='http://jabber.org/protocol/muc#admin'/>";

}  // namespace

TEST_CASE("XEP-0045 7.10: who registers a nick is a member, all hear of it, and the nick is his") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.forget_received();
    juliet.forget_received();
    const auto asked = juliet.gets(register_query, room);
    CHECK(has(asked, "muc#register_roomnick"));
    CHECK(!has(asked, "registered/>"));
    CHECK(juliet.sets(wish("Capulet"), room).empty());
    juliet.forget_received();
    romeo.receives(here("Juliet", romeo_jid, "affiliation='member' role='participant' jid='" + juliet_jid + "'"));
    CHECK(members(romeo) == juliet_is_member);
    const auto known = juliet.gets(register_query, room);
    CHECK(has(known, "<registered/>"));
    CHECK(has(known, "<username>Capulet</username>"));
    CHECK(has(juliet.gets("<query xmlns='http://jabber.org/protocol/disco#info' node='x-roomuser-item'/>", room), "name='Capulet'"));
    CHECK(refusal(stage.enters(tybalt_jid, "Capulet")) == "conflict");
    juliet.sends("<presence to='" + room + "/Capulet'/>");
    CHECK(juliet.next().attribute("type") == "unavailable");
}

TEST_CASE("XEP-0045 7.10: a reserved or used nick is a conflict, no form a bad request, the banned may not, a missing room is not found") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.connect(juliet_jid);
    romeo.sets(admin("<item affiliation='member' jid='tybalt@montague.example' nick='Cat'/>"), room);
    juliet.is_refused("set", wish("Cat"), "conflict", room);
    juliet.is_refused("set", wish("Romeo"), "conflict", room);
    juliet.is_refused("set", wish("  "), "bad-request", room);
    juliet.is_refused("set", register_query, "bad-request", room);
    juliet.is_refused("set", "<query xmlns='jabber:iq:register'><username>Juliet</username></query>", "bad-request", room);
    juliet.is_refused("get", register_query, "item-not-found", "nowhere@rooms.montague.example");
    CHECK(juliet.sets("<query xmlns='jabber:iq:register'>" + form_of("", "cancel") + "</query>", room).empty());
    romeo.sets(admin("<item affiliation='outcast' jid='juliet@montague.example'/>"), room);
    juliet.forget_received();
    for (const std::string type : {"get", "set"}) juliet.is_refused(type, register_query, "not-allowed", room);
}

TEST_CASE("XEP-0045 7.10: a member takes another nick or none, an owner reserves one and stays owner") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.connect(juliet_jid);
    juliet.sets(wish("Juliet"), room);
    juliet.sets(wish("Capulet"), room);
    juliet.forget_received();
    CHECK(members(romeo) == juliet_is_member);
    romeo.sets(wish("Montague"), room);
    CHECK(has(romeo.gets(admin("<item affiliation='owner'/>"), room), "nick='Montague'"));
    const std::string remove = "<query xmlns='jabber:iq:register'><remove/></query>";
    juliet.sets(remove, room);
    romeo.forget_received();
    CHECK(members(romeo) == nobody);
    juliet.forget_received();
    juliet.is_refused("set", remove, "registration-required", room);
    romeo.sets(remove, room);
    CHECK(!has(romeo.gets(admin("<item affiliation='owner'/>"), room), "nick='Montague'"));
}

TEST_CASE("XEP-0045 7.10, 9.9: into a members-only or moderated room an admin lets people register, asked once") {
    for (const std::string kind : {"membersonly", "moderatedroom"}) {
        Stage stage;
        auto& romeo = stage.login(romeo_jid);
        romeo.sends("<presence to='" + room + "/Romeo'>" + muc + "</presence>");
        Stage::configure(romeo, field(kind, "1"));
        romeo.forget_received();
        auto& juliet = stage.connect(juliet_jid);
        juliet.sets(wish("Capulet"), room);
        juliet.sets(wish("Capulet"), room);
        const auto form = xml::to_string(romeo.next());
        CHECK(has(form, "muc#register_allow"));
        CHECK(has(form, "<value>juliet@montague.example</value>"));
        romeo.receives_nothing_more();
        juliet.sends(decision("juliet@montague.example", "Capulet", "1"));
        CHECK(refusal(juliet) == "forbidden");
        romeo.sends(decision("juliet@montague.example", "Romeo", "1"));
        CHECK(refusal(romeo) == "conflict");
    }
}

TEST_CASE("XEP-0045 7.10, 9.9: who wishes another nick before he is answered is asked about again, within measure") {
    Stage stage;
    auto& romeo = stage.login(romeo_jid);
    romeo.sends("<presence to='" + room + "/Romeo'>" + muc + "</presence>");
    Stage::configure(romeo, field("membersonly", "1"));
    auto& juliet = stage.connect(juliet_jid);
    for (const std::string nick : {"Capulet", "Julia", "Jule"}) {
        romeo.forget_received();
        juliet.sets(wish(nick), room);
        CHECK(has(xml::to_string(romeo.next()), "<value>" + nick + "</value>"));
    }
    juliet.sets(wish("Jule"), room);
    romeo.receives_nothing_more();
    juliet.is_refused("set", wish("Capulet"), "resource-constraint", room);
    romeo.receives_nothing_more();
}

TEST_CASE("XEP-0045 9.9: who is approved is a member and invited, who is not may ask again") {
    Stage stage;
    auto& romeo = stage.login(romeo_jid);
    romeo.sends("<presence to='" + room + "/Romeo'>" + muc + "</presence>");
    Stage::configure(romeo, field("membersonly", "1"));
    auto& juliet = stage.connect(juliet_jid);
    juliet.sets(wish("Capulet"), room);
    romeo.forget_received();
    romeo.sends(decision("juliet@montague.example", "Capulet", "0"));
    CHECK(members(romeo) == nobody);
    juliet.sets(wish("Capulet"), room);
    CHECK(romeo.has_received());
    romeo.sends(decision("juliet@montague.example", "Capulet", "1"));
    romeo.forget_received();
    CHECK(members(romeo) == juliet_is_member);
    romeo.sends(decision("juliet@montague.example", "Capulet", "1"));  // a second admin: nothing happens
    CHECK(!romeo.has_received());
}

TEST_CASE("XEP-0045 10.3, 18.1: a changed affiliation of one who is away is told to those who see addresses, and to him with 101") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    auto& tybalt = stage.login(tybalt_jid);
    romeo.forget_received();
    juliet.forget_received();
    romeo.sends("<iq type='set' id='a1' to='" + room + "'>" + admin("<item affiliation='admin' jid='tybalt@montague.example'/>") + "</iq>");
    romeo.receives("<iq type='result' id='a1' from='" + room + "' to='" + romeo_jid + "'/>");
    const std::string item = "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='admin'";
    romeo.receives("<message from='" + room + "' to='" + romeo_jid + "'>" + item + " jid='tybalt@montague.example' role='none'/></x><no-store xmlns='urn:xmpp:hints'/></message>");
    juliet.receives_nothing_more();
    const auto told = tybalt.next();
    CHECK(told.attribute("from") == room);
    CHECK(same_xml(item + "/>" + code(101) + "</x>", xml::to_string(*told.first_child())));
    romeo.sets(admin("<item affiliation='admin' jid='tybalt@montague.example'/>"), room);  // nothing changed
    tybalt.receives_nothing_more();
}

TEST_CASE("XEP-0045 8.4: a refused item comes back with the error") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.sets(admin("<item role='moderator' nick='Juliet'/>"), room);
    juliet.forget_received();
    juliet.sends("<iq type='set' id='v1' to='" + room + "'>" + admin("<item nick='Juliet' role='moderator'/><item nick='Romeo' role='visitor'/>") + "</iq>");
    const xml::Element refused = juliet.next();
    CHECK(refused.attribute("type") == "error");
    juliet.sends("<iq type='set' id='v1' to='" + room + "'>" + admin("<item nick='Romeo' role='visitor'/>") + "</iq>");
    const xml::Element error = juliet.next();
    CHECK(same_xml(admin("<item nick='Romeo' role='visitor'/>"), xml::to_string(*error.first_child())));
    CHECK(error.child({xml::stanza_ns, "error"})->has_child({"urn:ietf:params:xml:ns:xmpp-stanzas", "not-allowed"}));
}

TEST_CASE("XEP-0045 13, RFC 6120 8.3.2: a refusal speaks the language of what it refuses") {
    Stage stage;
    stage.romeo();
    auto& juliet = stage.connect(juliet_jid);
    juliet.sends("<presence xml:lang='fr' to='" + room + "/Romeo'>" + muc + "</presence>");
    CHECK(has(xml::to_string(juliet.next()), "ce pseudonyme est à quelqu'un d'autre"));
    juliet.sends("<presence to='" + room + "/Romeo'>" + muc + "</presence>");
    CHECK(has(xml::to_string(juliet.next()), "this nick is somebody else's"));
    juliet.sends("<presence xml:lang='fr' to='" + room + "/Romeo'/>");
    CHECK(has(xml::to_string(juliet.next()), "vous n'êtes pas dans ce salon"));
}
