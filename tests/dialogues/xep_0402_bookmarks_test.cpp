// SPDX-License-Identifier: MIT
// XEP-0402: rooms as items, in step with XEP-0048 in private XML and in PEP.
#include "dialogues/xep_0060_play.h"

using namespace pubsub_play;

namespace {

const std::string node = "urn:xmpp:bookmarks:1";
const std::string old_node = "storage:bookmarks";
const std::string closed = options(field("pubsub#persist_items", "true") + field("pubsub#max_items", "max") +
                                   field("pubsub#send_last_published_item", "never") + field("pubsub#access_model", "whitelist"));

std::string conference(const std::string& attributes, const std::string& inside = {}) {
    return "<conference xmlns='urn:xmpp:bookmarks:1' " + attributes + ">" + inside + "</conference>";
}
std::string old_conference(const std::string& attributes, const std::string& inside = {}) {
    return "<conference " + attributes + ">" + inside + "</conference>";
}
std::string storage(const std::string& inside) { return "<storage xmlns='storage:bookmarks'>" + inside + "</storage>"; }
std::string query(const std::string& inside) { return "<query xmlns='jabber:iq:private'>" + inside + "</query>"; }

const std::string play_room = "theplay@rooms.example";
const std::string orchard_room = "orchard@rooms.example";

struct Capulet {
    TestHost host{"capulet.example", {add_everything}};
    TestClient& balcony = host.login("juliet@capulet.example/balcony");

    Capulet() {
        wants(balcony, {node, old_node});
        balcony.forget_received();
    }
    void check_all_ways(const std::string& items_now, const std::string& old_now) {
        CHECK(same_xml(items(node, items_now), balcony.gets(items(node))));
        CHECK(same_xml(query(storage(old_now)), balcony.gets(query(storage("")))));
        CHECK(same_xml(items(old_node, item("current", storage(old_now))), balcony.gets(items(old_node))));
    }
};

}  // namespace

TEST_CASE("XEP-0402 3.3, 3.5, 5.3.1: a room that is published is there in the older ways as well") {
    Capulet play;
    play.balcony.sets(publish(node, item(play_room, conference("name='The Play' autojoin='true'", "<nick>JC</nick><extensions><state xmlns='urn:other' minimized='true'/></extensions>")), closed));
    play.check_all_ways(
        item(play_room, conference("name='The Play' autojoin='true'", "<nick>JC</nick><extensions><state xmlns='urn:other' minimized='true'/></extensions>")),
        old_conference("jid='theplay@rooms.example' name='The Play' autojoin='true'",
                       "<nick>JC</nick><extensions><state xmlns='urn:other' minimized='true'/></extensions>"));
    play.balcony.sets(retract(node, play_room, " notify='true'"));
    play.check_all_ways("", "");
}

TEST_CASE("XEP-0402 5.3.2: a list in private XML becomes items; only what is different is told") {
    Capulet play;
    const std::string both = old_conference("jid='theplay@rooms.example' name='The Play'") +
                             old_conference("jid='orchard@rooms.example' autojoin='1'", "<nick>JC</nick>");
    play.balcony.sets(query(storage(both)));
    play.check_all_ways(item(orchard_room, conference("autojoin='1'", "<nick>JC</nick>")) + item(play_room, conference("name='The Play'")),
                        old_conference("jid='orchard@rooms.example' autojoin='1'", "<nick>JC</nick>") +
                            old_conference("jid='theplay@rooms.example' name='The Play'"));
    play.balcony.forget_received();
    play.balcony.sets(query(storage(old_conference("jid='theplay@rooms.example' name='The Play'"))));
    play.balcony.receives(event("juliet@capulet.example", "juliet@capulet.example/balcony", items_event(node, "<retract id='orchard@rooms.example'/>")));
    play.balcony.receives(event("juliet@capulet.example", "juliet@capulet.example/balcony",
                                items_event(old_node, item("current", storage(old_conference("jid='theplay@rooms.example' name='The Play'"))))));
    play.balcony.receives_nothing_more();
}

TEST_CASE("XEP-0402 5.3.2: a list in which the same is written otherwise changes nothing and tells nobody") {
    Capulet play;
    const std::string rich = item(play_room, conference("name='The Play' autojoin='true'", "<nick>JC</nick><password>secret</password>"
                                                        "<extensions><state xmlns='urn:other' minimized='true'/></extensions>"));
    const std::string plain = item(orchard_room, conference("name='Orchard' autojoin='false'"));
    play.balcony.sets(publish(node, rich, closed));
    play.balcony.sets(publish(node, plain, closed));
    play.balcony.forget_received();
    // Another order, other booleans, an empty nick, and none of what XEP-0048 does not know.
    play.balcony.sets(query(storage(old_conference("autojoin='1' jid='theplay@rooms.example' name='The Play'", "<password>secret</password><nick>JC</nick>") +
                                    old_conference("name='Orchard' jid='orchard@rooms.example' autojoin='0'", "<nick/>"))));
    play.balcony.receives_nothing_more();
    CHECK(same_xml(items(node, rich + plain), play.balcony.gets(items(node))));
}

TEST_CASE("XEP-0402 5.3.2, 2: what the older format cannot say stays when a list changes a room") {
    Capulet play;
    const std::string state = "<extensions><state xmlns='urn:other' minimized='true'/></extensions>";
    play.balcony.sets(publish(node, item(play_room, conference("name='The Play' autojoin='true'", "<nick>JC</nick>" + state)), closed));
    play.balcony.sets(query(storage(old_conference("jid='theplay@rooms.example' name='Our Play'", "<password>secret</password>"))));
    CHECK(same_xml(items(node, item(play_room, conference("name='Our Play'", state + "<password>secret</password>"))), play.balcony.gets(items(node))));
}

TEST_CASE("XEP-0402 5.3.2: a list published by PEP in the older way becomes items and private XML") {
    Capulet play;
    const std::string one = old_conference("jid='theplay@rooms.example' name='The Play'", "<password>secret</password>");
    play.balcony.sets(publish(old_node, item("current", storage(one)), options(field("pubsub#persist_items", "true") + field("pubsub#access_model", "whitelist"))));
    play.check_all_ways(item(play_room, conference("name='The Play'", "<password>secret</password>")), one);
}

TEST_CASE("XEP-0048 2.2: bookmarks of web pages stay in private XML") {
    Capulet play;
    const std::string url = "<url name='Complete Works' url='http://the-tech.mit.edu/Shakespeare/'/>";
    play.balcony.sets(query(storage(url)));
    play.balcony.sets(publish(node, item(play_room, conference("name='The Play'")), closed));
    CHECK(same_xml(query(storage(url + old_conference("jid='theplay@rooms.example' name='The Play'"))), play.balcony.gets(query(storage("")))));
}

TEST_CASE("XEP-0402 5.1, 5.2: bookmarks survive a restart, and nobody else sees them") {
    Capulet play;
    auto& romeo = play.host.login("romeo@capulet.example/orchard");
    play.host.befriend(play.balcony, romeo);
    play.balcony.sets(query(storage(old_conference("jid='theplay@rooms.example' name='The Play'"))));
    for (const std::string& one : {node, old_node}) romeo.is_refused("get", items(one), "not-allowed", "juliet@capulet.example");
    play.host.restarts();
    auto& balcony = play.host.login("juliet@capulet.example/balcony");
    CHECK(same_xml(query(storage(old_conference("jid='theplay@rooms.example' name='The Play'"))), balcony.gets(query(storage("")))));
    balcony.sets(publish(node, item(orchard_room, conference("name='Orchard'")), closed));
    CHECK(balcony.gets(query(storage(""))).find("theplay") != std::string::npos);
    CHECK(balcony.gets(query(storage(""))).find("Orchard") != std::string::npos);
}

TEST_CASE("XEP-0402 5.1, XEP-0223 2: bookmarks made without options are closed as well, whoever makes the node") {
    Capulet play;
    auto& romeo = play.host.login("romeo@capulet.example/orchard");
    play.host.befriend(play.balcony, romeo);
    play.balcony.sets(publish(node, item(play_room, conference("name='The Play'"))));
    play.balcony.sets(publish(node, item(orchard_room, conference("name='Orchard'")), closed));
    CHECK(play.balcony.gets(items(node)).find("The Play") != std::string::npos);
    auto& paris = play.host.login("paris@capulet.example/street");
    play.host.befriend(paris, romeo);
    paris.sets(create(old_node));
    for (const std::string owner : {"juliet@capulet.example", "paris@capulet.example"})
        romeo.is_refused("get", items(owner[0] == 'j' ? node : old_node), "not-allowed", owner);
}

TEST_CASE("XEP-0402 5.3, 6: the account tells that it keeps both in step") {
    Capulet play;
    const std::string features = play.balcony.gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", "juliet@capulet.example");
    CHECK(features.find("urn:xmpp:bookmarks:1#compat'") != std::string::npos);
    CHECK(features.find("urn:xmpp:bookmarks:1#compat-pep'") != std::string::npos);
}

TEST_CASE("XEP-0402 3.2, XEP-0060 6.5.2: who has no bookmarks is told so at each login, without an error; others learn nothing") {
    Capulet play;
    CHECK(same_xml(items(node, ""), play.balcony.gets(items(node))));
    play.host.restarts();
    auto& again = play.host.login("juliet@capulet.example/balcony");
    CHECK(same_xml(items(node, ""), again.gets(items(node))));
    auto& nurse = play.host.login("nurse@capulet.example/kitchen");
    nurse.is_refused("get", items(node), "not-authorized", "juliet@capulet.example");
    again.sets(publish(node, item(orchard_room, conference("name='Orchard'"))));
    CHECK(same_xml(items(node, item(orchard_room, conference("name='Orchard'"))), again.gets(items(node))));
}
