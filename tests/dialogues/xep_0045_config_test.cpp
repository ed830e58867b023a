// SPDX-License-Identifier: MIT
// XEP-0045 10, 16.5.3: what each choice of the owner does for those who are in the room.
#include "dialogues/xep_0045_play.h"

using namespace play;

namespace {

const std::string owner_query = "<query xmlns='http://jabber.org/protocol/muc#owner'/>";

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
std::string roles(const std::string& name, const std::vector<std::string>& values) {
    std::string text = "<field var='muc#roomconfig_" + name + "'>";
    for (const std::string& value : values) text += "<value>" + value + "</value>";
    return text + "</field>";
}
std::string role(const std::string& name, const std::string& nick) { return "<item role='" + name + "' nick='" + nick + "'/>"; }
std::string told(const std::string& to, const std::string& codes) {
    return said({}, to, "<x xmlns='http://jabber.org/protocol/muc#user'>" + codes + "</x>");
}
// The role that the last presence with code 110 gives.
std::string role_on_entry(TestClient& client, const std::string& nick) {
    client.sends("<presence to='" + room + "/" + nick + "'>" + muc + "</presence>");
    std::string found;
    while (client.has_received()) {
        const auto stanza = xml::to_string(client.next());
        const auto at = stanza.find("role='");
        if (has(stanza, "'110'")) found = stanza.substr(at + 6, stanza.find('\'', at + 6) - at - 6);
    }
    return found;
}

}  // namespace

TEST_CASE("XEP-0045 7.2.12, 10.2.1, 14.3: who enters a room that keeps what is said is warned with 170; 170 and 171 tell of a change") {
    Stage stage;
    auto& romeo = stage.romeo();
    Stage::configure(romeo, field("persistentroom", "1"));
    romeo.receives(told(romeo_jid, code(170) + code(104)));
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.receives_somewhere(here("Juliet", juliet_jid, "affiliation='none' role='participant' jid='" + juliet_jid + "'", code(110) + code(170)));
    romeo.forget_received();
    Stage::configure(romeo, field("enablelogging", "0"));
    romeo.receives(told(romeo_jid, code(171)));
    auto& tybalt = stage.enters(tybalt_jid, "Tybalt");
    tybalt.receives_somewhere(here("Tybalt", tybalt_jid, "affiliation='none' role='participant' jid='" + tybalt_jid + "'", code(110)));
}

TEST_CASE("XEP-0045 10: what is said in a room that keeps nothing touches no disk, the room itself does") {
    Stage stage;
    auto& romeo = stage.romeo(field("persistentroom", "1") + field("enablelogging", "0"));
    stage.store().refuse_next(store::Refusal::resource_constraint);
    romeo.sends(say("<body>But soft</body>"));
    romeo.receives(said("Romeo", romeo_jid, "<body>But soft</body>"));
    romeo.is_refused("set", admin("<item affiliation='member' jid='juliet@montague.example'/>"), "resource-constraint", room);  // now it did
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.receives_somewhere(said("Romeo", juliet_jid, "<body>But soft</body>" + delayed()));
    stage.restarts();
    auto& again = stage.enters(juliet_jid, "Juliet");
    again.receives_somewhere(here("Juliet", juliet_jid, "affiliation='none' role='participant' jid='" + juliet_jid + "'", code(110)));
    again.receives(no_subject(juliet_jid));
    again.receives_nothing_more();
}

TEST_CASE("XEP-0045 7.2.2, 5.1: presence of roles that are not broadcast reaches nobody but the occupant itself") {
    Stage stage;
    auto& romeo = stage.romeo(field("moderatedroom", "1") + roles("presencebroadcast", {"moderator", "participant"}));
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.receives(here("Romeo", juliet_jid, "affiliation='owner' role='moderator'"));
    juliet.receives(here("Juliet", juliet_jid, "affiliation='none' role='visitor' jid='" + juliet_jid + "'", code(110)));
    romeo.receives_nothing_more();
    auto& tybalt = stage.enters(tybalt_jid, "Tybalt");
    tybalt.receives(here("Romeo", tybalt_jid, "affiliation='owner' role='moderator'"));
    tybalt.receives(here("Tybalt", tybalt_jid, "affiliation='none' role='visitor' jid='" + tybalt_jid + "'", code(110)));
    juliet.sends("<presence to='" + room + "/Capulet'/>");
    tybalt.sends("<presence type='unavailable' to='" + room + "/Tybalt'/>");
    romeo.receives_nothing_more();
    CHECK(!has(romeo.gets("<query xmlns='http://jabber.org/protocol/disco#items'/>", room), "Capulet"));
    // Given voice she appears, without it she is gone from sight.
    romeo.sets(admin(role("participant", "Capulet")), room);
    const std::string item = "affiliation='none' role='participant' jid='" + juliet_jid + "'";
    romeo.receives("<presence from='" + room + "/Capulet' to='" + romeo_jid + "'><x xmlns='http://jabber.org/protocol/muc#user'><item " + item +
                   "><actor nick='Romeo'/></item></x>" + occupant_id + "</presence>");
    romeo.sets(admin(role("visitor", "Capulet")), room);
    romeo.receives(gone("Capulet", romeo_jid, "affiliation='none' role='none' jid='" + juliet_jid + "'"));
    juliet.sends(say("<body>Ay me!</body>"));
    juliet.sends("<presence type='unavailable' to='" + room + "/Capulet'/>");
    romeo.receives_nothing_more();
}

TEST_CASE("XEP-0045 5.1: those whose role is hidden or shown from now on disappear and appear") {
    Stage stage;
    auto& romeo = stage.romeo(field("moderatedroom", "1"));
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.forget_received();
    Stage::configure(romeo, roles("presencebroadcast", {"moderator"}));
    romeo.receives(gone("Juliet", romeo_jid, "affiliation='none' role='none' jid='" + juliet_jid + "'"));
    romeo.receives(told(romeo_jid, code(104)));
    Stage::configure(romeo, roles("presencebroadcast", {"moderator", "visitor"}));
    romeo.receives(here("Juliet", romeo_jid, "affiliation='none' role='visitor' jid='" + juliet_jid + "'"));
    romeo.is_refused("set", Stage::form(roles("presencebroadcast", {"king"})), "not-acceptable", room);
    CHECK(juliet.is_connected());
}

TEST_CASE("XEP-0045 5.2.1, 9.5: the owner says who else may read the list of members") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.sets(admin("<item affiliation='member' jid='paris@montague.example'/>"), room);
    juliet.is_refused("get", admin("<item affiliation='member'/>"), "forbidden", room);
    Stage::configure(romeo, roles("getmemberlist", {"moderator", "participant"}));
    CHECK(has(juliet.gets(admin("<item affiliation='member'/>"), room), "paris@montague.example"));
    juliet.is_refused("get", admin("<item affiliation='outcast'/>"), "forbidden", room);
    auto& tybalt = stage.connect(tybalt_jid);
    tybalt.is_refused("get", admin("<item affiliation='member'/>"), "forbidden", room);
}

TEST_CASE("XEP-0045 5.1: in a moderated room voice given and taken is there at the next visit") {
    Stage stage;
    auto& romeo = stage.romeo(field("moderatedroom", "1"));
    auto& juliet = stage.connect(juliet_jid);
    const auto leaves = [&] { juliet.sends("<presence type='unavailable' to='" + room + "/Juliet'/>"); };
    CHECK(role_on_entry(juliet, "Juliet") == "visitor");
    romeo.sets(admin(role("participant", "Juliet")), room);
    leaves();
    CHECK(role_on_entry(juliet, "Juliet") == "participant");
    romeo.sets(admin("<item affiliation='member' jid='juliet@montague.example'/>"), room);
    romeo.sets(admin(role("visitor", "Juliet")), room);
    leaves();
    CHECK(role_on_entry(juliet, "Juliet") == "visitor");
    Stage::configure(romeo, field("moderatedroom", "0"));
    leaves();
    CHECK(role_on_entry(juliet, "Juliet") == "participant");
}

TEST_CASE("XEP-0045 5.1: in a moderated room voice is there after a restart, until it is taken or the user gets an affiliation") {
    Stage stage;
    stage.romeo(field("moderatedroom", "1") + field("persistentroom", "1"));
    const auto changes = [&](const std::string& item) {
        auto& owner = stage.enters(romeo_jid, "Romeo");
        CHECK(role_on_entry(stage.connect(juliet_jid), "Juliet") != "none");
        owner.sets(admin(item), room);
        stage.restarts();
        return role_on_entry(stage.connect(juliet_jid), "Juliet");
    };
    CHECK(changes(role("participant", "Juliet")) == "participant");
    CHECK(changes(role("visitor", "Juliet")) == "visitor");
    CHECK(changes(role("participant", "Juliet")) == "participant");
    CHECK(changes("<item affiliation='member' jid='juliet@montague.example'/>") == "participant");
    CHECK(changes("<item affiliation='none' jid='juliet@montague.example'/>") == "visitor");
    CHECK(changes(role("participant", "Juliet")) == "participant");
    for (const std::string admins : {"juliet@montague.example", "paris@montague.example"})
        Stage::configure(stage.enters(romeo_jid, "Romeo"), field("roomadmins", admins));
    stage.restarts();
    CHECK(role_on_entry(stage.connect(juliet_jid), "Juliet") == "visitor");
    CHECK(changes(role("participant", "Juliet")) == "participant");
    Stage::configure(stage.enters(romeo_jid, "Romeo"), field("moderatedroom", "0"));
    Stage::configure(stage.enters(romeo_jid, "Romeo"), field("moderatedroom", "1"));
    stage.restarts();
    CHECK(role_on_entry(stage.connect(juliet_jid), "Juliet") == "visitor");
}

TEST_CASE("XEP-0045 13: the form speaks the language of the one who asked") {
    Stage stage;
    auto& romeo = stage.romeo();
    CHECK(has(romeo.gets(owner_query, room), "Name of the room"));
    romeo.forget_received();
    romeo.sends("<iq type='get' id='f1' xml:lang='fr-FR' to='" + room + "'>" + owner_query + "</iq>");
    const auto form = xml::to_string(romeo.next());
    CHECK(has(form, "Nom du salon"));
    CHECK(has(form, "Configuration du salon garden"));
}

TEST_CASE("DESIGN 4.3: a room's texts have a length") {
    Stage stage;
    auto& romeo = stage.romeo();
    for (const std::string name : {"roomname", "roomdesc", "lang"})
        romeo.is_refused("set", Stage::form(field(name, std::string(2001, 'a'))), "not-acceptable", room);
    romeo.is_refused("set", Stage::form(field("passwordprotectedroom", "1") + field("roomsecret", std::string(201, 'a'))), "not-acceptable", room);
    Stage::configure(romeo, field("roomname", std::string(200, 'a')));
}

TEST_CASE("XEP-0045 10.2.1: a temporary room, which keeps nothing, tells by 104 that it was set to log") {
    Stage stage;
    auto& romeo = stage.romeo();
    Stage::configure(romeo, field("enablelogging", "0"));
    romeo.receives_somewhere("<message type='groupchat' from='" + room + "' to='" + romeo_jid +
                             "'><x xmlns='http://jabber.org/protocol/muc#user'>" + code(104) + "</x></message>");
}

TEST_CASE("XEP-0045 7.14: what an occupant sends to another's nick does not make him leave") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.forget_received();
    juliet.sends("<presence type='unavailable' to='" + room + "/Romeo'/>");
    romeo.receives_nothing_more();
    juliet.sends("<presence type='unavailable' to='" + room + "/Juliet'/>");
    CHECK(romeo.has_received());
}
