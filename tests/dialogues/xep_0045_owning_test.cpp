// SPDX-License-Identifier: MIT
// XEP-0045 6, 10: making, configuring and destroying rooms, what is kept over a restart, and discovery.
#include "dialogues/xep_0045_play.h"
#include "xmpp/data_form.h"

using namespace play;

namespace {

const std::string info = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
const std::string items = "<query xmlns='http://jabber.org/protocol/disco#items'/>";
const std::string owner_query = "<query xmlns='http://jabber.org/protocol/muc#owner'/>";
const std::string host = "rooms.montague.example";

std::string with_x(const std::string& type) {
    return "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='" + type + "'/></query>";
}
bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
std::string told(const std::string& to, const std::string& codes) {
    return said({}, to, "<x xmlns='http://jabber.org/protocol/muc#user'>" + codes + "</x>");
}

}  // namespace

TEST_CASE("XEP-0045 10.1.2: an empty form makes an instant room, which others may enter") {
    Stage stage;
    auto& romeo = stage.enters(romeo_jid, "Romeo");
    romeo.sets(with_x("submit"), room);
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    CHECK(juliet.next().attribute("type") == std::nullopt);
}

TEST_CASE("XEP-0045 10.1.1: an owner who says nothing for a minute has accepted the defaults, one who reads the form has longer") {
    Stage stage;
    auto& romeo = stage.enters(romeo_jid, "Romeo");
    auto& juliet = stage.connect(juliet_jid);
    const auto enter = [&] {
        juliet.sends("<presence to='" + room + "/Juliet'>" + muc + "</presence>");
        return juliet.next().attribute("type") == "error" ? "no" : "yes";
    };
    stage.passes(std::chrono::seconds(59));
    CHECK(enter() == std::string("no"));
    romeo.gets(owner_query, room);
    stage.passes(std::chrono::seconds(599));
    CHECK(enter() == std::string("no"));
    stage.passes(std::chrono::seconds(1));
    CHECK(enter() == std::string("yes"));
    CHECK(has(romeo.gets(items, host), room));
}

TEST_CASE("XEP-0045 10.1.1: a temporary room is as it was when its people come back after a start, whoever comes first") {
    Stage stage;
    auto& romeo = stage.romeo(field("membersonly", "1"));
    romeo.sets(admin("<item affiliation='member' jid='juliet@montague.example' nick='Capulet'/>"), room);
    romeo.sets(admin("<item affiliation='outcast' jid='paris@montague.example'/>"), room);
    romeo.sends(say("<body>But soft</body>"));
    for (int starts = 0; starts < 2; ++starts) {
        stage.restarts();
        CHECK(refusal(stage.enters(tybalt_jid, "Tybalt")) == "registration-required");
        CHECK(refusal(stage.enters("paris@montague.example/street", "Paris")) == "forbidden");
        auto& juliet = stage.enters(juliet_jid, "Juliet");
        juliet.receives(here("Juliet", juliet_jid, "affiliation='member' role='participant' jid='" + juliet_jid + "'", code(110)));
        juliet.receives(no_subject(juliet_jid));
        juliet.is_refused("get", owner_query, "forbidden", room);
        CHECK_FALSE(stage.enters(romeo_jid, "Romeo").gets(owner_query, room).empty());
    }
}

TEST_CASE("XEP-0045 7.14: a temporary room that nobody comes back to within five minutes is over, and leaves nothing on disk") {
    Stage stage;
    const auto is_on_disk = [&] {
        bool found = false;
        stage.store().load(room, {"room", "affiliation"}, [&](const auto& loaded) { found = !loaded->records.empty(); });
        return found;
    };
    stage.romeo();
    CHECK(is_on_disk());
    stage.restarts();
    stage.passes(std::chrono::minutes(5) - std::chrono::seconds(1));
    stage.connect(juliet_jid).gets(info, room);
    stage.passes(std::chrono::seconds(1));
    CHECK_FALSE(is_on_disk());
    stage.connect(juliet_jid).is_refused("get", info, "item-not-found", room);

    stage.romeo().sends("<presence type='unavailable' to='" + room + "/Romeo'/>");
    CHECK_FALSE(is_on_disk());
}

TEST_CASE("XEP-0045 10.1.3: the owner's form shows what holds, and what he submits then holds") {
    Stage stage;
    auto& romeo = stage.enters(romeo_jid, "Romeo");
    const auto before = romeo.gets(owner_query, room);
    CHECK(has(before, "muc#roomconfig_persistentroom"));
    CHECK(has(before, "<value>romeo@montague.example</value>"));
    Stage::configure(romeo, field("roomname", "Garden") + field("publicroom", "0") + field("maxusers", "33"));
    const auto after = romeo.gets(owner_query, room);
    CHECK(has(after, "<value>Garden</value>"));
    CHECK(has(after, "<value>33</value>"));
    CHECK(romeo.gets(items, host) == items);
    CHECK(has(romeo.gets(info, room), "muc_hidden"));
}

TEST_CASE("XEP-0045 10.1.3: who cancels the first configuration, or goes before it, destroys the room") {
    Stage stage;
    auto& romeo = stage.enters(romeo_jid, "Romeo");
    romeo.forget_received();
    romeo.sends("<iq type='set' id='c1' to='" + room + "'>" + with_x("cancel") + "</iq>");
    const std::string destroyed = "<destroy/>" + code(110);
    romeo.receives(gone("Romeo", romeo_jid, "affiliation='none' role='none'", destroyed));
    CHECK(romeo.next().attribute("type") == "result");
    romeo.is_refused("get", info, "item-not-found", room);
    romeo.sends("<presence to='" + room + "/Romeo'>" + muc + "</presence>");
    romeo.forget_received();
    romeo.sends("<presence type='unavailable' to='" + room + "/Romeo'/>");
    romeo.receives(gone("Romeo", romeo_jid, "affiliation='owner' role='none' jid='" + romeo_jid + "'", destroyed));
    romeo.is_refused("get", info, "item-not-found", room);
}

TEST_CASE("XEP-0045 10.1.3: a configuration that cannot be is not acceptable and changes nothing") {
    Stage stage;
    auto& romeo = stage.romeo(field("roomname", "Garden"));
    for (const std::string& wrong : {field("passwordprotectedroom", "1"), field("whois", "nobody"), field("maxusers", "many"), field("moderatedroom", "maybe"),
                                    field("roomadmins", "a@b@c"), field("allowpm", "kings")})
        romeo.is_refused("set", Stage::form(field("roomname", "Tomb") + wrong), "not-acceptable", room);
    CHECK(has(romeo.gets(owner_query, room), "<value>Garden</value>"));
    romeo.is_refused("set", "<query xmlns='http://jabber.org/protocol/muc#owner'/>", "bad-request", room);
    romeo.is_refused("set", "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>other</value></field></x></query>",
                     "bad-request", room);
}

TEST_CASE("XEP-0045 10.2: only owners configure; a cancelled change changes nothing") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.is_refused("get", owner_query, "forbidden", room);
    juliet.is_refused("set", Stage::form(""), "forbidden", room);
    romeo.sets(with_x("cancel"), room);
    CHECK(has(romeo.gets(info, room), "muc_open"));
}

TEST_CASE("XEP-0045 10.2: the form's full lists make admins and owners and unmake them, and a room keeps an owner") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.forget_received();
    Stage::configure(romeo, field("roomadmins", "juliet@montague.example"));
    juliet.receives(here("Juliet", juliet_jid, "affiliation='admin' role='moderator' jid='" + juliet_jid + "'", code(110)));
    juliet.receives(here("Romeo", juliet_jid, "affiliation='owner' role='moderator' jid='" + romeo_jid + "'"));
    Stage::configure(romeo, "<field var='muc#roomconfig_roomadmins'/>");
    juliet.receives(here("Juliet", juliet_jid, "affiliation='none' role='participant' jid='" + juliet_jid + "'", code(110)));
    romeo.is_refused("set", Stage::form("<field var='muc#roomconfig_roomowners'/>"), "conflict", room);
    Stage::configure(romeo, field("roomowners", "juliet@montague.example"));
    juliet.receives(here("Romeo", juliet_jid, "affiliation='admin' role='moderator' jid='" + romeo_jid + "'"));
    juliet.receives(here("Juliet", juliet_jid, "affiliation='owner' role='moderator' jid='" + juliet_jid + "'", code(110)));
    juliet.receives(here("Romeo", juliet_jid, "affiliation='admin' role='moderator' jid='" + romeo_jid + "'"));
}

TEST_CASE("XEP-0045 10.2: when a room becomes members-only others are removed with 322") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    auto& tybalt = stage.enters(tybalt_jid, "Tybalt");
    romeo.sets(admin("<item affiliation='member' jid='tybalt@montague.example'/>"), room);
    for (TestClient* client : {&romeo, &juliet, &tybalt}) client->forget_received();
    Stage::configure(romeo, field("membersonly", "1"));
    juliet.receives(gone("Juliet", juliet_jid, "affiliation='none' role='none' jid='" + juliet_jid + "'", code(322) + code(110)));
    juliet.receives_nothing_more();
    tybalt.receives(gone("Juliet", tybalt_jid, "affiliation='none' role='none'", code(322)));
    tybalt.receives(told(tybalt_jid, code(104)));
}

TEST_CASE("XEP-0045 10.2.1: occupants hear of a change: 172 and 173 when addresses are shown or hidden, 104 for the rest") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.forget_received();
    Stage::configure(romeo, field("whois", "anyone"));
    juliet.receives(told(juliet_jid, code(172)));
    Stage::configure(romeo, field("whois", "moderators"));
    juliet.receives(told(juliet_jid, code(173)));
    Stage::configure(romeo, field("roomname", "Garden"));
    juliet.receives(told(juliet_jid, code(104)));
    Stage::configure(romeo, field("roomname", "Garden"));
    juliet.receives_nothing_more();
}

TEST_CASE("XEP-0045 5.1.2: where nobody needs voice any more, everybody has it") {
    Stage stage;
    auto& romeo = stage.romeo(field("moderatedroom", "1"));
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.forget_received();
    Stage::configure(romeo, field("moderatedroom", "0"));
    juliet.receives(here("Juliet", juliet_jid, "affiliation='none' role='participant' jid='" + juliet_jid + "'", code(110)));
}

TEST_CASE("XEP-0045 10.9: a destroyed room tells each client once, with reason and venue, and is gone for good") {
    Stage stage;
    auto& romeo = stage.romeo(field("persistentroom", "1"));
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.forget_received();
    romeo.forget_received();
    const std::string inside = "<reason>Macbeth doth come.</reason>";
    const std::string destroy = "<query xmlns='http://jabber.org/protocol/muc#owner'><destroy jid='tomb@rooms.montague.example'>" + inside + "</destroy></query>";
    juliet.is_refused("set", destroy, "forbidden", room);
    romeo.sends("<iq type='set' id='d1' to='" + room + "'>" + destroy + "</iq>");
    const std::string destroyed = "<destroy jid='tomb@rooms.montague.example'>" + inside + "</destroy>" + code(110);
    juliet.receives(gone("Juliet", juliet_jid, "affiliation='none' role='none'", destroyed));
    juliet.receives_nothing_more();
    romeo.receives(gone("Romeo", romeo_jid, "affiliation='none' role='none'", destroyed));
    romeo.receives("<iq type='result' id='d1' from='" + room + "' to='" + romeo_jid + "'/>");
    stage.restarts();
    auto& again = stage.connect(juliet_jid);
    again.is_refused("get", info, "item-not-found", room);
    again.sends("<presence to='" + room + "/Juliet'>" + muc + "</presence>");
    again.receives(here("Juliet", juliet_jid, "affiliation='owner' role='moderator' jid='" + juliet_jid + "'", code(110) + code(201)));
    again.receives(no_subject(juliet_jid));
}

TEST_CASE("DESIGN 4.1: a persistent room keeps config, lists, subject and history over a restart, what was said in a temporary one is gone") {
    Stage stage;
    auto& romeo = stage.romeo(field("roomname", "Garden"));
    romeo.sends(say("<body>But soft</body>"));
    Stage::configure(romeo, field("persistentroom", "1") + field("roomadmins", "paris@montague.example"));
    romeo.sends(say("<body>What light</body>"));
    romeo.sends(say("<subject>Light</subject>"));
    romeo.sets(admin("<item affiliation='outcast' jid='tybalt@montague.example'><reason>Cat</reason></item>"), room);
    romeo.sends("<presence to='tomb@rooms.montague.example/Romeo'>" + muc + "</presence>");
    romeo.sets(with_x("submit"), "tomb@rooms.montague.example");
    stage.restarts();

    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.receives(here("Juliet", juliet_jid, "affiliation='none' role='participant' jid='" + juliet_jid + "'", code(110) + code(170)));
    juliet.receives(said("Romeo", juliet_jid, "<body>What light</body>" + delayed()));
    juliet.receives(said("Romeo", juliet_jid, "<subject>Light</subject>" + delayed()));
    juliet.receives_nothing_more();
    auto& again = stage.connect(romeo_jid);
    CHECK(again.gets(admin("<item affiliation='outcast'/>"), room) == admin("<item affiliation='outcast' jid='tybalt@montague.example'><reason>Cat</reason></item>"));
    CHECK(again.gets(admin("<item affiliation='admin'/>"), room) == admin("<item affiliation='admin' jid='paris@montague.example'/>"));
    stage.passes(std::chrono::minutes(5));
    CHECK(again.gets(items, host) == "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='" + room + "' name='Garden'/></query>");
    again.is_refused("get", info, "item-not-found", "tomb@rooms.montague.example");
}

TEST_CASE("DESIGN 4.1: a room that is no longer persistent leaves nothing of what was said behind, and ends with its last occupant") {
    Stage stage;
    auto& romeo = stage.romeo(field("persistentroom", "1"));
    romeo.sends(say("<body>But soft</body>"));
    Stage::configure(romeo, field("persistentroom", "0"));
    std::size_t entries = 99;
    stage.store().page(room, {}, [&](const auto& page) { entries = page->size(); });
    CHECK(entries == 0);
    romeo.sends("<presence type='unavailable' to='" + room + "/Romeo'/>");
    stage.restarts();
    stage.connect(romeo_jid).is_refused("get", info, "item-not-found", room);
}

TEST_CASE("DESIGN 4.1: a configuration that the store refuses leaves all as it was") {
    Stage stage;
    auto& romeo = stage.romeo(field("persistentroom", "1"));
    stage.store().refuse_next(store::Refusal::resource_constraint);
    romeo.is_refused("set", Stage::form(field("roomname", "Tomb") + field("membersonly", "1")), "resource-constraint", room);
    CHECK(has(romeo.gets(info, room), "muc_open"));
    CHECK_FALSE(has(romeo.gets(items, host), "Tomb"));
    stage.store().refuse_next(store::Refusal::resource_constraint);
    romeo.is_refused("set", "<query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query>", "resource-constraint", room);
    romeo.sends(say("<body>But soft</body>"));
    CHECK(romeo.next().attribute("type") == "groupchat");
}

TEST_CASE("DESIGN 4.1: a subject that the store refuses is taken back") {
    Stage stage;
    auto& romeo = stage.romeo(field("persistentroom", "1"));
    romeo.sends(say("<subject>Light</subject>"));
    romeo.forget_received();
    stage.store().refuse_next(store::Refusal::resource_constraint);
    romeo.sends(say("<subject>Night</subject>"));
    CHECK(refusal(romeo) == "resource-constraint");
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.receives_somewhere(said("Romeo", juliet_jid, "<subject>Light</subject>" + delayed()));
}

TEST_CASE("DESIGN 9.5: stanzas that arrive while a room is being read wait for it, in order and within a limit") {
    Stage stage;
    stage.romeo(field("persistentroom", "1"));
    stage.restarts();
    auto& juliet = stage.connect(juliet_jid);
    const_cast<routing::Node&>(stage.node()).limits.waiting_stanzas = 2;
    stage.store().hold();
    juliet.sends("<presence to='" + room + "/Juliet'>" + muc + "</presence>");
    juliet.sends(say("<body>Ay me!</body>"));
    juliet.receives_nothing_more();
    juliet.sends(say("<body>Too much</body>"));
    CHECK(refusal(juliet) == "resource-constraint");
    stage.store().release();
    CHECK(juliet.next().attribute("type") == std::nullopt);
    juliet.receives(no_subject(juliet_jid));
    CHECK(juliet.next().child_text({xml::stanza_ns, "body"}) == "Ay me!");
    juliet.receives_nothing_more();
}

TEST_CASE("XEP-0045 6.2, 6.3: the service says what it is and lists public rooms, not hidden ones") {
    Stage stage;
    auto& romeo = stage.romeo();
    const auto about = romeo.gets(info, host);
    CHECK(has(about, "category='conference' type='text'"));
    CHECK(has(about, "var='http://jabber.org/protocol/muc'"));
    CHECK(romeo.gets(items, host) == "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='" + room + "' name='garden'/></query>");
    Stage::configure(romeo, field("publicroom", "0"));
    CHECK(romeo.gets(items, host) == items);
    CHECK(romeo.gets("<ping xmlns='urn:xmpp:ping'/>", host).empty());
    romeo.is_refused("get", "<query xmlns='jabber:iq:version'/>", "service-unavailable", host);
    romeo.is_refused("set", "<query xmlns='jabber:iq:register'/>", "service-unavailable", host);
}

TEST_CASE("XEP-0045 6.3, XEP-0059 2.2: the list of rooms comes in pages when asked") {
    Stage stage;
    auto& romeo = stage.connect(romeo_jid);
    for (const std::string name : {"a", "b", "c"}) {
        romeo.sends("<presence to='" + name + "@rooms.montague.example/Romeo'>" + muc + "</presence>");
        romeo.sets(with_x("submit"), name + "@rooms.montague.example");
    }
    const auto page = [&](const std::string& wish) {
        return romeo.gets("<query xmlns='http://jabber.org/protocol/disco#items'><set xmlns='http://jabber.org/protocol/rsm'>" + wish + "</set></query>", host);
    };
    const auto item = [](const std::string& name) { return "<item jid='" + name + "@rooms.montague.example' name='" + name + "'/>"; };
    const auto mark = [](const std::string& first, const std::string& index, const std::string& last) {
        return "<set xmlns='http://jabber.org/protocol/rsm'><first index='" + index + "'>" + first + "@rooms.montague.example</first><last>" + last +
               "@rooms.montague.example</last><count>3</count></set>";
    };
    const std::string open = "<query xmlns='http://jabber.org/protocol/disco#items'>";
    CHECK(page("<max>2</max>") == open + item("a") + item("b") + mark("a", "0", "b") + "</query>");
    CHECK(page("<max>2</max><after>b@rooms.montague.example</after>") == open + item("c") + mark("c", "2", "c") + "</query>");
    CHECK(page("<max>1</max><before/>") == open + item("c") + mark("c", "2", "c") + "</query>");
    CHECK(page("<max>0</max>") == open + "<set xmlns='http://jabber.org/protocol/rsm'><count>3</count></set></query>");
}

TEST_CASE("XEP-0307 2: the service knows a name that no room has") {
    Stage stage;
    auto& romeo = stage.romeo();
    const std::string unique = "<unique xmlns='http://jabber.org/protocol/muc#unique'/>";
    CHECK(has(romeo.gets(info, host), "'http://jabber.org/protocol/muc#unique'"));
    const auto answer = romeo.gets(unique, host);
    const auto begin = answer.find('>') + 1;
    const std::string name = answer.substr(begin, answer.find('<', begin) - begin);
    CHECK(name.size() == 16);
    CHECK(romeo.gets(unique, host) != answer);
    romeo.sends("<presence to='" + name + "@" + host + "/Romeo'>" + muc + "</presence>");
    CHECK(has(xml::to_string(romeo.next()), "'201'"));
}

TEST_CASE("XEP-0045 6.4, 16.3, 18.1.1: a room tells its kind and its particulars; the subject only inside where not everybody may enter") {
    Stage stage;
    auto& romeo = stage.romeo(field("roomname", "Garden") + field("roomdesc", "Below a balcony"));
    romeo.sends(say("<subject>Light</subject>"));
    auto& juliet = stage.connect(juliet_jid);
    const auto about = juliet.gets(info, room);
    for (const std::string part : {"name='Garden'", "muc_public", "muc_temporary", "muc_open", "muc_unmoderated", "muc_semianonymous", "muc_unsecured", "#stable_id",
                                   "Below a balcony", "Light", "muc#roominfo_occupants"})
        CHECK_MESSAGE(has(about, part), part);
    Stage::configure(romeo, field("membersonly", "1") + field("persistentroom", "1") + field("moderatedroom", "1") + field("whois", "anyone") +
                                field("passwordprotectedroom", "1") + field("roomsecret", "rosaline"));
    const auto now = juliet.gets(info, room);
    for (const std::string part : {"muc_persistent", "muc_membersonly", "muc_moderated", "muc_nonanonymous", "muc_passwordprotected", "urn:xmpp:sid:0"})
        CHECK_MESSAGE(has(now, part), part);
    CHECK_FALSE(has(now, "Light"));
    CHECK(has(romeo.gets(info, room), "Light"));
    juliet.is_refused("get", "<query xmlns='http://jabber.org/protocol/disco#info' node='http://jabber.org/protocol/muc#traffic'/>", "feature-not-implemented", room);
}

TEST_CASE("XEP-0045 6.5, 6.6: who is inside is told inside only; every IQ has an answer") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.connect(juliet_jid);
    CHECK(juliet.gets(items, room) == items);
    CHECK(has(romeo.gets(items, room), room + "/Romeo"));
    for (const std::string kind : {"info", "items"})
        juliet.is_refused("get", "<query xmlns='http://jabber.org/protocol/disco#" + kind + "'/>", "bad-request", room + "/Romeo");
    juliet.is_refused("get", "<query xmlns='jabber:iq:auth'/>", "service-unavailable", room);
    CHECK(juliet.gets("<ping xmlns='urn:xmpp:ping'/>", room).empty());
}
