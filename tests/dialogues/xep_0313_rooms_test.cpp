// SPDX-License-Identifier: MIT
// XEP-0313 Message Archive Management 1.1.3 in rooms: what is kept, who may read it, what he sees of the authors.
#include "dialogues/xep_0045_play.h"
#include "dialogues/xep_0313_play.h"

using namespace play;
using archive_play::ask_archive, archive_play::Found, archive_play::query, archive_play::set;

namespace {

const std::string lasting = field("persistentroom", "1");
const std::string metadata = "<metadata xmlns='urn:xmpp:mam:2'/>";
const std::string info = "<query xmlns='http://jabber.org/protocol/disco#info'/>";

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
std::string where(const std::string& var, const std::string& value) { return query(archive_play::form(archive_play::field(var, value))); }
std::string words(TestClient& who, const std::string& payload = query()) { return ask_archive(who, payload, room).words(); }
std::string all(TestClient& who) {
    std::string text;
    for (const xml::Element& message : ask_archive(who, query(), room).messages) text += xml::to_string(message) + "\n";
    return text;
}
// Time passes between what is said.
void says(Stage& stage, TestClient& who, const std::string& text) {
    stage.passes(std::chrono::seconds(10));
    who.sends(say("<body>" + text + "</body>"));
}
std::string jid_shown(const std::string& jid) { return "<x xmlns='http://jabber.org/protocol/muc#user'><item jid='" + jid + "'/></x>"; }
std::string affiliate(const std::string& affiliation, const std::string& bare) {
    return admin("<item affiliation='" + affiliation + "' jid='" + bare + "'/>");
}

}  // namespace

TEST_CASE("XEP-0313 3.3.2, 7: a room that keeps what is said tells so itself; no other does, nor the service") {
    Stage stage;
    auto& romeo = stage.romeo();
    const auto tells = [&](const std::string& of) { return has(romeo.gets(info, of), "urn:xmpp:mam:2"); };
    CHECK_FALSE(tells(room));
    romeo.is_refused("set", query(), "service-unavailable", room);
    romeo.is_refused("get", metadata, "service-unavailable", room);
    Stage::configure(romeo, lasting);
    CHECK(has(romeo.gets(info, room), "'urn:xmpp:mam:2'"));
    CHECK(has(romeo.gets(info, room), "'urn:xmpp:mam:2#extended'"));
    CHECK_FALSE(tells("rooms.montague.example"));
    Stage::configure(romeo, field("enablelogging", "0"));
    CHECK_FALSE(tells(room));
    romeo.is_refused("set", query(), "service-unavailable", room);
    romeo.is_refused("get", "<prefs xmlns='urn:xmpp:mam:2'/>", "service-unavailable", room);
}

TEST_CASE("XEP-0313 6.1.2, 3.5, 8.4: a message is kept once, from its occupant, to nobody, under the id that all got") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.forget_received();
    juliet.sends("<message type='groupchat' id='m1' to='" + room + "'><body>Ay me!</body>" + jid_shown("nurse@montague.example") +
                 "<stanza-id xmlns='urn:xmpp:sid:0' id='7' by='" + room + "'/></message>");
    const auto live = romeo.next().child({"urn:xmpp:sid:0", "stanza-id"});
    REQUIRE(live.has_value());
    const Found found = ask_archive(juliet, query(), room);
    REQUIRE(found.ids == std::vector{std::string(live->attribute("id").value_or(""))});
    CHECK(found.is_complete());
    CHECK(found.stamps.front() == "2023-11-14T22:13:20Z");
    CHECK(same_xml("<message type='groupchat' id='m1' from='" + room + "/Juliet'><body>Ay me!</body>" + occupant_id + stanza_id + "</message>",
                   xml::to_string(found.messages.front())));
}

TEST_CASE("XEP-0313 6.1.2: private messages, presence, chat states and what the room refused are not kept") {
    Stage stage;
    auto& romeo = stage.romeo(lasting + field("moderatedroom", "1"));
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.sends(say("<body>refused</body>"));
    juliet.sends("<message type='chat' to='" + room + "/Romeo'><body>private</body></message>");
    romeo.sends(say("<composing xmlns='http://jabber.org/protocol/chatstates'/>"));
    romeo.sends(say("<body>whispered</body><no-store xmlns='urn:xmpp:hints'/>"));
    juliet.sends("<presence to='" + room + "/Juliet'><show>away</show></presence>");
    romeo.sends(say("<body>said</body>"));
    CHECK(words(romeo) == "said");
}

TEST_CASE("XEP-0313 6.1.2, XEP-0045 7.2.13: changes of subject are in the archive, with their ids, and not in the history") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    romeo.sends(say("<subject>Love</subject>"));
    const auto live = romeo.next().child({"urn:xmpp:sid:0", "stanza-id"});
    REQUIRE(live.has_value());
    romeo.sends(say("<body>But soft</body>"));
    for (const bool is_new : {false, true}) {
        if (is_new) stage.restarts();
        auto& juliet = stage.enters(juliet_jid, "Juliet");
        std::vector<std::string> heard;
        while (juliet.has_received() && !has(heard.emplace_back(xml::to_string(juliet.next())), "'110'")) {}
        juliet.receives(said("Romeo", juliet_jid, "<body>But soft</body>" + delayed()));
        juliet.receives("<message type='groupchat' from='" + room + "/Romeo' to='" + juliet_jid + "'><subject>Love</subject>" + occupant_id + delayed() + "</message>");
        juliet.receives_nothing_more();
        const Found found = ask_archive(juliet, query(), room);
        REQUIRE(found.ids.size() == 2);
        CHECK(found.ids.front() == live->attribute("id"));
        CHECK(found.messages.front().child_text({xml::stanza_ns, "subject"}) == "Love");
        juliet.sends("<presence type='unavailable' to='" + room + "/Juliet'/>");
    }
}

TEST_CASE("XEP-0333, XEP-0184: who has read what is kept where its sender asks for it, and takes no place in the history") {
    Stage stage;
    auto& romeo = stage.romeo(lasting + "<field var='muc#maxhistoryfetch'><value>2</value></field>");
    const std::string store = "<store xmlns='urn:xmpp:hints'/>";
    for (const std::string text : {"one", "two", "three"}) romeo.sends(say("<body>" + text + "</body><markable xmlns='urn:xmpp:chat-markers:0'/>"));
    for (int i = 0; i < 3; ++i) romeo.sends(say("<displayed xmlns='urn:xmpp:chat-markers:0' id='" + std::to_string(i) + "'/>" + store));
    romeo.sends(say("<received xmlns='urn:xmpp:receipts' id='1'/>" + store));
    for (const bool is_new : {false, true}) {
        if (is_new) stage.restarts();
        auto& juliet = stage.enters(juliet_jid, "Juliet");
        std::string heard;
        while (juliet.has_received()) heard += xml::to_string(juliet.next());
        CHECK(has(heard, ">two<"));
        CHECK(has(heard, ">three<"));
        CHECK(!has(heard, ">one<"));
        CHECK(!has(heard, "<displayed "));
        CHECK(!has(heard, "<received "));
        CHECK(ask_archive(juliet, query(), room).ids.size() == 7);
        juliet.sends("<presence type='unavailable' to='" + room + "/Juliet'/>");
    }
}

TEST_CASE("DESIGN 4.1: a change of subject that the store refuses is heard by nobody and is in no archive") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    stage.store().refuse_next(store::Refusal::resource_constraint);
    romeo.sends(say("<subject>Hate</subject>"));
    CHECK(refusal(romeo) == "resource-constraint");
    romeo.receives_nothing_more();
    CHECK(ask_archive(romeo, query(), room).ids.empty());
    CHECK(!has(romeo.gets(info, room), "Hate"));
}

TEST_CASE("XEP-0313 6.1.2: an open room's archive is for everybody but the banned, whether he is inside or not") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    romeo.sends(say("<body>But soft</body>"));
    auto& tybalt = stage.connect(tybalt_jid);
    CHECK(words(tybalt) == "But soft");
    CHECK(has(tybalt.gets("<query xmlns='urn:xmpp:mam:2'/>", room), "'before-id'"));
    romeo.sets(affiliate("outcast", "tybalt@montague.example"), room);
    for (const std::string& payload : {query(), where("with", room)}) tybalt.is_refused("set", payload, "forbidden", room);
    tybalt.is_refused("get", "<query xmlns='urn:xmpp:mam:2'/>", "forbidden", room);
    tybalt.is_refused("get", metadata, "forbidden", room);
    tybalt.is_refused("set", query(), "item-not-found", "nowhere@rooms.montague.example");
}

TEST_CASE("DESIGN 4.1, 9.5: the archive is there when nobody has been in the room since the server began") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    romeo.sends(say("<body>But soft</body>"));
    const auto before = ask_archive(romeo, query(), room).ids;
    stage.crashes();
    auto& juliet = stage.connect(juliet_jid);
    CHECK(has(juliet.gets(info, room), "'urn:xmpp:mam:2'"));
    CHECK(ask_archive(juliet, query(), room).ids == before);
    CHECK(has(juliet.gets(metadata, room), before.front()));
}

TEST_CASE("XEP-0313 6.1.2: a members-only room's archive is for its members, for as long as they are") {
    Stage stage;
    auto& romeo = stage.romeo(lasting + field("membersonly", "1"));
    romeo.sends(say("<body>But soft</body>"));
    auto& juliet = stage.connect(juliet_jid);
    juliet.is_refused("set", query(), "forbidden", room);
    romeo.sets(affiliate("member", "juliet@montague.example"), room);
    CHECK(words(juliet) == "But soft");
    romeo.sets(affiliate("none", "juliet@montague.example"), room);
    juliet.is_refused("set", query(), "forbidden", room);
    juliet.is_refused("get", metadata, "forbidden", room);
}

TEST_CASE("XEP-0313 6.1.2: where a password is needed, who is inside reads, and who belongs to the room") {
    Stage stage;
    auto& romeo = stage.romeo(lasting + field("passwordprotectedroom", "1") + field("roomsecret", "rosaline"));
    romeo.sends(say("<body>But soft</body>"));
    auto& tybalt = stage.connect(tybalt_jid);
    tybalt.is_refused("set", query(), "forbidden", room);
    tybalt.sends("<presence to='" + room + "/Tybalt'><x xmlns='http://jabber.org/protocol/muc'><password>rosaline</password></x></presence>");
    CHECK(words(tybalt) == "But soft");
    tybalt.sends("<presence type='unavailable' to='" + room + "/Tybalt'/>");
    tybalt.is_refused("set", query(), "forbidden", room);
    romeo.sets(affiliate("member", "tybalt@montague.example"), room);
    CHECK(words(tybalt) == "But soft");
}

TEST_CASE("XEP-0313 6.1.2: authors' addresses are shown to moderators only, or to all where the room hides them from nobody") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    auto& tybalt = stage.connect(tybalt_jid);
    juliet.sends(say("<body>Ay me!</body>"));
    for (TestClient* reader : {&juliet, &tybalt}) {
        CHECK(!has(all(*reader), "juliet@montague.example"));
        CHECK(!has(all(*reader), "muc#user"));
    }
    CHECK(has(all(romeo), jid_shown(juliet_jid)));
    romeo.sends("<presence type='unavailable' to='" + room + "/Romeo'/>");
    CHECK(has(all(romeo), jid_shown(juliet_jid)));  // he need not be inside
    Stage::configure(romeo, field("whois", "anyone"));
    for (TestClient* reader : {&juliet, &tybalt}) CHECK(has(all(*reader), jid_shown(juliet_jid)));
    Stage::configure(romeo, field("whois", "moderators"));
    CHECK(!has(all(juliet), "muc#user"));
}

TEST_CASE("XEP-0313 4.1.1: by author, for those who may know him, and for himself; the room's own address means everybody") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    says(stage, romeo, "one");
    says(stage, juliet, "two");
    says(stage, romeo, "three");
    CHECK(words(romeo, where("with", "juliet@montague.example")) == "two");
    CHECK(words(romeo, where("with", romeo_jid)) == "one three");
    CHECK(words(romeo, where("with", "romeo@montague.example/street")) == "");
    CHECK(words(juliet, where("with", "juliet@montague.example")) == "two");
    CHECK(words(juliet, where("with", room)) == "one two three");
    for (const std::string other : {"romeo@montague.example", "nobody@montague.example", "other@rooms.montague.example"})
        juliet.is_refused("set", where("with", other), "forbidden", room);
    juliet.is_refused("set", where("with", "not@an@address"), "jid-malformed", room);
    Stage::configure(romeo, field("whois", "anyone"));
    CHECK(words(juliet, where("with", "romeo@montague.example")) == "one three");
}

TEST_CASE("XEP-0313 4.1.1: by occupant, for everybody: what was said under that nick, whoever had it") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    const std::string nick = "Juliet &lt;3 &amp; &apos;co&apos;";
    auto& juliet = stage.enters(juliet_jid, nick);
    says(stage, romeo, "one");
    says(stage, juliet, "two");
    says(stage, romeo, "three");
    says(stage, juliet, "four");
    says(stage, romeo, "4.5");
    romeo.sends("<presence to='" + room + "/Paris'/>");
    says(stage, romeo, "five");
    says(stage, romeo, room + "/Romeo");
    auto& tybalt = stage.connect(tybalt_jid);
    CHECK(words(tybalt, where("with", room + "/" + nick)) == "two four");
    CHECK(words(tybalt, where("with", room + "/Romeo")) == "one three 4.5");
    CHECK(words(tybalt, where("with", room + "/Nobody")) == "");
    const auto with = archive_play::form(archive_play::field("with", room + "/Romeo"));
    const Found first = ask_archive(tybalt, query(with + set("<max>1</max>")), room);
    CHECK(first.words() == "one");
    CHECK_FALSE(first.is_complete());
    const Found second = ask_archive(tybalt, query(with + set("<max>1</max><after>" + first.told("last") + "</after>")), room);
    CHECK(second.words() == "three");
    CHECK_FALSE(second.is_complete());
    CHECK(words(tybalt, query(with + set("<max>1</max><before/>"))) == "4.5");
    CHECK(words(tybalt, query(with + "<flip-page/>")) == "4.5 three one");
}

TEST_CASE("DESIGN 4.3: for one occupant 2000 messages are looked through; what was found by then is a page") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    says(stage, juliet, "first");
    says(stage, romeo, "and");
    for (int i = 0; i < 2500; ++i) romeo.sends(say("<body>and</body>"));
    says(stage, juliet, "next");
    for (int i = 0; i < 300; ++i) romeo.sends(say("<body>and</body>"));
    says(stage, juliet, "last");
    const auto with = archive_play::field("with", room + "/Juliet");
    const Found first = ask_archive(juliet, query(archive_play::form(with)), room);
    CHECK(first.words() == "first");
    CHECK_FALSE(first.is_complete());
    const std::string next = archive_play::form(with) + set("<after>" + first.told("last") + "</after>");
    juliet.is_refused("set", query(next), "policy-violation", room);
    CHECK(words(juliet, query(archive_play::form(with) + set("<before/>"))) == "next last");
    CHECK(ask_archive(juliet, query(archive_play::form(with + archive_play::field("end", "2023-11-14T22:13:30Z"))), room).is_complete());
}

TEST_CASE("XEP-0313 3, 6.2, XEP-0359 2.1, 3: ids cannot be guessed from those before, and none is used twice, restarted or emptied") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    for (int i = 0; i < 3; ++i) romeo.sends(say("<body>now</body>"));
    const auto ids = ask_archive(romeo, query(), room).ids;
    REQUIRE(ids.size() == 3);
    CHECK(std::stoull(ids[1]) > std::stoull(ids[0]) + 1);
    CHECK(std::stoull(ids[2]) - std::stoull(ids[1]) != std::stoull(ids[1]) - std::stoull(ids[0]));
    Stage::configure(romeo, field("enablelogging", "0"));
    Stage::configure(romeo, field("enablelogging", "1"));
    romeo.sends(say("<body>again</body>"));
    stage.restarts();
    auto& again = stage.enters(romeo_jid, "Romeo");
    again.sends(say("<body>later</body>"));
    const Found found = ask_archive(again, query(), room);
    CHECK(found.words() == "again later");
    CHECK(std::stoull(found.ids[0]) > std::stoull(ids[2]));
    CHECK(std::stoull(found.ids[1]) > std::stoull(found.ids[0]));
}

TEST_CASE("XEP-0359 4, XEP-0313 3.3: what was said before a room had an archive is history without an id in it") {
    Stage stage;
    auto& romeo = stage.romeo();
    romeo.sends(say("<body>while temporary</body>"));
    Stage::configure(romeo, field("persistentroom", "1"));
    romeo.sends(say("<body>kept</body>"));
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    std::vector<std::string> seen;
    while (juliet.has_received()) {
        const xml::Element stanza = juliet.next();
        if (!stanza.has_child({xml::stanza_ns, "body"})) continue;
        seen.push_back(stanza.child_text({xml::stanza_ns, "body"}) + (stanza.has_child({"urn:xmpp:sid:0", "stanza-id"}) ? " with an id" : ""));
    }
    CHECK(seen == std::vector<std::string>{"while temporary", "kept with an id"});
}

TEST_CASE("XEP-0313 6.1, XEP-0444, 0384, 0333: a room keeps what accounts keep, and history has only what was said") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    const std::string reaction = "<reactions xmlns='urn:xmpp:reactions:0' id='1'><reaction>!</reaction></reactions>";
    const std::string secret = "<encrypted xmlns='urn:xmpp:omemo:2'><payload>x</payload></encrypted>";
    const std::string marker = "<displayed xmlns='urn:xmpp:chat-markers:0' id='1'/>";
    for (const std::string& content : {reaction, secret, marker}) {
        romeo.sends(say(content));
        CHECK(romeo.next().has_child({"urn:xmpp:sid:0", "stanza-id"}));
    }
    for (const std::string content : {"<composing xmlns='http://jabber.org/protocol/chatstates'/>", "<markable xmlns='urn:xmpp:chat-markers:0'/>"}) {
        romeo.sends(say(content));
        CHECK_FALSE(romeo.next().has_child({"urn:xmpp:sid:0", "stanza-id"}));
    }
    CHECK(ask_archive(romeo, query(), room).ids.size() == 3);
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    std::size_t replayed = 0;
    while (juliet.has_received()) {
        const xml::Element stanza = juliet.next();
        if (!stanza.has_child({"urn:xmpp:delay", "delay"})) continue;
        ++replayed;
        CHECK(stanza.has_child({"urn:xmpp:omemo:2", "encrypted"}));
    }
    CHECK(replayed == 1);
}
