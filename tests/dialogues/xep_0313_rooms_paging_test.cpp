// SPDX-License-Identifier: MIT
// XEP-0313 Message Archive Management 1.1.3 in rooms: pages, how an archive goes with the room's history, what leaves it.
#include "dialogues/xep_0045_play.h"
#include "dialogues/xep_0313_play.h"

using namespace play;
using archive_play::ask_archive, archive_play::Found, archive_play::query, archive_play::set;

namespace {

const std::string lasting = field("persistentroom", "1");
const std::string metadata = "<metadata xmlns='urn:xmpp:mam:2'/>";

std::string where(const std::string& fields) { return query(archive_play::form(fields)); }
std::string is(const std::string& var, const std::string& value) { return archive_play::field(var, value); }
std::string words(TestClient& who, const std::string& payload = query()) { return ask_archive(who, payload, room).words(); }
// Romeo says these, ten seconds between them.
void say_all(Stage& stage, TestClient& romeo, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
        stage.passes(std::chrono::seconds(10));
        romeo.sends(say("<body>" + text + "</body>"));
    }
}
void say_five(Stage& stage, TestClient& romeo) { say_all(stage, romeo, {"one", "two", "three", "four", "five"}); }
std::size_t entries(Stage& stage) {
    std::size_t count = 0;
    stage.store().page(room, {.most = 1000}, [&](auto page) { count = page->size(); });
    return count;
}
// The stanza-ids of the messages with a body that have come, in order.
std::vector<std::string> ids_heard(TestClient& client) {
    std::vector<std::string> ids;
    while (client.has_received()) {
        const xml::Element stanza = client.next();
        const auto id = stanza.child({"urn:xmpp:sid:0", "stanza-id"});
        if (stanza.has_child({xml::stanza_ns, "body"})) ids.emplace_back(id ? id->attribute("id").value_or("") : "");
    }
    return ids;
}
void pass_days(Stage& stage, int count) {
    for (int minute = 0; minute < count * 24 * 60; ++minute) stage.passes(std::chrono::minutes(1));
}

}  // namespace

TEST_CASE("XEP-0313 4.3.1 to 4.3.4: pages of a room's archive, forwards, backwards, from the end, flipped, counted") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    say_five(stage, romeo);
    const Found first = ask_archive(romeo, query(set("<max>2</max>")), room);
    CHECK(first.words() == "one two");
    CHECK(first.told("count") == "5");
    CHECK_FALSE(first.is_complete());
    const Found rest = ask_archive(romeo, query(set("<max>3</max><after>" + first.told("last") + "</after>")), room);
    CHECK(rest.words() == "three four five");
    CHECK(rest.is_complete());
    CHECK(words(romeo, query(set("<max>2</max><before/>"))) == "four five");
    CHECK(words(romeo, query(set("<max>2</max><before>" + rest.ids[1] + "</before>"))) == "two three");
    CHECK(words(romeo, query(set("<max>2</max><before/>") + "<flip-page/>")) == "five four");
    CHECK(ask_archive(romeo, query(set("<max>0</max>")), room).told("count") == "5");
}

TEST_CASE("XEP-0313 4.1.2, 4.1.3, 4.1.5: by time and by id; what is not there, or not understood, is an error") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    say_five(stage, romeo);
    const auto ids = ask_archive(romeo, query(), room).ids;
    CHECK(words(romeo, where(is("start", "2023-11-14T22:13:40Z") + is("end", "2023-11-14T22:14:00Z"))) == "two three four");
    CHECK(words(romeo, where(is("after-id", ids[0]) + is("before-id", ids[4]))) == "two three four");
    CHECK(words(romeo, where("<field var='ids'><value>" + ids[3] + "</value><value>" + ids[0] + "</value></field>")) == "one four");
    for (const std::string var : {"after-id", "before-id", "ids"})
        for (const std::string& unknown : {std::string("7"), std::string("x"), "0" + ids[0]})
            romeo.is_refused("set", where(is(var, unknown)), "item-not-found", room);
    romeo.is_refused("set", query(set("<after>7</after>")), "item-not-found", room);
    romeo.is_refused("set", where(is("include-groupchat", "true")), "feature-not-implemented", room);
    romeo.is_refused("set", where(is("start", "yesterday")), "bad-request", room);
}

TEST_CASE("XEP-0313 5: metadata tells of the first and the last message; an empty archive has none") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    CHECK(romeo.gets(metadata, room) == metadata);
    CHECK(ask_archive(romeo, query(), room).is_complete());
    say_five(stage, romeo);
    const auto ids = ask_archive(romeo, query(), room).ids;
    CHECK(same_xml("<metadata xmlns='urn:xmpp:mam:2'><start id='" + ids.front() + "' timestamp='2023-11-14T22:13:30Z'/>"
                   "<end id='" + ids.back() + "' timestamp='2023-11-14T22:14:10Z'/></metadata>", romeo.gets(metadata, room)));
}

TEST_CASE("XEP-0313 6.3: who enters without history and then asks for the archive has each message once, live ones too") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    say_five(stage, romeo);
    auto& juliet = stage.enters(juliet_jid, "Juliet", "<x xmlns='http://jabber.org/protocol/muc'><history maxchars='0'/></x>");
    CHECK(ids_heard(juliet).empty());
    const auto kept = ask_archive(juliet, query(), room).ids;
    CHECK(kept.size() == 5);
    say_all(stage, romeo, {"six", "seven"});
    const auto live = ids_heard(juliet);
    REQUIRE(live.size() == 2);
    const Found later = ask_archive(juliet, where(is("after-id", kept.back())), room);
    CHECK(later.ids == live);
    CHECK(later.words() == "six seven");
}

TEST_CASE("XEP-0313 3.5, XEP-0045 7.2.14: what the history brings is in the archive under the same ids, so that a client knows it again") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    say_five(stage, romeo);
    const auto kept = ask_archive(romeo, query(), room).ids;
    const std::string since = "<x xmlns='http://jabber.org/protocol/muc'><history since='2023-11-14T22:14:00Z'/></x>";
    for (const bool is_new : {false, true}) {
        if (is_new) stage.restarts();
        auto& juliet = stage.enters(juliet_jid, "Juliet", since);
        CHECK(ids_heard(juliet) == std::vector{kept[3], kept[4]});
        CHECK(ask_archive(juliet, query(), room).ids == kept);
        juliet.sends("<presence type='unavailable' to='" + room + "/Juliet'/>");
    }
}

TEST_CASE("DESIGN 4.1: an archive is read behind the room's writes, and its results come behind the messages before") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.forget_received();
    stage.store().hold();
    romeo.sends(say("<body>first</body>"));
    juliet.sends("<iq type='set' id='mam' to='" + room + "'>" + query() + "</iq>");
    juliet.receives_nothing_more();
    stage.store().release();
    CHECK(juliet.next().child_text({xml::stanza_ns, "body"}) == "first");
    CHECK(juliet.next().has_child({"urn:xmpp:mam:2", "result"}));
    CHECK(juliet.next().is({xml::stanza_ns, "iq"}));
    juliet.receives_nothing_more();
}

TEST_CASE("DESIGN 4.3: a client has no more than a hundred questions to archives under way, and nobody else waits for them") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.sends(say("<body>But soft</body>"));
    romeo.forget_received();
    juliet.forget_received();
    const std::string asks = "<iq type='set' id='mam' to='" + room + "'>" + query() + "</iq>";
    stage.store().hold();
    for (int i = 0; i < 100; ++i) juliet.sends(asks);
    juliet.receives_nothing_more();
    juliet.sends(asks);
    CHECK(refusal(juliet) == "resource-constraint");
    CHECK(romeo.gets("<ping xmlns='urn:xmpp:ping'/>", room).empty());
    stage.store().release();
    CHECK(words(juliet) == "But soft");
}

TEST_CASE("XEP-0424 5, XEP-0425 4: the archive shows the tombstone in its place, with its id, and the retraction behind it") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.sends(say("<body>Ay me!</body>"));
    juliet.sends(say("<body>Thy name</body>"));
    const auto ids = ask_archive(juliet, query(), room).ids;
    romeo.sets("<moderate id='" + ids[0] + "' xmlns='urn:xmpp:message-moderate:1'><retract xmlns='urn:xmpp:message-retract:1'/></moderate>", room);
    juliet.sends("<message type='groupchat' id='r1' to='" + room + "'><retract xmlns='urn:xmpp:message-retract:1' id='" + ids[1] + "'/></message>");
    const Found found = ask_archive(romeo, query(), room);
    REQUIRE(found.ids.size() == 4);
    CHECK(found.ids[0] == ids[0]);
    CHECK(found.ids[1] == ids[1]);
    for (const std::size_t at : {0, 1}) {
        CHECK(found.texts[at].empty());
        CHECK(found.messages[at].has_child({"urn:xmpp:message-retract:1", "retracted"}));
        CHECK(found.messages[at].has_child({"http://jabber.org/protocol/muc#user", "x"}));  // to a moderator, who said it
    }
    CHECK(found.messages[2].attribute("from") == room);
    CHECK(!found.messages[2].has_child({"http://jabber.org/protocol/muc#user", "x"}));
    CHECK(found.messages[3].attribute("from") == room + "/Juliet");
    CHECK(words(juliet, where(is("with", "juliet@montague.example"))).find("Ay me!") == std::string::npos);
}

TEST_CASE("decision 0062: switched off, the archive is erased; what is said unkept comes into none later") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    romeo.sends(say("<body>kept</body>"));
    CHECK(entries(stage) == 1);
    Stage::configure(romeo, field("enablelogging", "0"));
    CHECK(entries(stage) == 0);
    romeo.sends(say("<body>off the record</body>"));
    Stage::configure(romeo, field("enablelogging", "1"));
    romeo.sends(say("<body>on it</body>"));
    CHECK(words(romeo) == "on it");
    Stage::configure(romeo, field("persistentroom", "0"));
    CHECK(entries(stage) == 0);
    romeo.sends(say("<body>in passing</body>"));
    Stage::configure(romeo, lasting);
    CHECK(words(romeo).empty());
}

TEST_CASE("decision 0062: an archive whose end the store refuses goes on") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    romeo.sends(say("<body>kept</body>"));
    stage.store().refuse_next(store::Refusal::resource_constraint);
    romeo.is_refused("set", Stage::form(field("enablelogging", "0")), "resource-constraint", room);
    CHECK(words(romeo) == "kept");
}

TEST_CASE("XEP-0045 10.9: with the room its archive is gone, also for one of the same name") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    romeo.sends(say("<body>But soft</body>"));
    romeo.sets("<query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query>", room);
    romeo.is_refused("set", query(), "item-not-found", room);
    auto& tybalt = stage.enters(tybalt_jid, "Tybalt");
    Stage::configure(tybalt, lasting);
    CHECK(words(tybalt).empty());
}

TEST_CASE("XEP-0313 3.2: what is older than archive-days leaves archive and history, the oldest first") {
    Stage stage(10);
    auto& romeo = stage.romeo(lasting);
    for (int i = 0; i < 250; ++i) romeo.sends(say("<body>old</body>"));
    pass_days(stage, 5);
    romeo.sends(say("<body>young</body>"));
    pass_days(stage, 4);
    CHECK(entries(stage) == 251);
    pass_days(stage, 3);
    CHECK(words(romeo) == "young");
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    CHECK(ids_heard(juliet).size() == 1);
    pass_days(stage, 10);
    CHECK(entries(stage) == 0);
}

TEST_CASE("XEP-0313 3.2: without archive-days nothing goes") {
    Stage stage;
    auto& romeo = stage.romeo(lasting);
    romeo.sends(say("<body>old</body>"));
    pass_days(stage, 20);
    CHECK(words(romeo) == "old");
}
