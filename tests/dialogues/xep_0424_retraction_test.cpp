// SPDX-License-Identifier: MIT
// XEP-0424 in rooms: who said something takes it back.
#include "dialogues/xep_0045_play.h"

using namespace play;

namespace {

// The id that the room gave to the next message.
std::string next_id(TestClient& client) {
    const auto id = client.next().child({"urn:xmpp:sid:0", "stanza-id"});
    REQUIRE(id.has_value());
    return std::string(*id->attribute("id"));
}
std::string retract(const std::string& id, const std::string& inside = {}) {
    return "<message type='groupchat' id='r1' to='" + room + "'><retract xmlns='urn:xmpp:message-retract:1' id='" + id + "'>" + inside + "</retract></message>";
}
// What the store has for the room, as text.
std::string log_of_room(Stage& stage) {
    std::string text;
    stage.store().page(room, {}, [&](const auto& page) {
        for (const store::Entry& entry : *page) text += entry.stanza + "\n";
    });
    return text;
}
bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("XEP-0424 2: a room says that it knows retractions and leaves tombstones") {
    Stage stage;
    const auto info = stage.romeo().gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", room);
    CHECK(has(info, "'urn:xmpp:message-retract:1'"));
    CHECK(has(info, "'urn:xmpp:message-retract:1#tombstone'"));
}

TEST_CASE("XEP-0424 5: a retracted message is told to nobody any more, the retraction to all and to those who come later") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.forget_received();
    juliet.sends(say("<body>Ay me!</body>"));
    const std::string id = next_id(romeo);
    juliet.forget_received();
    juliet.sends(retract(id));
    const std::string told = "<message type='groupchat' id='r1' from='" + room + "/Juliet' to='" + romeo_jid +
                             "'><retract xmlns='urn:xmpp:message-retract:1' id='" + id + "'/>" + occupant_id + stanza_id + "</message>";
    romeo.receives(told);
    auto& tybalt = stage.enters(tybalt_jid, "Tybalt");
    std::string all;
    while (tybalt.has_received()) all += xml::to_string(tybalt.next());
    CHECK(!has(all, "Ay me!"));
    CHECK(has(all, "<retract "));
    CHECK(!has(all, "<retracted "));
}

TEST_CASE("XEP-0424 4: on disk a tombstone stands in its place, with the retraction's id and time, beside the retraction") {
    Stage stage;
    auto& romeo = stage.romeo(field("persistentroom", "1") + "<field var='muc#maxhistoryfetch'><value>1</value></field>");
    romeo.sends(say("<body>But soft</body>"));
    const std::string id = next_id(romeo);
    romeo.sends(say("<body>What light</body>"));  // the first is on disk only
    romeo.forget_received();
    romeo.sends(retract(id));
    CHECK(romeo.next().has_child({"urn:xmpp:message-retract:1", "retract"}));
    const auto log = log_of_room(stage);
    CHECK(!has(log, "But soft"));
    CHECK(has(log, "<retracted xmlns='urn:xmpp:message-retract:1' id='r1' stamp='2023-11-14T22:13:20Z'/>"));
    CHECK(has(log, "id='" + id + "' by='" + room + "'"));
    CHECK(has(log, "<retract xmlns='urn:xmpp:message-retract:1' id='" + id + "'/>"));
    romeo.sends(retract(id));  // once more: passed on, and the tombstone stays
    CHECK(romeo.has_received());
}

TEST_CASE("XEP-0424 5, XEP-0425 5: nobody takes back what somebody else said, nor in a moderator's name; what the room does not know passes") {
    for (const std::string kind : {"0", "1"}) {
        Stage stage;
        auto& romeo = stage.romeo(field("persistentroom", kind) + "<field var='muc#maxhistoryfetch'><value>1</value></field>");
        auto& juliet = stage.enters(juliet_jid, "Juliet");
        romeo.forget_received();
        romeo.sends(say("<body>But soft</body>"));
        const std::string id = next_id(romeo);
        juliet.forget_received();
        juliet.sends(retract(id));
        CHECK(refusal(juliet) == "forbidden");
        juliet.sends(retract(id, "<moderated xmlns='urn:xmpp:message-moderate:1'/>"));
        CHECK(refusal(juliet) == "forbidden");
        romeo.receives_nothing_more();
        for (const std::string unknown : {"7", "nonsense", "18446744073709551615", "9223372036854775808"}) {
            juliet.sends(retract(unknown));
            CHECK(romeo.has_received());
        }
    }
}

TEST_CASE("XEP-0424 5.1: in a room the id that the room gave counts, and none that its sender gave") {
    Stage stage;
    auto& romeo = stage.romeo(field("persistentroom", "1"));
    romeo.sends("<message to='" + room + "' type='groupchat' id='17'><body>But soft</body><origin-id xmlns='urn:xmpp:sid:0' id='18'/></message>");
    const std::string id = next_id(romeo);
    for (const std::string of_sender : {"17", "18"}) {
        romeo.sends(retract(of_sender));
        CHECK(romeo.next().has_child({"urn:xmpp:message-retract:1", "retract"}));
        CHECK(has(log_of_room(stage), "But soft"));
    }
    romeo.sends(retract(id));
    CHECK(!has(log_of_room(stage), "But soft"));
}

TEST_CASE("XEP-0424 5, XEP-0421 4: who comes back under another nick may take back what he said before") {
    Stage stage;
    auto& romeo = stage.romeo();
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    romeo.forget_received();
    juliet.sends(say("<body>Ay me!</body>"));
    const std::string id = next_id(romeo);
    juliet.sends("<presence type='unavailable' to='" + room + "/Juliet'/>");
    juliet.sends("<presence to='" + room + "/Capulet'>" + muc + "</presence>");
    stage.enters(tybalt_jid, "Juliet");
    romeo.forget_received();
    juliet.sends(retract(id));
    CHECK(romeo.next().attribute("from") == room + "/Capulet");
}

TEST_CASE("DESIGN 4.1: a retraction that the store refuses is heard by nobody, and the message stays") {
    Stage stage;
    auto& romeo = stage.romeo(field("persistentroom", "1"));
    auto& juliet = stage.enters(juliet_jid, "Juliet");
    juliet.sends(say("<body>Ay me!</body>"));
    juliet.forget_received();
    romeo.forget_received();
    stage.store().page(room, {}, [&](const auto& page) {
        stage.store().refuse_next(store::Refusal::resource_constraint);
        juliet.sends(retract(std::to_string(page->front().id)));
    });
    CHECK(refusal(juliet) == "resource-constraint");
    romeo.receives_nothing_more();
    auto& tybalt = stage.enters(tybalt_jid, "Tybalt");
    tybalt.receives_somewhere(said("Juliet", tybalt_jid, "<body>Ay me!</body>" + delayed()));
}
