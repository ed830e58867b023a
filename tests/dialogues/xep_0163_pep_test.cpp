// SPDX-License-Identifier: MIT
// XEP-0163: what an account publishes, and who hears of it.
#include "dialogues/xep_0060_play.h"

using namespace pubsub_play;

namespace {

struct Capulet {
    TestHost host{"capulet.example", {add_everything}};
    TestClient& balcony = host.login("juliet@capulet.example/balcony");
    TestClient& orchard = host.login("romeo@capulet.example/orchard");
    const std::string juliet = "juliet@capulet.example";

    void forget() {
        balcony.forget_received();
        orchard.forget_received();
    }
    void befriend_all() {
        host.befriend(balcony, orchard);
        wants(balcony, {tune});
        wants(orchard, {tune});
        forget();
    }
};

const std::string first = item("1", song("Introduction"));

}  // namespace

TEST_CASE("XEP-0163 3, 4.3: what is published goes to contacts and own clients that want it, from the bare JID") {
    Capulet play;
    play.befriend_all();
    auto& chamber = play.host.login("juliet@capulet.example/chamber");
    wants(chamber, {mood});
    play.forget();
    chamber.forget_received();
    CHECK(same_xml(pubsub("<publish node='" + tune + "'><item id='1'/></publish>"), play.balcony.sets(publish(tune, first))));
    const std::string more = reply_to("juliet@capulet.example/balcony");
    play.orchard.receives(event(play.juliet, "romeo@capulet.example/orchard", items_event(tune, first), more));
    play.balcony.receives(event(play.juliet, "juliet@capulet.example/balcony", items_event(tune, first), more));
    chamber.receives_nothing_more();
}

TEST_CASE("XEP-0163 4.3.4: the last item goes to a contact's client when it comes, once") {
    Capulet play;
    play.befriend_all();
    play.balcony.sets(publish(tune, first));
    play.forget();
    auto& garden = play.host.connect("romeo@capulet.example/garden");
    garden.sends("<presence>" + caps({tune}) + "</presence>");
    garden.receives_somewhere(event(play.juliet, "romeo@capulet.example/garden", items_event(tune, first), delayed(play.juliet)));
    garden.forget_received();
    garden.sends("<presence><show>away</show>" + caps({tune}) + "</presence>");
    garden.receives("<presence from='romeo@capulet.example/garden' to='romeo@capulet.example'><show>away</show>" + caps({tune}) + "</presence>");
    garden.receives_nothing_more();
    garden.sends("<presence type='unavailable'/>");
    garden.forget_received();
    garden.sends("<presence>" + caps({tune}) + "</presence>");
    garden.receives_somewhere(event(play.juliet, "romeo@capulet.example/garden", items_event(tune, first), delayed(play.juliet)));
}

TEST_CASE("XEP-0163 4.3.4: the owner's own new client gets the last item; after a restart too") {
    Capulet play;
    play.balcony.sets(publish(tune, first));
    play.host.restarts();
    auto& chamber = play.host.connect("juliet@capulet.example/chamber");
    wants(chamber, {tune});
    chamber.receives_somewhere(event(play.juliet, "juliet@capulet.example/chamber", items_event(tune, first), delayed(play.juliet)));
}

TEST_CASE("XEP-0163 4.3.4: a contact that is let in later gets what it can see now") {
    Capulet play;
    play.orchard.sends("<presence to='juliet@capulet.example' type='subscribed'/>");
    play.balcony.sends("<presence to='romeo@capulet.example' type='subscribe'/>");
    wants(play.orchard, {tune});
    play.balcony.sets(publish(tune, first));
    play.forget();
    play.orchard.sends("<presence to='juliet@capulet.example' type='subscribe'/>");
    play.balcony.sends("<presence to='romeo@capulet.example' type='subscribed'/>");
    play.orchard.forget_received();
    play.host.passes(std::chrono::milliseconds(1));
    play.orchard.receives(event(play.juliet, "romeo@capulet.example/orchard", items_event(tune, first), delayed(play.juliet)));
}

TEST_CASE("XEP-0163 4.2, 5: a contact without subscription hears nothing, and gets nothing") {
    Capulet play;
    wants(play.orchard, {tune});
    play.orchard.sends("<presence to='juliet@capulet.example'>" + caps({tune}) + "</presence>");
    play.forget();
    play.balcony.sets(publish(tune, first));
    play.orchard.receives_nothing_more();
    play.orchard.is_refused("get", items(tune), "not-authorized", play.juliet);
    play.orchard.is_refused("get", items("urn:none"), "not-authorized", play.juliet);
    play.orchard.is_refused("get", items(tune), "not-authorized", "nobody@capulet.example");
}

TEST_CASE("XEP-0060 9.1.3: one who only sent presence hears of open nodes, until he goes") {
    Capulet play;
    wants(play.orchard, {tune});
    play.orchard.sends("<presence to='juliet@capulet.example'>" + caps({tune}) + "</presence>");
    play.forget();
    play.balcony.sets(publish(tune, first, options(field("pubsub#access_model", "open"))));
    play.orchard.receives(event(play.juliet, "romeo@capulet.example/orchard", items_event(tune, first)));
    play.orchard.sends("<presence to='juliet@capulet.example' type='unavailable'/>");
    play.balcony.sets(publish(tune, first));
    play.orchard.receives_nothing_more();
}

TEST_CASE("XEP-0060 9.2, XEP-0115 9.3: nothing goes to a client that did not ask for it, or whose hash is forged") {
    Capulet play;
    play.host.befriend(play.balcony, play.orchard);
    wants(play.orchard, {mood});
    play.forget();
    play.balcony.sets(publish(tune, first));
    play.orchard.receives_nothing_more();
    auto& garden = play.host.connect("romeo@capulet.example/garden");
    garden.sends("<presence>" + caps({mood, tune}) + "</presence>");
    tells(garden, info({tune}));
    garden.forget_received();
    auto& roof = play.host.connect("romeo@capulet.example/roof");
    roof.sends("<presence>" + caps({mood, tune}) + "</presence>");
    CHECK(tells(roof, info({mood, tune})));
}

TEST_CASE("XEP-0115 5.4, 8.2: a verified hash is asked for once") {
    Capulet play;
    wants(play.orchard, {tune});
    auto& garden = play.host.connect("romeo@capulet.example/garden");
    garden.sends("<presence>" + caps({tune}) + "</presence>");
    CHECK_FALSE(tells(garden, info({tune})));
    auto& roof = play.host.connect("romeo@capulet.example/roof");
    roof.sends("<presence><c xmlns='http://jabber.org/protocol/caps' node='http://old.example' ver='1.0'/></presence>");
    CHECK(tells(roof, info({tune})));
}

TEST_CASE("XEP-0163 4.3.3: who loses the subscription to presence hears no more") {
    Capulet play;
    play.befriend_all();
    play.balcony.sends("<presence to='romeo@capulet.example' type='unsubscribed'/>");
    play.forget();
    play.balcony.sets(publish(tune, first));
    play.orchard.receives_nothing_more();
}

TEST_CASE("XEP-0163 7, 7.1: who loses access by subscription or by group, or by the node's choice, is a subscriber no more") {
    Capulet play;
    const std::string romeo = "romeo@capulet.example";
    const std::string subscribe = pubsub("<subscribe node='" + tune + "' jid='" + romeo + "'/>");
    const std::string grouped = field("pubsub#access_model", "roster") + field("pubsub#roster_groups_allowed", "Friends");
    const auto groups = [&](const std::string& inside) {
        play.balcony.sets("<query xmlns='jabber:iq:roster'><item jid='" + romeo + "'>" + inside + "</item></query>");
    };
    const auto subscribers = [&] { return play.balcony.gets(owner("<subscriptions node='" + tune + "'/>")); };
    const auto is_ended = [&] {
        play.orchard.receives_somewhere(event(play.juliet, romeo, "<subscription node='" + tune + "' jid='" + romeo + "' subscription='none'/>"));
        CHECK(subscribers().find(romeo) == std::string::npos);
    };
    play.balcony.sets(create(tune));
    play.host.befriend(play.balcony, play.orchard);
    play.orchard.sets(subscribe, play.juliet);
    groups("<group>Friends</group>");
    CHECK(subscribers().find(romeo) != std::string::npos);
    play.balcony.sends("<presence to='romeo@capulet.example' type='unsubscribed'/>");
    is_ended();
    play.host.befriend(play.balcony, play.orchard);
    play.balcony.sets(configure(tune, grouped));
    play.orchard.sets(subscribe, play.juliet);
    groups("<group>Foes</group>");
    is_ended();
    groups("<group>Friends</group>");
    play.orchard.sets(subscribe, play.juliet);
    play.balcony.sets(configure(tune, field("pubsub#access_model", "whitelist")));
    is_ended();
    play.host.restarts();
    CHECK(play.host.login("juliet@capulet.example/later").gets(owner("<subscriptions node='" + tune + "'/>")).find(romeo) == std::string::npos);
}

TEST_CASE("XEP-0163 4.3.1, 4.3.2: who subscribed himself hears it once: at his full address, at his bare one, or at each client that wants it") {
    Capulet play;
    const std::string romeo = "romeo@capulet.example";
    const auto asks = [&](const std::string& action, const std::string& jid) {
        play.orchard.sets(pubsub("<" + action + " node='" + tune + "' jid='" + jid + "'/>"), play.juliet);
    };
    auto& garden = play.host.login("romeo@capulet.example/garden");
    const auto publishes = [&] {
        play.forget();
        garden.forget_received();
        play.balcony.sets(publish(tune, first));
    };
    play.balcony.sets(create(tune, field("pubsub#access_model", "open")));
    asks("subscribe", romeo + "/orchard");
    publishes();
    play.orchard.receives(event(play.juliet, romeo + "/orchard", items_event(tune, first)));
    play.orchard.receives_nothing_more();
    garden.receives_nothing_more();
    asks("unsubscribe", romeo + "/orchard");
    asks("subscribe", romeo);
    publishes();
    for (TestClient* client : {&play.orchard, &garden}) {
        client->receives(event(play.juliet, romeo, items_event(tune, first)));
        client->receives_nothing_more();
    }
    play.host.befriend(play.balcony, play.orchard);
    wants(play.orchard, {tune});
    wants(garden, {mood});
    publishes();
    play.orchard.receives(event(play.juliet, romeo + "/orchard", items_event(tune, first), reply_to("juliet@capulet.example/balcony")));
    play.orchard.receives_nothing_more();
    garden.receives_nothing_more();
}

TEST_CASE("XEP-0163 4.3.2: a blocked contact hears nothing") {
    Capulet play;
    play.befriend_all();
    play.balcony.sets("<block xmlns='urn:xmpp:blocking'><item jid='romeo@capulet.example'/></block>");
    play.forget();
    play.balcony.sets(publish(tune, first));
    play.orchard.receives_nothing_more();
}

TEST_CASE("XEP-0163 6.1, 6.2, XEP-0060 9, XEP-0222 5, XEP-0223 5: the account is a pubsub/pep service, its nodes are shown to whom may see them") {
    Capulet play;
    play.host.befriend(play.balcony, play.orchard);
    play.balcony.sets(publish(tune, first));
    play.balcony.sets(publish("urn:private", first, options(field("pubsub#access_model", "whitelist"))));
    const std::string features = play.balcony.gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", play.juliet);
    const auto query_of = xml::parse_element(features);
    bool is_pep = false;
    for (const auto child : query_of->children()) is_pep = is_pep || (child.attribute("category") == "pubsub" && child.attribute("type") == "pep");
    CHECK(is_pep);
    for (const std::string name : {"publish", "auto-create", "auto-subscribe", "filtered-notifications", "access-presence", "publish-options", "pubsub-on-a-jid"})
        CHECK_MESSAGE(features.find("http://jabber.org/protocol/pubsub#" + name) != std::string::npos, name);
    const std::string mine = play.balcony.gets("<query xmlns='http://jabber.org/protocol/disco#items'/>", play.juliet);
    CHECK(mine.find("urn:private") != std::string::npos);
    const std::string seen = play.orchard.gets("<query xmlns='http://jabber.org/protocol/disco#items'/>", play.juliet);
    CHECK(seen.find(tune) != std::string::npos);
    CHECK(seen.find("urn:private") == std::string::npos);
    const std::string query = "<query xmlns='http://jabber.org/protocol/disco#info' node='" + tune + "'/>";
    CHECK(play.orchard.gets(query, play.juliet).find("leaf") != std::string::npos);
    play.orchard.is_refused("get", "<query xmlns='http://jabber.org/protocol/disco#info' node='urn:private'/>", "item-not-found", play.juliet);
    CHECK(play.orchard.gets("<query xmlns='http://jabber.org/protocol/disco#items' node='" + tune + "'/>", play.juliet).find("name=") != std::string::npos);
}

TEST_CASE("XEP-0223 3: a private node is made by publish-options, and its owner's clients alone hear of it") {
    Capulet play;
    play.befriend_all();
    const std::string closed = options(field("pubsub#persist_items", "true") + field("pubsub#access_model", "whitelist"));
    play.balcony.sets(publish(tune, first, closed));
    play.orchard.receives_nothing_more();
    play.balcony.receives(event(play.juliet, "juliet@capulet.example/balcony", items_event(tune, first), reply_to("juliet@capulet.example/balcony")));
    play.orchard.is_refused("get", items(tune), "not-allowed", play.juliet);
    play.balcony.sets(publish(tune, first, closed));
    play.balcony.is_refused("set", publish(tune, first, options(field("pubsub#access_model", "open"))), "conflict");
}

TEST_CASE("XEP-0222 2, 3: an object that stays has its id, is kept and may be fetched by contacts") {
    Capulet play;
    play.befriend_all();
    const std::string stays = options(field("pubsub#persist_items", "true") + field("pubsub#send_last_published_item", "never"));
    play.balcony.sets(publish("urn:object", item("current", "<object xmlns='urn:object'/>"), stays));
    play.host.restarts();
    auto& orchard = play.host.login("romeo@capulet.example/orchard");
    CHECK(same_xml(items("urn:object", item("current", "<object xmlns='urn:object'/>")), orchard.gets(items("urn:object"), play.juliet)));
}

TEST_CASE("XEP-0163 4.1: only the owner publishes, and nobody learns whether there is such an account") {
    Capulet play;
    play.host.befriend(play.balcony, play.orchard);
    for (const std::string whom : {"juliet@capulet.example", "nobody@capulet.example"}) {
        play.orchard.is_refused("set", publish(tune, first), "forbidden", whom);
        play.orchard.is_refused("set", retract(tune, "1"), "forbidden", whom);
        play.orchard.is_refused("set", create("urn:node"), "forbidden", whom);
        play.orchard.is_refused("set", owner("<delete node='" + tune + "'/>"), "forbidden", whom);
        play.orchard.is_refused("get", owner("<configure node='" + tune + "'/>"), "forbidden", whom);
    }
    CHECK(play.host.users().find(*xmpp::parse_jid(play.juliet)) != nullptr);
    play.orchard.is_refused("get", items(tune), "item-not-found", play.juliet);
}

TEST_CASE("DESIGN 4.1: the answer waits for the commit; a refused one is an error and leaves nothing") {
    Capulet play;
    play.host.store().refuse_next(store::Refusal::resource_constraint);
    play.balcony.is_refused("set", publish(tune, first), "resource-constraint");
    play.balcony.is_refused("get", items(tune), "item-not-found");
    play.balcony.sets(publish(tune, first));
    play.host.store().refuse_next(store::Refusal::internal_error);
    play.balcony.is_refused("set", publish(tune, item("2", song("Finale"))), "internal-server-error");
    CHECK(same_xml(items(tune, first), play.balcony.gets(items(tune))));
}

TEST_CASE("XEP-0163 4.3: a roster group decides who hears of a node with access by groups") {
    Capulet play;
    play.befriend_all();
    const std::string grouped = field("pubsub#access_model", "roster") + field("pubsub#roster_groups_allowed", "Friends");
    play.balcony.sets(create(tune, grouped));
    play.balcony.sets(publish(tune, first));
    play.orchard.receives_nothing_more();
    play.orchard.is_refused("get", items(tune), "not-authorized", play.juliet);
    play.balcony.sets("<query xmlns='jabber:iq:roster'><item jid='romeo@capulet.example'><group>Friends</group></item></query>");
    play.forget();
    play.balcony.sets(publish(tune, item("2", song("Finale"))));
    play.orchard.receives(event(play.juliet, "romeo@capulet.example/orchard", items_event(tune, item("2", song("Finale"))),
                                reply_to("juliet@capulet.example/balcony")));
}
