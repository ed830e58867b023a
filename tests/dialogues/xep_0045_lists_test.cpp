// SPDX-License-Identifier: MIT
// XEP-0045 8 and 9, 10.3 to 10.8: kicks, bans, voice, and the lists of members, moderators, admins and owners.
#include "dialogues/xep_0045_play.h"

using namespace play;

namespace {

// Romeo owns the room, Juliet and Tybalt are in it.
struct Trio : Stage {
    explicit Trio(const std::string& fields = {}) : owner(romeo(fields)), juliet(enters(juliet_jid, "Juliet")), tybalt(enters(tybalt_jid, "Tybalt")) {
        forget();
    }
    void forget() {
        for (TestClient* client : {&owner, &juliet, &tybalt}) client->forget_received();
    }
    void sets(const std::string& items) {
        owner.sets(admin(items), room);
        forget();
    }
    void refuses(TestClient& client, const std::string& items, const std::string& condition) {
        client.is_refused("set", admin(items), condition, room);
    }
    TestClient& owner;
    TestClient& juliet;
    TestClient& tybalt;
};

std::string affiliation(const std::string& name, const std::string& user, const std::string& more = {}) {
    return "<item affiliation='" + name + "' jid='" + user + "@montague.example' " + more + "/>";
}
std::string role(const std::string& name, const std::string& nick) { return "<item role='" + name + "' nick='" + nick + "'/>"; }
std::string list(TestClient& client, const std::string& which) { return client.gets(admin("<item " + which + "/>"), room); }

const std::string juliet_item = "affiliation='none' role='none' jid='" + juliet_jid + "'";

}  // namespace

TEST_CASE("XEP-0045 8.2: the kicked one is told with 307, then the moderator has his result, then the others hear") {
    Trio trio;
    trio.owner.sends("<iq type='set' id='k1' to='" + room + "'>" + admin("<item nick='Juliet' role='none'><reason>Hence</reason></item>") + "</iq>");
    const std::string inside = "<actor nick='Romeo'/><reason>Hence</reason>";
    trio.juliet.receives(gone("Juliet", juliet_jid, juliet_item, code(307) + code(110), inside));
    trio.owner.receives("<iq type='result' id='k1' from='" + room + "' to='" + romeo_jid + "'/>");
    trio.owner.receives(gone("Juliet", romeo_jid, juliet_item, code(307), inside));
    trio.tybalt.receives(gone("Juliet", tybalt_jid, "affiliation='none' role='none'", code(307), inside));
    trio.juliet.sends("<presence to='" + room + "/Juliet'>" + muc + "</presence>");  // a kick is no ban
    CHECK(trio.juliet.next().attribute("type") == std::nullopt);
}

TEST_CASE("XEP-0045 8.2: who is no moderator is forbidden to kick, and nobody kicks above himself") {
    Trio trio;
    trio.refuses(trio.juliet, role("none", "Tybalt"), "forbidden");
    trio.refuses(trio.owner, role("none", "Paris"), "item-not-found");
    trio.sets(role("moderator", "Juliet"));
    trio.refuses(trio.juliet, role("none", "Romeo"), "not-allowed");
    trio.sets(role("moderator", "Tybalt"));
    trio.refuses(trio.juliet, role("none", "Tybalt"), "not-allowed");
    trio.sets(affiliation("admin", "juliet"));
    trio.juliet.sets(admin(role("none", "Tybalt")), room);
}

TEST_CASE("XEP-0045 8.3, 8.4: a moderator gives voice and takes it, and all hear of it") {
    Trio trio(field("moderatedroom", "1"));
    trio.owner.sets(admin(role("participant", "Juliet")), room);
    trio.tybalt.receives("<presence from='" + room + "/Juliet' to='" + tybalt_jid + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                         "<item affiliation='none' role='participant'><actor nick='Romeo'/></item></x>" + occupant_id + "</presence>");
    trio.forget();
    trio.owner.sets(admin(role("visitor", "Juliet")), room);
    CHECK(trio.tybalt.has_received());
    trio.forget();
    trio.juliet.sends(say("<body>Ay me!</body>"));
    CHECK(refusal(trio.juliet) == "forbidden");
}

TEST_CASE("XEP-0045 5.1.1, 5.1.3, 8.4, 9.7: nobody takes voice or moderator status from admins and owners") {
    Trio trio;
    trio.sets(affiliation("admin", "juliet"));
    trio.refuses(trio.owner, role("visitor", "Juliet"), "not-allowed");
    trio.refuses(trio.owner, role("participant", "Juliet"), "not-allowed");
    trio.refuses(trio.juliet, role("participant", "Romeo"), "not-allowed");
    trio.sets(affiliation("member", "juliet") + affiliation("member", "tybalt"));
    trio.sets(role("moderator", "Juliet"));
    trio.refuses(trio.juliet, role("visitor", "Tybalt"), "not-allowed");  // his affiliation is at hers
}

TEST_CASE("XEP-0045 9.6, 9.7: admins make moderators and unmake them, moderators do neither") {
    Trio trio;
    trio.sets(role("moderator", "Juliet"));
    trio.refuses(trio.juliet, role("moderator", "Tybalt"), "forbidden");
    trio.owner.sets(admin(role("participant", "Juliet")), room);
    trio.refuses(trio.juliet, role("visitor", "Tybalt"), "forbidden");
}

TEST_CASE("XEP-0045 9.1: the banned one is removed with 301, and the ban list says why") {
    Trio trio;
    trio.owner.sends("<iq type='set' id='b1' to='" + room + "'>" +
                     admin("<item affiliation='outcast' jid='juliet@montague.example'><reason>Treason</reason></item>") + "</iq>");
    const std::string item = "affiliation='outcast' role='none'";
    const std::string inside = "<actor nick='Romeo'/><reason>Treason</reason>";
    trio.juliet.receives(gone("Juliet", juliet_jid, item + " jid='" + juliet_jid + "'", code(301) + code(110), inside));
    trio.owner.receives("<iq type='result' id='b1' from='" + room + "' to='" + romeo_jid + "'/>");
    trio.tybalt.receives(gone("Juliet", tybalt_jid, item, code(301), inside));
    CHECK(list(trio.owner, "affiliation='outcast'") ==
          admin("<item affiliation='outcast' jid='juliet@montague.example'><reason>Treason</reason></item>"));
    trio.owner.sets(admin(affiliation("none", "juliet")), room);
    trio.juliet.sends("<presence to='" + room + "/Juliet'>" + muc + "</presence>");
    CHECK(trio.juliet.next().attribute("type") == std::nullopt);
}

TEST_CASE("XEP-0045 9.1, 9.2: who bans himself meets a conflict, an admin bans no admin or owner, and one wrong item spoils all") {
    Trio trio;
    trio.sets(affiliation("admin", "juliet") + affiliation("admin", "paris"));
    trio.refuses(trio.juliet, affiliation("outcast", "juliet"), "conflict");
    trio.refuses(trio.juliet, affiliation("outcast", "romeo"), "not-allowed");
    trio.refuses(trio.juliet, affiliation("outcast", "tybalt") + affiliation("outcast", "paris"), "not-allowed");
    CHECK(list(trio.owner, "affiliation='outcast'") == "<query xmlns='http://jabber.org/protocol/muc#admin'/>");
    trio.tybalt.receives_nothing_more();
    trio.refuses(trio.tybalt, affiliation("outcast", "paris"), "forbidden");
}

TEST_CASE("XEP-0045 5.2.2, 9.3, 9.4: membership comes and goes in an open room with presence only") {
    Trio trio;
    trio.owner.sets(admin(affiliation("member", "juliet", "nick='Capulet'")), room);
    trio.tybalt.receives("<presence from='" + room + "/Juliet' to='" + tybalt_jid + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                         "<item affiliation='member' role='participant'><actor nick='Romeo'/></item></x>" + occupant_id + "</presence>");
    CHECK(list(trio.owner, "affiliation='member'") == admin("<item affiliation='member' jid='juliet@montague.example' nick='Capulet'/>"));
    trio.owner.sets(admin(affiliation("none", "juliet")), room);
    trio.tybalt.receives("<presence from='" + room + "/Juliet' to='" + tybalt_jid + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                         "<item affiliation='none' role='participant'><actor nick='Romeo'/></item></x>" + occupant_id + "</presence>");
}

TEST_CASE("XEP-0045 9.4: in a members-only room who is no member any more is removed with 321, in one presence") {
    Trio trio;
    trio.sets(affiliation("member", "juliet") + affiliation("member", "tybalt"));
    Stage::configure(trio.owner, field("membersonly", "1"));
    trio.forget();
    trio.owner.sets(admin(affiliation("none", "juliet")), room);
    trio.juliet.receives(gone("Juliet", juliet_jid, juliet_item, code(321) + code(110), "<actor nick='Romeo'/>"));
    trio.juliet.receives_nothing_more();
    trio.tybalt.receives(gone("Juliet", tybalt_jid, "affiliation='none' role='none'", code(321), "<actor nick='Romeo'/>"));
    trio.tybalt.receives_nothing_more();
}

TEST_CASE("XEP-0045 9.5: a new member of a members-only room is invited, one of an open room is not") {
    Stage stage;
    auto& romeo = stage.romeo(field("membersonly", "1"));
    auto& juliet = stage.login(juliet_jid);
    juliet.session().set_presence(xmpp::Presence(juliet.session().jid(), {}, xmpp::Presence::available));
    romeo.sets(admin(affiliation("member", "juliet")), room);
    const auto x = juliet.next().child({"http://jabber.org/protocol/muc#user", "x"});
    REQUIRE(x.has_value());
    CHECK(x->has_child({"http://jabber.org/protocol/muc#user", "invite"}));
    romeo.sets(admin(affiliation("member", "juliet", "nick='Jule'")), room);
    juliet.receives_nothing_more();
    Stage::configure(romeo, field("membersonly", "0"));
    romeo.sets(admin(affiliation("none", "juliet")), room);
    romeo.sets(admin(affiliation("member", "juliet")), room);
    while (juliet.has_received()) CHECK(xml::to_string(juliet.next()).find("<invite") == std::string::npos);
}

TEST_CASE("XEP-0045 7.12: the reserved nick is told by x-roomuser-item, and an empty nick takes it back (9.5)") {
    Trio trio;
    const std::string ask = "<query xmlns='http://jabber.org/protocol/disco#info' node='x-roomuser-item'/>";
    CHECK(trio.juliet.gets(ask, room) == ask);
    trio.sets(affiliation("member", "juliet", "nick='Capulet'"));
    CHECK(trio.juliet.gets(ask, room).find("name='Capulet'") != std::string::npos);
    trio.refuses(trio.owner, affiliation("member", "tybalt", "nick='Capulet'"), "conflict");
    trio.sets(affiliation("member", "juliet", "nick=''"));
    CHECK(trio.juliet.gets(ask, room) == ask);
}

TEST_CASE("XEP-0045 10.3, 10.6: owners make admins and owners, with the role that belongs to it; nobody else does") {
    Trio trio;
    trio.owner.sets(admin(affiliation("admin", "juliet")), room);
    trio.juliet.receives("<presence from='" + room + "/Juliet' to='" + juliet_jid + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                         "<item affiliation='admin' role='moderator' jid='" + juliet_jid + "'><actor nick='Romeo'/></item><status code='110'/></x>" + occupant_id + "</presence>");
    trio.refuses(trio.juliet, affiliation("admin", "tybalt"), "forbidden");
    trio.refuses(trio.juliet, affiliation("owner", "tybalt"), "forbidden");
    trio.refuses(trio.juliet, affiliation("none", "romeo"), "forbidden");
    trio.sets(affiliation("owner", "juliet"));
    trio.juliet.sets(admin(affiliation("member", "romeo")), room);
    trio.owner.receives_somewhere("<presence from='" + room + "/Romeo' to='" + romeo_jid + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                                  "<item affiliation='member' role='participant' jid='" + romeo_jid + "'><actor nick='Juliet'/></item><status code='110'/></x>" + occupant_id + "</presence>");
}

TEST_CASE("XEP-0045 10.4, 10.5: the last owner stays owner, with a full JID or a bare one") {
    Trio trio;
    trio.refuses(trio.owner, affiliation("admin", "romeo"), "conflict");
    trio.refuses(trio.owner, "<item affiliation='none' jid='" + romeo_jid + "'/>", "conflict");
    trio.sets(affiliation("owner", "juliet"));
    trio.owner.sets(admin(affiliation("none", "romeo")), room);
}

TEST_CASE("XEP-0045 17.4: an item with role and affiliation, or with neither, is a bad request") {
    Trio trio;
    trio.refuses(trio.owner, "<item nick='Juliet' jid='juliet@montague.example' role='none' affiliation='none'/>", "bad-request");
    trio.refuses(trio.owner, "<item nick='Juliet'/>", "bad-request");
    trio.refuses(trio.owner, "", "bad-request");
    trio.refuses(trio.owner, "<item nick='Juliet' role='king'/>", "bad-request");
    trio.refuses(trio.owner, "<item jid='a@b@c' affiliation='member'/>", "jid-malformed");
    trio.refuses(trio.owner, affiliation("member", "juliet") + affiliation("outcast", "juliet"), "bad-request");
}

TEST_CASE("XEP-0045 9.2, 8.2: a ban and a kick of the same one in one request remove him once") {
    Trio trio;
    trio.owner.sets(admin(affiliation("outcast", "juliet") + role("none", "Juliet")), room);
    CHECK(trio.juliet.next().attribute("type") == "unavailable");
    trio.juliet.receives_nothing_more();
}

TEST_CASE("XEP-0045 8.5, 9.8: the voice list is for moderators, the moderator list for admins") {
    Trio trio;
    trio.juliet.is_refused("get", admin("<item role='participant'/>"), "forbidden", room);
    trio.sets(role("moderator", "Juliet"));
    CHECK(same_xml(admin("<item affiliation='none' jid='" + tybalt_jid + "' nick='Tybalt' role='participant'/>"), list(trio.juliet, "role='participant'")));
    trio.juliet.is_refused("get", admin("<item role='moderator'/>"), "forbidden", room);
    CHECK(list(trio.owner, "role='moderator'").find("nick='Juliet'") != std::string::npos);
}

TEST_CASE("XEP-0045 8.5, 9.8: several roles change in one request, each is told, and one that may not be spoils all") {
    Trio trio(field("moderatedroom", "1"));
    trio.owner.sets(admin(role("participant", "Juliet") + role("participant", "Tybalt")), room);
    for (const std::string nick : {"Juliet", "Tybalt"})
        trio.juliet.receives_somewhere("<presence from='" + room + "/" + nick + "' to='" + juliet_jid + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                                       "<item affiliation='none' role='participant'" + (nick == "Juliet" ? " jid='" + juliet_jid + "'" : "") +
                                       "><actor nick='Romeo'/></item>" + (nick == "Juliet" ? code(110) : "") + "</x>" + occupant_id + "</presence>");
    trio.sets(affiliation("admin", "juliet"));
    trio.refuses(trio.juliet, role("visitor", "Tybalt") + role("visitor", "Romeo"), "not-allowed");
    trio.refuses(trio.juliet, role("moderator", "Tybalt") + role("participant", "Romeo"), "not-allowed");
    trio.tybalt.receives_nothing_more();
    trio.juliet.sets(admin(role("moderator", "Tybalt")), room);
    CHECK(list(trio.juliet, "role='moderator'").find("nick='Tybalt'") != std::string::npos);
    CHECK(list(trio.juliet, "role='participant'") == "<query xmlns='http://jabber.org/protocol/muc#admin'/>");
}

TEST_CASE("XEP-0045 10.7, 10.8, 10.5: who is no admin or owner any more is told so, as all are, and is on no list") {
    Trio trio;
    trio.sets(affiliation("admin", "juliet") + affiliation("owner", "tybalt"));
    for (const std::string which : {"admin", "owner"}) trio.refuses(trio.juliet, affiliation("none", which == "admin" ? "juliet" : "tybalt"), "forbidden");
    trio.owner.sets(admin("<item affiliation='none' jid='" + juliet_jid + "'/>" + affiliation("admin", "tybalt")), room);
    trio.juliet.receives("<presence from='" + room + "/Juliet' to='" + juliet_jid + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                         "<item affiliation='none' role='participant' jid='" + juliet_jid + "'><actor nick='Romeo'/></item><status code='110'/></x>" + occupant_id + "</presence>");
    CHECK(same_xml(admin("<item affiliation='admin' jid='tybalt@montague.example'/>"), list(trio.owner, "affiliation='admin'")));
    CHECK(list(trio.owner, "affiliation='owner'").find("tybalt") == std::string::npos);
}

TEST_CASE("XEP-0045 9.2, 9.5, 10.5, 10.8: who reads the lists of affiliations") {
    Trio trio;
    trio.sets(affiliation("admin", "juliet") + affiliation("member", "tybalt"));
    for (const std::string which : {"outcast", "member"}) {
        list(trio.juliet, "affiliation='" + which + "'");
        trio.tybalt.is_refused("get", admin("<item affiliation='" + which + "'/>"), "forbidden", room);
    }
    for (const std::string which : {"admin", "owner"}) {
        list(trio.owner, "affiliation='" + which + "'");
        trio.juliet.is_refused("get", admin("<item affiliation='" + which + "'/>"), "forbidden", room);
    }
    Stage::configure(trio.owner, field("whois", "anyone"));
    for (const std::string which : {"member", "admin", "owner"}) list(trio.tybalt, "affiliation='" + which + "'");
    trio.tybalt.is_refused("get", admin("<item affiliation='outcast'/>"), "forbidden", room);
    trio.owner.is_refused("get", admin("<item affiliation='none'/>"), "bad-request", room);
}

TEST_CASE("DESIGN 4.1: a ban that the store refuses has not happened, and the admin hears it") {
    Trio trio(field("persistentroom", "1"));
    trio.store().refuse_next(store::Refusal::internal_error);
    trio.refuses(trio.owner, affiliation("outcast", "juliet"), "internal-server-error");
    trio.juliet.receives_nothing_more();
    trio.juliet.sends(say("<body>Ay me!</body>"));
    CHECK(trio.tybalt.has_received());
}

TEST_CASE("DESIGN 4.1: while a ban is being written the room waits, and then all comes in order") {
    Trio trio(field("persistentroom", "1"));
    trio.store().hold();
    trio.owner.sends("<iq type='set' id='b1' to='" + room + "'>" + admin(affiliation("outcast", "juliet")) + "</iq>");
    trio.juliet.sends(say("<body>Ay me!</body>"));
    for (TestClient* client : {&trio.owner, &trio.juliet, &trio.tybalt}) client->receives_nothing_more();
    trio.store().release();
    CHECK(trio.juliet.next().attribute("type") == "unavailable");
    CHECK(refusal(trio.juliet) == "not-acceptable");
    CHECK(trio.owner.next().attribute("id") == "b1");
    CHECK(trio.tybalt.next().attribute("type") == "unavailable");
    trio.tybalt.receives_nothing_more();
}

TEST_CASE("XEP-0045 9, 14.4: who has no rights is forbidden whatever he names, and so learns nothing") {
    Stage stage;
    stage.romeo();
    stage.enters(juliet_jid, "Juliet");
    auto& tybalt = stage.connect(tybalt_jid);
    for (const std::string item : {"affiliation='member' nick='Juliet'", "affiliation='member' nick='Nobody'", "affiliation='bogus' jid='x@y'",
                                   "affiliation='member' jid='not@an@address'", "role='none' nick='Nobody'", "role='bogus' nick='Juliet'", "role='none'"})
        tybalt.is_refused("set", admin("<item " + item + "/>"), "forbidden", room);
}

TEST_CASE("XEP-0045 8: who becomes a moderator of a semi-anonymous room learns by presence who the others are") {
    for (const std::string change : {"role='moderator' nick='Juliet'", "affiliation='admin' jid='juliet@montague.example'"}) {
        Stage stage;
        auto& romeo = stage.romeo();
        auto& juliet = stage.enters(juliet_jid, "Juliet");
        stage.enters(tybalt_jid, "Tybalt");
        juliet.forget_received();
        romeo.sets(admin("<item " + change + "/>"), room);
        CHECK(juliet.next().attribute("from") == room + "/Juliet");
        juliet.receives(here("Romeo", juliet_jid, "affiliation='owner' role='moderator' jid='" + romeo_jid + "'"));
        juliet.receives(here("Tybalt", juliet_jid, "affiliation='none' role='participant' jid='" + tybalt_jid + "'"));
        juliet.receives_nothing_more();
    }
}
