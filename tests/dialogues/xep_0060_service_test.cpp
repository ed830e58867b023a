// SPDX-License-Identifier: MIT
// XEP-0060: nodes of the service, their owners, publishers and subscribers.
#include "dialogues/xep_0060_play.h"

using namespace pubsub_play;

namespace {

const std::string service = "pubsub.denmark.example";
const std::string hamlet_jid = "hamlet@denmark.example";
const std::string francisco_jid = "francisco@denmark.example";

struct Denmark {
    TestHost host{"denmark.example", {add_everything}};
    TestClient& hamlet = host.login("hamlet@denmark.example/elsinore");
    TestClient& francisco = host.login("francisco@denmark.example/barracks");
    TestClient& bernardo = host.login("bernardo@denmark.example/wall");

    void makes(const std::string& fields = {}) { hamlet.sets(create("musings", fields), service); }
    std::string subscribes(TestClient& client, const std::string& jid, const std::string& node = "musings") {
        return client.sets(pubsub("<subscribe node='" + node + "' jid='" + jid + "'/>"), service);
    }
    void publishes(const std::string& id, const std::string& node = "musings") { hamlet.sets(publish(node, item(id, song(id))), service); }
    void hears(TestClient& client, const std::string& jid, const std::string& inside) { client.receives(event(service, jid, inside)); }
    std::string detail(TestClient& client, const std::string& type, const std::string& payload) {
        client.forget_received();
        client.sends("<iq type='" + type + "' id='refused' to='" + service + "'>" + payload + "</iq>");
        const xml::Element answer = client.next();
        const auto error = answer.child({"jabber:client", "error"});
        REQUIRE_MESSAGE(error.has_value(), xml::to_string(answer));
        std::string text(*error->attribute("type"));
        for (const auto child : error->children()) text += ' ' + std::string(child.name().local);
        return text;
    }
};

std::string subscription(const std::string& jid, const std::string& state, const std::string& node = "musings") {
    return "<subscription node='" + node + "' jid='" + jid + "' subscription='" + state + "'/>";
}
std::string subscribe(const std::string& jid, const std::string& node = "musings") {
    return pubsub("<subscribe node='" + node + "' jid='" + jid + "'/>");
}
std::string unsubscribe(const std::string& jid) { return pubsub("<unsubscribe node='musings' jid='" + jid + "'/>"); }
std::string affiliation(const std::string& jid, const std::string& value) {
    return "<affiliation jid='" + jid + "' affiliation='" + value + "'/>";
}
std::string affiliations(const std::string& inside) { return owner("<affiliations node='musings'>" + inside + "</affiliations>"); }
std::string subscriptions(const std::string& inside) { return owner("<subscriptions node='musings'>" + inside + "</subscriptions>"); }

}  // namespace

TEST_CASE("XEP-0060 5.1 to 5.4: the service tells what it is, its nodes, and what each is") {
    Denmark play;
    play.makes(field("pubsub#title", "Musings"));
    play.hamlet.sets(create("secret", field("pubsub#access_model", "whitelist")), service);
    const std::string info = play.francisco.gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", service);
    CHECK(info.find("pubsub#publish'") != std::string::npos);
    CHECK(info.find("pubsub#access-open'") != std::string::npos);
    CHECK(info.find("auto-subscribe") == std::string::npos);
    CHECK(info.find("pubsub#last-published'") != std::string::npos);  // 6.1.7, and the default that 4.3 asks for
    const auto begins = xml::parse_element(play.hamlet.gets(owner("<default/>"), service))->first_child()->first_child();
    CHECK(xmpp::parse_form(*begins)->value("pubsub#send_last_published_item") == "on_sub_and_presence");
    CHECK(same_xml("<query xmlns='http://jabber.org/protocol/disco#items'><item jid='" + service + "' node='musings' name='Musings'/></query>",
                   play.francisco.gets("<query xmlns='http://jabber.org/protocol/disco#items'/>", service)));
    const std::string meta = play.francisco.gets("<query xmlns='http://jabber.org/protocol/disco#info' node='musings'/>", service);
    for (const std::string told : {"leaf", "pubsub#meta-data", "pubsub#creator", hamlet_jid.c_str(), "2023-11-14T22:13:20Z", "pubsub#num_subscribers"})
        CHECK_MESSAGE(meta.find(told) != std::string::npos, told);
    play.publishes("1");
    CHECK(same_xml("<query xmlns='http://jabber.org/protocol/disco#items' node='musings'><item jid='" + service + "' name='1'/></query>",
                   play.francisco.gets("<query xmlns='http://jabber.org/protocol/disco#items' node='musings'/>", service)));
    play.francisco.is_refused("get", "<query xmlns='http://jabber.org/protocol/disco#info' node='secret'/>", "item-not-found", service);
    CHECK(play.francisco.gets("<query xmlns='http://jabber.org/protocol/disco#items'/>", "denmark.example").find(service) != std::string::npos);
}

TEST_CASE("XEP-0060 6.1, 7.1.2, 13.3: subscribers hear what is published, at the address they gave, across a restart") {
    Denmark play;
    play.makes();
    CHECK(same_xml(pubsub(subscription(francisco_jid, "subscribed")), play.subscribes(play.francisco, francisco_jid)));
    play.subscribes(play.bernardo, "bernardo@denmark.example/wall");
    play.publishes("1");
    play.hears(play.francisco, francisco_jid, items_event("musings", item("1", song("1"))));
    play.hears(play.bernardo, "bernardo@denmark.example/wall", items_event("musings", item("1", song("1"))));
    play.hamlet.receives_nothing_more();
    play.host.restarts();
    auto& hamlet = play.host.login("hamlet@denmark.example/elsinore");
    auto& francisco = play.host.login("francisco@denmark.example/barracks");
    hamlet.sets(publish("musings", item("2", song("2"))), service);
    francisco.receives(event(service, francisco_jid, items_event("musings", item("2", song("2")))));
    CHECK(same_xml(items("musings", item("1", song("1")) + item("2", song("2"))), francisco.gets(items("musings"), service)));
}

TEST_CASE("XEP-0060 6.1.7, 13.10: a new subscriber gets the last item, with its time") {
    Denmark play;
    play.makes();
    play.publishes("1");
    play.subscribes(play.francisco, francisco_jid);
    play.francisco.receives(event(service, francisco_jid, items_event("musings", item("1", song("1"))), delayed(service)));
    CHECK(same_xml(pubsub(subscription(francisco_jid, "subscribed")), play.subscribes(play.francisco, francisco_jid)));
    play.francisco.receives_nothing_more();
}

TEST_CASE("XEP-0060 17.4.4: on_sub_and_presence gives the last item to each client of a subscriber that comes, once") {
    Denmark play;
    play.makes(field("pubsub#send_last_published_item", "on_sub_and_presence"));
    play.subscribes(play.francisco, francisco_jid);
    play.publishes("1");
    const auto comes = [&](const std::string& resource) -> TestClient& {
        auto& client = play.host.connect("francisco@denmark.example/" + resource);
        client.sends("<presence/>");
        return client;
    };
    const auto last = [&](TestClient& client) {
        return event(service, client.jid(), items_event("musings", item("1", song("1"))), delayed(service));
    };
    const auto has_event = [](TestClient& client) {
        bool found = false;
        while (client.has_received()) found = xml::to_string(client.next()).find("<items") != std::string::npos || found;
        return found;
    };
    auto& tower = comes("tower");
    tower.receives_somewhere(last(tower));
    tower.forget_received();
    tower.sends("<presence><show>away</show></presence>");
    CHECK_FALSE(has_event(tower));
    tower.sends("<presence type='unavailable'/>");
    tower.forget_received();
    tower.sends("<presence/>");
    tower.receives_somewhere(last(tower));
    play.hamlet.sets(configure("musings", field("pubsub#access_model", "presence")), service);
    auto& gate = comes("gate");  // he does not see the maker: nothing for him, and no subscription any more
    tower.receives_somewhere(event(service, francisco_jid, subscription(francisco_jid, "none")));
    CHECK_FALSE(has_event(gate));
    play.hamlet.sets(configure("musings", field("pubsub#access_model", "open") + field("pubsub#send_last_published_item", "on_sub")), service);
    play.subscribes(play.francisco, francisco_jid);
    CHECK_FALSE(has_event(comes("yard")));
}

TEST_CASE("XEP-0060 6.1.3.9, 6.1.3.10, 6.5.1, 15.3: who may not subscribe is told why") {
    Denmark play;
    CHECK(play.detail(play.francisco, "set", subscribe(hamlet_jid)) == "modify bad-request invalid-jid");
    CHECK(play.detail(play.francisco, "set", subscribe(francisco_jid)) == "cancel item-not-found");
    play.makes(field("pubsub#access_model", "whitelist"));
    CHECK(play.detail(play.francisco, "set", subscribe(francisco_jid)) == "cancel not-allowed closed-node");
    CHECK(play.detail(play.francisco, "get", items("musings")) == "cancel not-allowed closed-node");
    play.hamlet.sets(affiliations(affiliation(francisco_jid, "member")), service);
    play.subscribes(play.francisco, francisco_jid);
    play.hamlet.sets(configure("musings", field("pubsub#access_model", "open") + field("pubsub#subscribe", "0")), service);
    CHECK(play.detail(play.bernardo, "set", subscribe("bernardo@denmark.example")) == "cancel feature-not-implemented unsupported");
    play.hamlet.sets(configure("musings", field("pubsub#subscribe", "1")), service);
    play.hamlet.sets(affiliations(affiliation("bernardo@denmark.example", "outcast")), service);
    CHECK(play.detail(play.bernardo, "set", subscribe("bernardo@denmark.example")) == "auth forbidden");
    CHECK(play.detail(play.bernardo, "get", items("musings")) == "auth forbidden");
    play.host.node().limits.node_subscribers = 1;
    play.hamlet.forget_received();
    CHECK(play.detail(play.hamlet, "set", subscribe(hamlet_jid)) == "wait policy-violation too-many-subscriptions");
}

TEST_CASE("XEP-0060 6.1.3.2, 6.1.3.3, 6.5.9.6, 6.5.9.7: the contacts of a node's maker, and groups of his roster") {
    Denmark play;
    play.makes(field("pubsub#access_model", "presence"));
    CHECK(play.detail(play.francisco, "set", subscribe(francisco_jid)) == "auth not-authorized presence-subscription-required");
    CHECK(play.detail(play.francisco, "get", items("musings")) == "auth not-authorized presence-subscription-required");
    play.host.befriend(play.hamlet, play.francisco);
    play.subscribes(play.francisco, francisco_jid);
    play.publishes("1");
    play.hears(play.francisco, francisco_jid, items_event("musings", item("1", song("1"))));
    play.hamlet.sets(configure("musings", field("pubsub#access_model", "roster") + field("pubsub#roster_groups_allowed", "Friends")), service);
    CHECK(play.detail(play.francisco, "get", items("musings")) == "auth not-authorized not-in-roster-group");
    play.francisco.forget_received();
    play.publishes("2");
    play.hears(play.francisco, francisco_jid, subscription(francisco_jid, "none"));
    play.francisco.receives_nothing_more();
    play.hamlet.sets("<query xmlns='jabber:iq:roster'><item jid='francisco@denmark.example'><group>Friends</group></item></query>");
    play.subscribes(play.francisco, francisco_jid);
}

TEST_CASE("XEP-0060 4.2, 6.1.4, 6.5.9.3, 8.6: an owner approves or denies who asks to subscribe") {
    Denmark play;
    play.makes(field("pubsub#access_model", "authorize"));
    CHECK(same_xml(pubsub(subscription(francisco_jid, "pending")), play.subscribes(play.francisco, francisco_jid)));
    CHECK(play.detail(play.francisco, "set", subscribe(francisco_jid)) == "auth not-authorized pending-subscription");
    CHECK(play.detail(play.francisco, "get", items("musings")) == "auth not-authorized not-subscribed");
    const xml::Element asked = play.hamlet.next();
    CHECK(asked.has_child({"jabber:client", "body"}));
    const auto form_asked = xmpp::parse_form(*asked.child({"jabber:x:data", "x"}));
    CHECK(form_asked->form_type() == "http://jabber.org/protocol/pubsub#subscribe_authorization");
    CHECK(form_asked->value("pubsub#subscriber_jid") == francisco_jid);
    const auto answers = [&](TestClient& client, const std::string& jid, const std::string& allow, const std::string& type = "submit") {
        std::string x = form("subscribe_authorization", field("pubsub#node", "musings") + field("pubsub#subscriber_jid", jid) + field("pubsub#allow", allow));
        x.replace(x.find("submit"), 6, type);
        client.sends("<message to='" + service + "' id='approve1'>" + x + "</message>");
    };
    play.francisco.forget_received();
    answers(play.hamlet, francisco_jid, "true", "cancel");
    answers(play.francisco, francisco_jid, "true");
    play.publishes("1");
    play.francisco.receives_nothing_more();
    answers(play.hamlet, francisco_jid, "true");
    play.hears(play.francisco, francisco_jid, subscription(francisco_jid, "subscribed"));
    play.francisco.receives(event(service, francisco_jid, items_event("musings", item("1", song("1"))), delayed(service)));
    play.subscribes(play.bernardo, "bernardo@denmark.example");
    answers(play.hamlet, "bernardo@denmark.example", "0");
    play.hears(play.bernardo, "bernardo@denmark.example", subscription("bernardo@denmark.example", "none"));
    CHECK(same_xml(owner("<subscriptions node='musings'><subscription jid='" + francisco_jid + "' subscription='subscribed'/></subscriptions>"),
                   play.hamlet.gets(subscriptions(""), service)));
}

TEST_CASE("XEP-0060 8.7.4: a pending subscriber who is made publisher is let in, one who is banned is not") {
    Denmark play;
    play.makes(field("pubsub#access_model", "authorize"));
    play.subscribes(play.francisco, francisco_jid);
    play.subscribes(play.bernardo, "bernardo@denmark.example");
    play.hamlet.sets(affiliations(affiliation(francisco_jid, "publisher") + affiliation("bernardo@denmark.example", "outcast")), service);
    play.hears(play.francisco, francisco_jid, subscription(francisco_jid, "subscribed"));
    play.hears(play.bernardo, "bernardo@denmark.example", subscription("bernardo@denmark.example", "none"));
}

TEST_CASE("XEP-0060 6.2: a subscriber leaves; who is none, or speaks for another, is told so") {
    Denmark play;
    play.makes();
    play.subscribes(play.francisco, francisco_jid);
    CHECK(play.detail(play.bernardo, "set", unsubscribe(francisco_jid)) == "auth forbidden");
    CHECK(same_xml(pubsub(subscription(francisco_jid, "none")), play.francisco.sets(unsubscribe(francisco_jid), service)));
    CHECK(play.detail(play.francisco, "set", unsubscribe(francisco_jid)) == "cancel unexpected-request not-subscribed");
    play.publishes("1");
    play.francisco.receives_nothing_more();
    play.francisco.is_refused("set", pubsub("<unsubscribe node='none' jid='" + francisco_jid + "'/>"), "item-not-found", service);
}

TEST_CASE("XEP-0060 5.6, 5.7: everybody sees his own subscriptions and affiliations") {
    Denmark play;
    CHECK(same_xml(pubsub("<subscriptions/>"), play.francisco.gets(pubsub("<subscriptions/>"), service)));
    CHECK(same_xml(pubsub("<affiliations/>"), play.francisco.gets(pubsub("<affiliations/>"), service)));
    play.makes();
    play.hamlet.sets(create("other"), service);
    play.subscribes(play.francisco, francisco_jid);
    play.subscribes(play.francisco, "francisco@denmark.example/barracks", "other");
    CHECK(same_xml(pubsub("<subscriptions>" + subscription(francisco_jid, "subscribed") + subscription("francisco@denmark.example/barracks", "subscribed", "other") + "</subscriptions>"),
                   play.francisco.gets(pubsub("<subscriptions/>"), service)));
    CHECK(same_xml(pubsub("<subscriptions node='musings'>" + subscription(francisco_jid, "subscribed") + "</subscriptions>"),
                   play.francisco.gets(pubsub("<subscriptions node='musings'/>"), service)));
    CHECK(same_xml(pubsub("<affiliations><affiliation node='musings' affiliation='owner'/><affiliation node='other' affiliation='owner'/></affiliations>"),
                   play.hamlet.gets(pubsub("<affiliations/>"), service)));
}

TEST_CASE("XEP-0060 4.1, 8.9, 13.12: affiliations say who may publish, delete and read") {
    Denmark play;
    play.makes(field("pubsub#access_model", "whitelist"));
    play.hamlet.sets(affiliations(affiliation(francisco_jid, "publisher") + affiliation("bernardo@denmark.example", "publish-only")), service);
    CHECK(same_xml(affiliations(affiliation("bernardo@denmark.example", "publish-only") + affiliation(francisco_jid, "publisher") + affiliation(hamlet_jid, "owner")),
                   play.hamlet.gets(affiliations(""), service)));
    play.francisco.sets(publish("musings", item("f", song("f"))), service);
    play.bernardo.sets(publish("musings", item("b", song("b"))), service);
    CHECK(play.detail(play.bernardo, "get", items("musings")) == "auth forbidden");
    CHECK(play.detail(play.bernardo, "set", subscribe("bernardo@denmark.example")) == "auth forbidden");
    CHECK(play.detail(play.bernardo, "set", retract("musings", "f")) == "auth forbidden");
    play.bernardo.sets(retract("musings", "b"), service);
    CHECK(same_xml(items("musings", item("f", song("f"))), play.francisco.gets(items("musings"), service)));
    for (const std::string what : {"<delete node='musings'/>", "<purge node='musings'/>", "<affiliations node='musings'/>"})
        play.francisco.is_refused(what.starts_with("<aff") ? "get" : "set", owner(what), "forbidden", service);
    play.hamlet.sets(affiliations(affiliation(francisco_jid, "none")), service);
    CHECK(play.detail(play.francisco, "set", publish("musings", item("g", song("g")))) == "auth forbidden");
}

TEST_CASE("XEP-0060 8.9.2.4: a node keeps an owner; what is invalid changes nothing and is named") {
    Denmark play;
    play.makes();
    play.hamlet.sends("<iq type='set' id='ent3' to='" + service + "'>" + affiliations(affiliation(hamlet_jid, "none") + affiliation(francisco_jid, "publisher")) + "</iq>");
    const xml::Element answer = play.hamlet.next();
    CHECK(answer.attribute("type") == "error");
    CHECK(xml::to_string(answer).find("affiliation='owner'") != std::string::npos);
    CHECK(xml::to_string(answer).find("not-acceptable") != std::string::npos);
    CHECK(same_xml(affiliations(affiliation(hamlet_jid, "owner")), play.hamlet.gets(affiliations(""), service)));
    play.hamlet.is_refused("set", affiliations(affiliation(francisco_jid, "king")), "not-acceptable", service);
    play.hamlet.is_refused("set", affiliations(affiliation(francisco_jid, "member") + affiliation(francisco_jid, "outcast")), "bad-request", service);
    play.hamlet.sets(affiliations(affiliation(francisco_jid, "owner")), service);
    play.francisco.sets(affiliations(affiliation(hamlet_jid, "none")), service);
    play.hamlet.is_refused("get", affiliations(""), "forbidden", service);
}

TEST_CASE("XEP-0060 8.8, 13.14: an owner sets subscriptions; those concerned are told") {
    Denmark play;
    play.makes();
    play.hamlet.sets(subscriptions("<subscription jid='" + francisco_jid + "' subscription='subscribed'/>"), service);
    play.hears(play.francisco, francisco_jid, subscription(francisco_jid, "subscribed"));
    play.publishes("1");
    play.francisco.forget_received();
    play.hamlet.sets(subscriptions("<subscription jid='" + francisco_jid + "' subscription='none'/>"), service);
    play.hears(play.francisco, francisco_jid, subscription(francisco_jid, "none"));
    play.francisco.is_refused("get", subscriptions(""), "forbidden", service);
    play.hamlet.is_refused("set", subscriptions("<subscription jid='" + francisco_jid + "' subscription='maybe'/>"), "not-acceptable", service);
    play.hamlet.is_refused("get", owner("<subscriptions node='none'/>"), "item-not-found", service);
}

TEST_CASE("XEP-0060 7.1, 8.1: who may not publish is forbidden; users of this server make nodes, others do not") {
    Denmark play;
    play.makes();
    CHECK(play.detail(play.francisco, "set", publish("musings", item("1", song("1")))) == "auth forbidden");
    play.hamlet.sets(configure("musings", field("pubsub#publish_model", "open")), service);
    play.francisco.sets(publish("musings", item("1", song("1"))), service);
    play.hamlet.sets(configure("musings", field("pubsub#publish_model", "subscribers")), service);
    CHECK(play.detail(play.francisco, "set", publish("musings", item("2", song("2")))) == "auth forbidden");
    play.subscribes(play.francisco, francisco_jid);
    play.francisco.sets(publish("musings", item("2", song("2"))), service);
    play.francisco.sets(publish("mine", item("1", song("1"))), service);
    play.hamlet.is_refused("set", owner("<delete node='mine'/>"), "forbidden", service);
}

TEST_CASE("XEP-0060 8.2.5.3, 8.4, 8.5, 17.4.4: notices to subscribers, and to owners") {
    Denmark play;
    play.makes(field("pubsub#notify_sub", "1"));
    play.subscribes(play.francisco, francisco_jid);
    play.hears(play.hamlet, hamlet_jid, subscription(francisco_jid, "subscribed"));
    play.publishes("1");
    play.francisco.forget_received();
    play.hamlet.sets(owner("<purge node='musings'/>"), service);
    play.hears(play.francisco, francisco_jid, "<purge node='musings'/>");
    play.hamlet.sets(configure("musings", field("pubsub#notify_config", "1") + field("pubsub#deliver_payloads", "0")), service);
    play.hears(play.francisco, francisco_jid, "<configuration node='musings'/>");
    play.hamlet.sets(owner("<delete node='musings'/>"), service);
    play.hears(play.francisco, francisco_jid, "<delete node='musings'/>");
}

TEST_CASE("XEP-0060 8.4.2: who waits for approval hears that the node is gone") {
    Denmark play;
    play.makes(field("pubsub#access_model", "authorize"));
    play.subscribes(play.francisco, francisco_jid);
    play.hamlet.sets(owner("<delete node='musings'/>"), service);
    play.hears(play.francisco, francisco_jid, "<delete node='musings'/>");
}

TEST_CASE("XEP-0060 8.4.1: who wants a redirection is told that there is none, and the node stays") {
    Denmark play;
    play.makes();
    play.hamlet.is_refused("set", owner("<delete node='musings'><redirect uri='xmpp:hamlet@denmark.example?;node=blog'/></delete>"),
                           "feature-not-implemented", service);
    play.publishes("1");
}

TEST_CASE("XEP-0060 8.5.2: a purge is told where deletions are") {
    Denmark play;
    play.makes(field("pubsub#notify_retract", "0"));
    play.subscribes(play.francisco, francisco_jid);
    play.publishes("1");
    play.francisco.forget_received();
    play.hamlet.sets(owner("<purge node='musings'/>"), service);
    play.francisco.receives_nothing_more();
    CHECK(same_xml(items("musings"), play.francisco.gets(items("musings"), service)));
}

TEST_CASE("XEP-0060 17.4.4: a node without notifications is silent, one with type normal says normal") {
    Denmark play;
    play.makes(field("pubsub#notification_type", "normal"));
    play.subscribes(play.francisco, francisco_jid);
    play.publishes("1");
    CHECK(play.francisco.next().attribute("type").value_or("normal") == "normal");
    play.hamlet.sets(configure("musings", field("pubsub#deliver_notifications", "0")), service);
    play.publishes("2");
    play.francisco.receives_nothing_more();
}

TEST_CASE("XEP-0060 13.4: a subscriber who is gone is one no more") {
    Denmark play;
    play.makes();
    play.subscribes(play.francisco, francisco_jid);
    play.host.arrives("<message from='francisco@denmark.example' to='" + service + "' type='error' id='x'><error type='cancel'>"
                      "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
    CHECK(same_xml(subscriptions(""), play.hamlet.gets(subscriptions(""), service)));
}

TEST_CASE("DESIGN 4: an erased account leaves no node, affiliation or subscription") {
    Denmark play;
    play.makes();
    play.francisco.sets(create("theirs"), service);
    play.subscribes(play.hamlet, hamlet_jid, "theirs");
    play.hamlet.sets("<query xmlns='jabber:iq:register'><remove/></query>", "denmark.example");
    play.francisco.is_refused("get", items("musings"), "item-not-found", service);
    CHECK(same_xml(owner("<subscriptions node='theirs'/>"), play.francisco.gets(owner("<subscriptions node='theirs'/>"), service)));
}

TEST_CASE("DESIGN 4.1: a refused write leaves the service as it was") {
    Denmark play;
    play.makes();
    play.host.store().refuse_next(store::Refusal::resource_constraint);
    play.hamlet.is_refused("set", publish("musings", item("1", song("1"))), "resource-constraint", service);
    CHECK(same_xml(items("musings"), play.hamlet.gets(items("musings"), service)));
    play.host.store().refuse_next(store::Refusal::resource_constraint);
    play.francisco.is_refused("set", subscribe(francisco_jid), "resource-constraint", service);
    CHECK(same_xml(pubsub("<subscriptions/>"), play.francisco.gets(pubsub("<subscriptions/>"), service)));
}

TEST_CASE("XEP-0030, XEP-0060 8.7.3.1: the service does not speak of what it does not know") {
    Denmark play;
    play.hamlet.is_refused("get", "<query xmlns='jabber:iq:version'/>", "service-unavailable", service);
    play.hamlet.is_refused("set", "<query xmlns='urn:unheard-of'/>", "service-unavailable", service);
    play.hamlet.is_refused("set", "<command xmlns='http://jabber.org/protocol/commands' node='http://jabber.org/protocol/pubsub#get-pending'/>",
                           "service-unavailable", service);
    play.hamlet.is_refused("get", "<standing xmlns='urn:server-core:standing'/>", "service-unavailable", francisco_jid);
    play.hamlet.is_refused("get", "<standing xmlns='urn:server-core:standing'/>", "service-unavailable", "nobody@denmark.example");
}
