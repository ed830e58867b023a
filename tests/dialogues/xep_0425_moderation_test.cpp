// SPDX-License-Identifier: MIT
// XEP-0425: a moderator takes back what somebody said.
#include "dialogues/xep_0045_play.h"

using namespace play;

namespace {

std::string next_id(TestClient& client) {
    const auto id = client.next().child({"urn:xmpp:sid:0", "stanza-id"});
    REQUIRE(id.has_value());
    return std::string(*id->attribute("id"));
}
std::string moderate(const std::string& id, const std::string& reason = {}) {
    return "<moderate xmlns='urn:xmpp:message-moderate:1' id='" + id + "'><retract xmlns='urn:xmpp:message-retract:1'/>" + reason + "</moderate>";
}
bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Romeo owns the room, and Juliet has said something in it.
struct Scene : Stage {
    explicit Scene(const std::string& fields = {}) : owner(romeo(fields)), juliet(enters(juliet_jid, "Juliet")) {
        owner.forget_received();
        juliet.sends(say("<body>Ay me!</body>"));
        id = next_id(owner);
        juliet.forget_received();
    }
    TestClient& owner;
    TestClient& juliet;
    std::string id;
};

}  // namespace

TEST_CASE("XEP-0425 2: a room says that it is moderated so") {
    Stage stage;
    CHECK(has(stage.romeo().gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", room), "'urn:xmpp:message-moderate:1'"));
}

TEST_CASE("XEP-0425 3.1: all hear from the room what was retracted, by whom and why; the moderator has his result") {
    Scene scene;
    scene.owner.sends("<iq type='set' id='m1' to='" + room + "'>" + moderate(scene.id, "<reason>Too sad</reason>") + "</iq>");
    const auto told = [&](const std::string& to) {
        return "<message type='groupchat' id='*' from='" + room + "' to='" + to + "'><retract xmlns='urn:xmpp:message-retract:1' id='" + scene.id +
               "'><moderated xmlns='urn:xmpp:message-moderate:1' by='" + room + "/Romeo'>" + occupant_id + "</moderated><reason>Too sad</reason></retract>" +
               stanza_id + "</message>";
    };
    scene.juliet.receives(told(juliet_jid));
    scene.owner.receives(told(romeo_jid));
    scene.owner.receives("<iq type='result' id='m1' from='" + room + "' to='" + romeo_jid + "'/>");
    scene.owner.sets(moderate(scene.id), room);  // once more: nothing happens
    scene.juliet.receives_nothing_more();
    auto& tybalt = scene.enters(tybalt_jid, "Tybalt");
    std::string all;
    while (tybalt.has_received()) all += xml::to_string(tybalt.next());
    CHECK(!has(all, "Ay me!"));
    CHECK(has(all, "<retract "));
}

TEST_CASE("XEP-0425 3.2: others are forbidden to, a message that is not there is not found, and nothing but retraction is known") {
    Scene scene;
    scene.juliet.is_refused("set", moderate(scene.id), "forbidden", room);
    scene.connect(tybalt_jid).is_refused("set", moderate(scene.id), "forbidden", room);
    scene.owner.is_refused("set", moderate("7"), "item-not-found", room);
    scene.owner.is_refused("set", moderate("x"), "item-not-found", room);
    scene.owner.is_refused("set", "<moderate xmlns='urn:xmpp:message-moderate:1' id='" + scene.id + "'/>", "feature-not-implemented", room);
    scene.juliet.receives_nothing_more();
}

TEST_CASE("XEP-0425 4: the tombstone on disk names moderator, reason and author, and outlives a restart") {
    Scene scene(field("persistentroom", "1"));
    scene.owner.sets(moderate(scene.id, "<reason>Too sad</reason>"), room);
    scene.restarts();
    std::string log;
    scene.store().page(room, {}, [&](const auto& page) { log = page->front().stanza; });
    CHECK(!has(log, "Ay me!"));
    CHECK(has(log, "<retracted xmlns='urn:xmpp:message-retract:1' id="));
    CHECK(has(log, "<moderated xmlns='urn:xmpp:message-moderate:1' by='" + room + "/Romeo'><occupant-id"));
    CHECK(has(log, "<reason>Too sad</reason>"));
    CHECK(has(log, "from='" + room + "/Juliet'"));
    auto& juliet = scene.enters(juliet_jid, "Juliet");
    std::string all;
    while (juliet.has_received()) all += xml::to_string(juliet.next());
    CHECK(!has(all, "Ay me!"));
    CHECK(has(all, "<retract "));
}
