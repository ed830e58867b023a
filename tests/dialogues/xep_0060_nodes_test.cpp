// SPDX-License-Identifier: MIT
// XEP-0060 7 and 8.1 to 8.5 as an account's owner uses them: items and nodes.
#include "dialogues/xep_0060_play.h"

using namespace pubsub_play;

namespace {

struct Elsinore {
    TestHost host{"denmark.example", {add_everything}};
    TestClient& hamlet = host.login("hamlet@denmark.example/elsinore");
    const std::string own = "hamlet@denmark.example";

    Elsinore() {
        wants(hamlet, {"musings"});
        hamlet.forget_received();
    }
    void hears(const std::string& inside, const std::string& more = {}) {
        hamlet.receives(event(own, "hamlet@denmark.example/elsinore", inside, more));
    }
    // The ids of a node's items, in order.
    std::string ids(const std::string& node, const std::string& inside = {}, const std::string& more = {}) {
        const auto answer = xml::parse_element(hamlet.gets(items(node, inside, more)));
        std::string found;
        for (const auto element : answer->child({"http://jabber.org/protocol/pubsub", "items"})->children())
            found += std::string(*element.attribute("id")) + ' ';
        return found;
    }
    // The pubsub#errors condition of a refused request; empty: none.
    std::string detail(const std::string& type, const std::string& payload) {
        hamlet.forget_received();
        hamlet.sends("<iq type='" + type + "' id='refused'>" + payload + "</iq>");
        const auto error = hamlet.next().child({"jabber:client", "error"});
        REQUIRE(error.has_value());
        for (const auto child : error->children())
            if (child.name().ns == "http://jabber.org/protocol/pubsub#errors")
                return std::string(child.name().local) + (child.attribute("feature") ? " " + std::string(*child.attribute("feature")) : "");
        return {};
    }
};

std::string entry(const std::string& id) { return item(id, "<entry xmlns='http://www.w3.org/2005/Atom'><id>" + id + "</id></entry>"); }
const std::string many = field("pubsub#max_items", "max") + field("pubsub#access_model", "open");

}  // namespace

TEST_CASE("XEP-0060 7.1.2: an item without id gets one, and its publisher learns it") {
    Elsinore play;
    const auto answer = xml::parse_element(play.hamlet.sets(publish("musings", "<item><entry xmlns='http://www.w3.org/2005/Atom'/></item>")));
    const auto id = std::string(*answer->first_child()->first_child()->attribute("id"));
    CHECK_FALSE(id.empty());
    CHECK(play.ids("musings") == id + ' ');
}

TEST_CASE("XEP-0060 7.1.2, 13.9: publishing again with an id overwrites the item, which is the newest then") {
    Elsinore play;
    play.hamlet.sets(create("musings", many));
    for (const std::string id : {"a", "b", "a"}) play.hamlet.sets(publish("musings", entry(id)));
    CHECK(play.ids("musings") == "b a ");
}

TEST_CASE("XEP-0060 7.1.3.5 to 7.1.3.7, 13.11: what does not fit the node is refused as named") {
    Elsinore play;
    play.hamlet.sets(create("musings", many + field("pubsub#type", "http://www.w3.org/2005/Atom") + field("pubsub#max_payload_size", "200")));
    CHECK(play.detail("set", publish("musings", "")) == "item-required");
    CHECK(play.detail("set", publish("musings", "<item id='1'/>")) == "payload-required");
    CHECK(play.detail("set", publish("musings", item("1", song("x")))) == "invalid-payload");
    CHECK(play.detail("set", publish("musings", item("1", "<entry xmlns='http://www.w3.org/2005/Atom'/><entry xmlns='http://www.w3.org/2005/Atom'/>"))) == "invalid-payload");
    CHECK(play.detail("set", publish("musings", item("1", "<entry xmlns='http://www.w3.org/2005/Atom'>" + std::string(200, 'x') + "</entry>"))) == "payload-too-big");
    CHECK(play.detail("set", publish("musings", entry("1") + entry("2"))) == "max-items-exceeded");
    CHECK(play.detail("set", pubsub("<publish>" + entry("1") + "</publish>")) == "nodeid-required");
    play.hamlet.is_refused("set", publish("musings", ""), "bad-request");
    play.hamlet.is_refused("set", publish("musings", entry("1") + entry("2")), "not-allowed");  // 13.11: all or none
    play.hamlet.is_refused("set", publish("musings", item("1", "<entry xmlns='http://www.w3.org/2005/Atom'>" + std::string(200, 'x') + "</entry>")), "not-acceptable");
    CHECK(play.ids("musings").empty());
}

TEST_CASE("XEP-0060 4.3: a transient node that only notifies takes no item, and one with payloads keeps none") {
    Elsinore play;
    play.hamlet.sets(create("musings", field("pubsub#persist_items", "0") + field("pubsub#deliver_payloads", "0")));
    CHECK(play.detail("set", publish("musings", entry("1"))) == "item-forbidden");
    play.hamlet.sets(publish("musings", ""));
    play.hears(items_event("musings", ""), reply_to("hamlet@denmark.example/elsinore"));
    play.hamlet.sets(configure("musings", field("pubsub#deliver_payloads", "1")));
    play.hamlet.sets(publish("musings", entry("1")));
    play.hears(items_event("musings", entry("1")), reply_to("hamlet@denmark.example/elsinore"));
    CHECK(play.detail("get", items("musings")) == "unsupported persistent-items");
    CHECK(play.detail("set", retract("musings", "1")) == "unsupported persistent-items");
    CHECK(play.detail("set", owner("<purge node='musings'/>")) == "unsupported persistent-items");
}

TEST_CASE("XEP-0060 7.1.2.2: a node without payloads tells ids only, and gives the payload on request") {
    Elsinore play;
    play.hamlet.sets(create("musings", field("pubsub#deliver_payloads", "0")));
    play.hamlet.sets(publish("musings", entry("1")));
    play.hears(items_event("musings", "<item id='1'/>"), reply_to("hamlet@denmark.example/elsinore"));
    CHECK(same_xml(items("musings", entry("1")), play.hamlet.gets(items("musings", "<item id='1'/>"))));
}

TEST_CASE("XEP-0060 7.1.2.3: items carry their publisher where the node says so") {
    Elsinore play;
    play.hamlet.sets(create("musings", field("pubsub#itemreply", "publisher")));
    play.hamlet.sets(publish("musings", item("1", song("x"))));
    const std::string shown = "<item id='1' publisher='hamlet@denmark.example'>" + song("x") + "</item>";
    play.hears(items_event("musings", shown), reply_to("hamlet@denmark.example/elsinore"));
    CHECK(same_xml(items("musings", shown), play.hamlet.gets(items("musings"))));
}

TEST_CASE("XEP-0060 7.1.2.5, 7.1.3.4: a full node drops its oldest item, tells so or not, or refuses") {
    Elsinore play;
    play.hamlet.sets(create("musings", field("pubsub#max_items", "2")));
    for (const std::string id : {"a", "b"}) play.hamlet.sets(publish("musings", entry(id)));
    play.hamlet.forget_received();
    play.hamlet.sets(publish("musings", entry("c")));
    const std::string by = reply_to("hamlet@denmark.example/elsinore");
    play.hears(items_event("musings", entry("c")), by);
    play.hears(items_event("musings", "<retract id='a'/>"), by);
    play.hamlet.sets(configure("musings", field("pubsub#publish_node_full", "discard-oldest")));
    play.hamlet.sets(publish("musings", entry("d")));
    play.hears(items_event("musings", entry("d")), by);
    play.hamlet.receives_nothing_more();
    play.hamlet.sets(configure("musings", field("pubsub#publish_node_full", "reject")));
    CHECK(play.detail("set", publish("musings", entry("e"))) == "node-full");
    play.hamlet.is_refused("set", publish("musings", entry("e")), "conflict");
    play.hamlet.sets(publish("musings", entry("d")));
    CHECK(play.ids("musings") == "c d ");
}

TEST_CASE("XEP-0060 7.1.5: publish-options are preconditions; unknown ones are refused; a new node is made by them") {
    Elsinore play;
    const std::string wanted = options(field("pubsub#access_model", "whitelist") + field("pubsub#max_items", "max"));
    play.hamlet.sets(publish("musings", entry("1"), wanted));
    const std::string config = play.hamlet.gets(owner("<configure node='musings'/>"));
    const auto form = xmpp::parse_form(*xml::parse_element(config)->first_child()->first_child());
    CHECK(form->value("pubsub#access_model") == "whitelist");
    CHECK(form->value("pubsub#max_items") == "max");
    CHECK(form->value("pubsub#persist_items") == "1");
    play.hamlet.sets(publish("musings", entry("2"), wanted));
    CHECK(play.detail("set", publish("musings", entry("3"), options(field("pubsub#access_model", "presence")))) == "precondition-not-met");
    play.hamlet.is_refused("set", publish("musings", entry("3"), options(field("pubsub#max_items", "5"))), "conflict");
    CHECK(play.detail("set", publish("musings", entry("3"), options(field("pubsub#colour", "red")))) == "invalid-options");
    CHECK(play.detail("set", publish("musings", entry("3"), "<publish-options/>")) == "invalid-options");
    play.hamlet.is_refused("set", publish("other", entry("3"), options(field("pubsub#colour", "red"))), "bad-request");
    play.hamlet.is_refused("get", items("other"), "item-not-found");
    CHECK(play.ids("musings") == "1 2 ");
}

TEST_CASE("XEP-0060 6.5: all items, the newest, those of an id, and what is not there") {
    Elsinore play;
    play.hamlet.sets(create("musings", many));
    for (const std::string id : {"a", "b", "c"}) play.hamlet.sets(publish("musings", entry(id)));
    CHECK(play.ids("musings") == "a b c ");
    CHECK(play.ids("musings", "", " max_items='2'") == "b c ");
    CHECK(play.ids("musings", "", " max_items='9'") == "a b c ");
    CHECK(play.ids("musings", "<item id='a'/><item id='c'/><item id='z'/>") == "a c ");
    CHECK(play.ids("musings", "<item id='z'/>").empty());
    play.hamlet.is_refused("get", items("musings", "", " max_items='x'"), "bad-request");
    play.hamlet.is_refused("get", items("none"), "item-not-found");
    CHECK(play.detail("get", pubsub("<items/>")) == "nodeid-required");
}

TEST_CASE("XEP-0060 6.5.4, XEP-0059: items by pages") {
    Elsinore play;
    play.hamlet.sets(create("musings", many));
    for (const std::string id : {"a", "b", "c"}) play.hamlet.sets(publish("musings", entry(id)));
    const auto page = [&](const std::string& asked) {
        return play.hamlet.gets(pubsub("<items node='musings'/><set xmlns='http://jabber.org/protocol/rsm'>" + asked + "</set>"));
    };
    const auto told = [](const std::string& list, const std::string& first, const std::string& last, const std::string& index) {
        return pubsub("<items node='musings'>" + list + "</items><set xmlns='http://jabber.org/protocol/rsm'><first index='" + index + "'>" +
                      first + "</first><last>" + last + "</last><count>3</count></set>");
    };
    CHECK(same_xml(told(entry("a") + entry("b"), "a", "b", "0"), page("<max>2</max>")));
    CHECK(same_xml(told(entry("c"), "c", "c", "2"), page("<max>2</max><after>b</after>")));
    CHECK(same_xml(told(entry("b") + entry("c"), "b", "c", "1"), page("<max>2</max><before/>")));
}

TEST_CASE("XEP-0060 6.5.4: an answer has a bound, and says that there is more") {
    Elsinore play;
    play.hamlet.sets(create("musings", many));
    const std::string big = "<entry xmlns='http://www.w3.org/2005/Atom'>" + std::string(400'000, 'x') + "</entry>";
    for (const std::string id : {"a", "b", "c"}) play.hamlet.sets(publish("musings", item(id, big)));
    const std::string answer = play.hamlet.gets(items("musings"));
    CHECK(answer.size() < 1'000'000);
    CHECK(answer.find("<count>3</count>") != std::string::npos);
    CHECK(play.ids("musings") == "b c ");
}

TEST_CASE("XEP-0060 7.2: an item is deleted; who listens is told where the request or the node says so") {
    Elsinore play;
    play.hamlet.sets(create("musings", many + field("pubsub#notify_retract", "0")));
    for (const std::string id : {"a", "b"}) play.hamlet.sets(publish("musings", entry(id)));
    play.hamlet.forget_received();
    CHECK(play.hamlet.sets(retract("musings", "a")).empty());
    play.hamlet.receives_nothing_more();
    play.hamlet.sets(retract("musings", "b", " notify='true'"));
    play.hears(items_event("musings", "<retract id='b'/>"));
    CHECK(play.ids("musings").empty());
    play.hamlet.is_refused("set", retract("musings", "b"), "item-not-found");
    play.hamlet.is_refused("set", retract("none", "b"), "item-not-found");
    CHECK(play.detail("set", pubsub("<retract><item id='b'/></retract>")) == "nodeid-required");
    CHECK(play.detail("set", pubsub("<retract node='musings'/>")) == "item-required");
    CHECK(play.detail("set", pubsub("<retract node='musings'><item/></retract>")) == "item-required");
}

TEST_CASE("XEP-0060 8.1: a node is made once, with a name of its own or a made-up one") {
    Elsinore play;
    CHECK(play.hamlet.sets(create("musings")).empty());
    play.hamlet.is_refused("set", create("musings"), "conflict");
    const auto answer = xml::parse_element(play.hamlet.sets(pubsub("<create/>")));
    CHECK(play.ids(std::string(*answer->first_child()->attribute("node"))).empty());
    CHECK(play.detail("set", create("other", field("pubsub#access_model", "secret"))) == "unsupported-access-model");
    play.hamlet.is_refused("set", create("other", field("pubsub#access_model", "secret")), "not-acceptable");
    play.hamlet.is_refused("set", pubsub("<create node='other'/><configure node='other'/>"), "bad-request");
    play.hamlet.is_refused("set", pubsub("<configure/><create node='other'/>"), "bad-request");
    play.hamlet.is_refused("get", items("other"), "item-not-found");
}

TEST_CASE("XEP-0060 4.6, 4.6.2: the name of a node is what a resource may be") {
    Elsinore play;
    for (const std::string wrong : {"a&#x85;b", "a&#xA0;b", "e&#x301;", "&#xE000;"}) {
        play.hamlet.is_refused("set", create(wrong), "not-acceptable");
        play.hamlet.is_refused("set", publish(wrong, entry("1")), "not-acceptable");
    }
    for (const std::string right : {"http://jabber.org/protocol/tune", "Pensées du soir", "&lt;&amp;&gt;", "princely_musings"}) play.hamlet.sets(create(right));
    play.hamlet.sets(create(std::string(1023, 'n')));
    play.hamlet.is_refused("set", create(std::string(1024, 'n')), "not-acceptable");
}

TEST_CASE("XEP-0060 8.2: the owner sees and changes the configuration; a wrong value changes nothing") {
    Elsinore play;
    play.hamlet.sets(create("musings"));
    const auto form_of = [&] {
        const auto answer = xml::parse_element(play.hamlet.gets(owner("<configure node='musings'/>")));
        return *xmpp::parse_form(*answer->first_child()->first_child());
    };
    CHECK(form_of().value("pubsub#access_model") == "presence");
    CHECK(form_of().value("pubsub#send_last_published_item") == "on_sub_and_presence");
    CHECK(form_of().value("pubsub#deliver_payloads") == "1");
    play.hamlet.sets(configure("musings", field("pubsub#title", "Musings") + field("pubsub#notify_config", "1")));
    CHECK(form_of().value("pubsub#title") == "Musings");
    const xml::Element told = play.hamlet.next();
    CHECK(xml::to_string(told).find("<configuration node=") != std::string::npos);
    CHECK(xml::to_string(told).find("node_config") != std::string::npos);
    play.hamlet.is_refused("set", configure("musings", field("pubsub#title", "Worse") + field("pubsub#max_items", "many")), "not-acceptable");
    CHECK(form_of().value("pubsub#title") == "Musings");
    play.hamlet.is_refused("set", owner("<configure node='none'>" + form("node_config", "") + "</configure>"), "item-not-found");
    play.hamlet.is_refused("set", owner("<configure node='musings'/>"), "bad-request");
    CHECK(play.detail("get", owner("<configure/>")) == "nodeid-required");
    CHECK(play.hamlet.sets(owner("<configure node='musings'><x xmlns='jabber:x:data' type='cancel'/></configure>")).empty());
    CHECK(play.hamlet.gets(owner("<default/>")).find("pubsub#access_model") != std::string::npos);
}

TEST_CASE("XEP-0060 8.2.5: a smaller node loses its oldest items") {
    Elsinore play;
    play.hamlet.sets(create("musings", many));
    for (const std::string id : {"a", "b", "c"}) play.hamlet.sets(publish("musings", entry(id)));
    play.hamlet.sets(configure("musings", field("pubsub#max_items", "1")));
    CHECK(play.ids("musings") == "c ");
    play.host.restarts();
    CHECK(same_xml(items("musings", entry("c")), play.host.login("hamlet@denmark.example/elsinore").gets(items("musings"))));
}

TEST_CASE("XEP-0060 8.4: a deleted node is gone with its items, and those who listen are told") {
    Elsinore play;
    play.hamlet.sets(publish("musings", entry("a")));
    play.hamlet.forget_received();
    CHECK(play.hamlet.sets(owner("<delete node='musings'/>")).empty());
    play.hears("<delete node='musings'/>");
    play.hamlet.is_refused("get", items("musings"), "item-not-found");
    play.hamlet.is_refused("set", owner("<delete node='musings'/>"), "item-not-found");
    play.hamlet.sets(create("musings"));
    CHECK(play.ids("musings").empty());
}

TEST_CASE("XEP-0060 8.5: a purged node is empty, told once") {
    Elsinore play;
    play.hamlet.sets(create("musings", many));
    for (const std::string id : {"a", "b"}) play.hamlet.sets(publish("musings", entry(id)));
    play.hamlet.forget_received();
    play.hamlet.sets(owner("<purge node='musings'/>"));
    play.hears("<purge node='musings'/>");
    play.hamlet.receives_nothing_more();
    CHECK(play.ids("musings").empty());
    play.hamlet.is_refused("set", owner("<purge node='none'/>"), "item-not-found");
}

TEST_CASE("XEP-0060 17.4.4: items go when their time is over") {
    Elsinore play;
    play.hamlet.sets(create("musings", many + field("pubsub#item_expire", "60")));
    play.hamlet.sets(publish("musings", entry("a")));
    play.host.passes(std::chrono::seconds(59));
    play.hamlet.sets(publish("musings", entry("b")));
    CHECK(play.ids("musings") == "a b ");
    play.host.passes(std::chrono::seconds(1));
    CHECK(play.ids("musings") == "b ");
    play.hamlet.is_refused("set", retract("musings", "a"), "item-not-found");
}

TEST_CASE("XEP-0060 17.4.4: what has expired has left the disk within a day, of accounts and of the service, in memory or not") {
    for (const bool is_in_memory : {true, false}) {
        Elsinore play;
        const auto kept = [&](const std::string& owner) {
            std::size_t count = 99;
            play.host.store().load(owner, {store::payload_drawer("musings")}, [&](const auto& loaded) { count = loaded->records.size(); });
            return count;
        };
        for (const std::string to : {"", "pubsub.denmark.example"}) {
            play.hamlet.sets(create("musings", many + field("pubsub#item_expire", "60")), to);
            play.hamlet.sets(publish("musings", entry("a")), to);
        }
        play.hamlet.sets(create("others", many));
        play.hamlet.sets(publish("others", entry("b")));
        CHECK(kept("hamlet@denmark.example") == 1);
        if (!is_in_memory) play.host.restarts();
        play.host.passes(std::chrono::hours(24) + std::chrono::minutes(2));
        for (int steps = 0; steps < 10; ++steps) play.host.passes(std::chrono::seconds(1));
        CHECK(kept("hamlet@denmark.example") == 0);
        CHECK(kept("pubsub.denmark.example") == 0);
        CHECK(play.host.connect("hamlet@denmark.example/again").gets(items("others")).find("id='b'") != std::string::npos);
    }
}

TEST_CASE("XEP-0060 6.3.4.6, 12: what is not there is refused as unsupported") {
    Elsinore play;
    play.hamlet.sets(create("musings"));
    CHECK(play.detail("get", pubsub("<options node='musings' jid='hamlet@denmark.example'/>")) == "unsupported subscription-options");
    CHECK(play.detail("get", pubsub("<default/>")) == "unsupported retrieve-default-sub");
    play.hamlet.is_refused("set", pubsub("<dance/>"), "bad-request");
    play.hamlet.is_refused("get", pubsub(""), "bad-request");
}

TEST_CASE("DESIGN 4.3: nodes, items, payloads and all together have a limit") {
    Elsinore play;
    auto& limits = play.host.node().limits;
    limits.nodes = 2;
    play.hamlet.sets(create("musings", many));
    play.hamlet.sets(create("two"));
    play.hamlet.is_refused("set", create("three"), "policy-violation");
    play.hamlet.is_refused("set", publish("three", entry("a")), "policy-violation");
    limits.node_items = 2;
    for (const std::string id : {"a", "b", "c"}) play.hamlet.sets(publish("musings", entry(id)));
    CHECK(play.ids("musings") == "b c ");
    limits.item_bytes = 100;
    CHECK(play.detail("set", publish("musings", item("d", song(std::string(100, 'x'))))) == "payload-too-big");
    limits.item_bytes = 0;
    limits.node_bytes = 1000;
    play.hamlet.is_refused("set", publish("musings", item("d", song(std::string(1000, 'x')))), "resource-constraint");
    play.hamlet.sets(publish("musings", item("d", song(std::string(500, 'x')))));
    play.hamlet.sets(publish("musings", item("d", song(std::string(600, 'x')))));
    play.hamlet.is_refused("set", publish("two", item("d", song(std::string(500, 'x')))), "resource-constraint");
    play.hamlet.sets(retract("musings", "d"));
    play.hamlet.sets(publish("two", item("d", song(std::string(500, 'x')))));
    play.hamlet.is_refused("set", publish("musings", item(std::string(2000, 'i'), song("x"))), "not-acceptable");
}

TEST_CASE("RFC 6120 8.1.5, XEP-0060 8.2, 8.6, 14.1: forms speak French to who does") {
    TestHost host("denmark.example", {add_everything});
    const std::string service = "pubsub.denmark.example";
    const std::string subscribe = pubsub("<subscribe node='musings' jid='francisco@denmark.example'/>");
    auto& hamlet = host.login("hamlet@denmark.example/elsinore");
    auto& francisco = host.login("francisco@denmark.example/barracks");
    hamlet.sets(create("musings", field("pubsub#access_model", "authorize")), service);
    hamlet.sends("<iq type='get' id='c' xml:lang='fr' to='" + service + "'>" + owner("<configure node='musings'/>") + "</iq>");
    const std::string form = xml::to_string(hamlet.next());
    CHECK(form.find("Un nom court pour le nœud") != std::string::npos);
    CHECK(form.find("Send notifications") == std::string::npos);
    francisco.sends("<iq type='set' id='s' xml:lang='fr' to='" + service + "'>" + subscribe + "</iq>");
    const std::string asked = xml::to_string(hamlet.next());
    for (const std::string text : {"xml:lang='fr'", "demande à s'abonner", "Demande d'abonnement", "label='Abonné'"})
        CHECK_MESSAGE(asked.find(text) != std::string::npos, asked);
}
