// SPDX-License-Identifier: MIT
// XEP-0060 5 to 9: what the service grants, each by the number of its section, the answer whole as written there.
#include "dialogues/xep_0060_play.h"

#include <set>

using namespace pubsub_play;

namespace {

const std::string service = "pubsub.denmark.example";
const std::string maker = "hamlet@denmark.example";
const std::string friar = "francisco@denmark.example";
const std::string many = field("pubsub#max_items", "max");

struct Row {
    const char* section;
    TestClient& client;
    std::string type, asked, answer;  // the answer: empty, <pubsub/> whole
};

struct Elsinore {
    TestHost host{"denmark.example", {add_everything}};
    TestClient& hamlet = host.login(maker + "/elsinore");
    TestClient& francisco = host.login(friar + "/barracks");
    TestClient& bernardo = host.login("bernardo@denmark.example/wall");

    // Each is asked after the one before it.
    void grants(const std::vector<Row>& rows) {
        for (const Row& row : rows) {
            const std::string found = row.type == "get" ? row.client.gets(row.asked, service) : row.client.sets(row.asked, service);
            const bool fits = row.answer.empty() ? found.empty() : same_xml(row.answer, found);
            CHECK_MESSAGE(fits, row.section << ": " << found);
        }
    }
    void tells(TestClient& client, const std::string& jid, const std::string& inside, const std::string& more = {}) {
        client.receives(event(service, jid, inside, more));
    }
    // 8.8.2.4, 8.9.2.4: what is not returned with the error counts as changed, so all that was asked for is.
    void refuses_all(const std::string& asked, const std::string& unchanged) {
        hamlet.forget_received();
        hamlet.sends("<iq type='set' id='wrong' to='" + service + "'>" + asked + "</iq>");
        const xml::Element answer = hamlet.next();
        const auto error = answer.child({"jabber:client", "error"});
        REQUIRE(error.has_value());
        CHECK(error->first_child()->name().local == "not-acceptable");
        CHECK(same_xml(unchanged, xml::to_string(*answer.child({"http://jabber.org/protocol/pubsub#owner", "pubsub"}))));
    }
    // A configuration form that the service shows.
    xmpp::DataForm form_in(const std::string& answer) {
        const auto x = xml::parse_element(answer)->first_child()->child({"jabber:x:data", "x"});
        REQUIRE(x.has_value());
        return *xmpp::parse_form(*x);
    }
};

std::string subscription(const std::string& jid, const std::string& state, const std::string& node = "musings") {
    return "<subscription node='" + node + "' jid='" + jid + "' subscription='" + state + "'/>";
}
std::string entry(const std::string& id) { return item(id, song(id)); }
std::string about(const std::string& action, const std::string& jid, const std::string& more = {}) {
    return pubsub("<" + action + " node='musings' jid='" + jid + "'" + more + "/>");
}
std::string owned(const std::string& list, const std::string& inside = {}) { return owner("<" + list + " node='musings'>" + inside + "</" + list + ">"); }
std::string subscriber(const std::string& jid, const std::string& state) {
    return "<subscription jid='" + jid + "'" + (state.empty() ? "" : " subscription='" + state + "'") + "/>";
}
std::string affiliate(const std::string& jid, const std::string& affiliation) {
    return "<affiliation jid='" + jid + "'" + (affiliation.empty() ? "" : " affiliation='" + affiliation + "'") + "/>";
}
std::string info(const std::string& node = {}) {
    return "<query xmlns='http://jabber.org/protocol/disco#info'" + (node.empty() ? "" : " node='" + node + "'") + "/>";
}
std::string disco_items(const std::string& node = {}, const std::string& inside = {}) {
    return "<query xmlns='http://jabber.org/protocol/disco#items'" + (node.empty() ? "" : " node='" + node + "'") + ">" + inside + "</query>";
}

}  // namespace

TEST_CASE("XEP-0060 5.1, 11: the service is pubsub/service, and lists each feature that it has, once") {
    Elsinore play;
    const auto told = xml::parse_element(play.francisco.gets(info(), service));
    CHECK(same_xml("<identity xmlns='http://jabber.org/protocol/disco#info' category='pubsub' type='service'/>", xml::to_string(*told->first_child())));
    std::multiset<std::string> features;
    for (const auto child : told->children())
        if (const auto var = child.attribute("var")) features.emplace(*var);
    const std::string ns = "http://jabber.org/protocol/pubsub";
    CHECK(features.count(ns) == 1);
    // 11, REQUIRED and RECOMMENDED of what is not for collections
    for (const std::string name : {"publish", "subscribe", "access-open", "config-node", "create-and-configure", "create-nodes", "delete-items", "delete-nodes",
                                   "instant-nodes", "item-ids", "last-published", "manage-subscriptions", "member-affiliation", "meta-data",
                                   "modify-affiliations", "multi-items", "outcast-affiliation", "persistent-items", "publisher-affiliation",
                                   "publish-only-affiliation", "purge-nodes", "retract-items", "retrieve-affiliations", "retrieve-default",
                                   "retrieve-items", "retrieve-subscriptions", "publish-options", "auto-create", "config-node-max", "rsm"})
        CHECK_MESSAGE(features.count(ns + "#" + name) == 1, name);
    for (const std::string name : {"collections", "multi-subscribe", "subscription-options", "leased-subscription", "get-pending", "auto-subscribe"})
        CHECK_MESSAGE(features.count(ns + "#" + name) == 0, name);
}

TEST_CASE("XEP-0060 5.2 to 5.5: nodes, what one is, and its items, which are no nodes") {
    Elsinore play;
    play.hamlet.sets(create("musings", many + field("pubsub#title", "Musings")), service);
    for (const std::string id : {"a", "b"}) play.hamlet.sets(publish("musings", entry(id)), service);
    play.grants({
        {"5.2", play.francisco, "get", disco_items(), disco_items({}, "<item jid='" + service + "' node='musings' name='Musings'/>")},
        {"5.5", play.francisco, "get", disco_items("musings"),
         disco_items("musings", "<item jid='" + service + "' name='a'/><item jid='" + service + "' name='b'/>")},
    });
    const auto told = xml::parse_element(play.francisco.gets(info("musings"), service));
    CHECK(told->attribute("node") == "musings");  // XEP-0030 3.2
    CHECK(same_xml("<identity xmlns='http://jabber.org/protocol/disco#info' category='pubsub' type='leaf'/>", xml::to_string(*told->first_child())));  // 5.3
    const auto metadata = xmpp::parse_form(*told->child({"jabber:x:data", "x"}));  // 5.4
    CHECK(metadata->type() == xmpp::DataForm::result);
    CHECK(metadata->form_type() == "http://jabber.org/protocol/pubsub#meta-data");
    for (const auto& [var, value] : std::vector<std::pair<std::string, std::string>>{
             {"pubsub#title", "Musings"}, {"pubsub#creator", maker}, {"pubsub#creation_date", "2023-11-14T22:13:20Z"}, {"pubsub#num_subscribers", "0"}})
        CHECK_MESSAGE(metadata->value(var) == value, var);
}

TEST_CASE("XEP-0060 5.6, 6.1.2, 6.1.6, 6.2.2: one subscription for each address, granted, told again, heard by itself, ended") {
    Elsinore play;
    play.hamlet.sets(create("musings", many), service);
    const std::string here = friar + "/barracks";
    const auto granted = [](const std::string& jid, const std::string& state = "subscribed") { return pubsub(subscription(jid, state)); };
    play.grants({
        {"5.6 none", play.francisco, "get", pubsub("<subscriptions/>"), pubsub("<subscriptions/>")},
        {"6.1.2", play.francisco, "set", about("subscribe", friar), granted(friar)},
        {"6.1.6 again", play.francisco, "set", about("subscribe", friar), granted(friar)},
        {"6.1.6 another address", play.francisco, "set", about("subscribe", here), granted(here)},
        {"5.6", play.francisco, "get", pubsub("<subscriptions/>"),
         pubsub("<subscriptions>" + subscription(friar, "subscribed") + subscription(here, "subscribed") + "</subscriptions>")},
    });
    play.hamlet.sets(publish("musings", entry("a")), service);
    play.francisco.receives_somewhere(event(service, friar, items_event("musings", entry("a"))));
    play.francisco.receives_somewhere(event(service, here, items_event("musings", entry("a"))));
    play.francisco.receives_nothing_more();
    play.grants({
        {"6.2.2, and 6.2.3.5: a SubID is ignored", play.francisco, "set", about("unsubscribe", here, " subid='none'"), granted(here, "none")},
        {"5.6", play.francisco, "get", pubsub("<subscriptions node='musings'/>"),
         pubsub("<subscriptions node='musings'>" + subscription(friar, "subscribed") + "</subscriptions>")},
    });
    play.hamlet.sets(publish("musings", entry("b")), service);
    play.tells(play.francisco, friar, items_event("musings", entry("b")));
    play.francisco.receives_nothing_more();
}

TEST_CASE("XEP-0060 6.5.3, 6.5.5 to 6.5.8, 6.5.9.12: items: all, the newest, some by id, and none") {
    Elsinore play;
    play.hamlet.sets(create("musings", many), service);
    const auto list = [](const std::string& inside) { return pubsub("<items node='musings'>" + inside + "</items>"); };
    play.grants({{"6.5.9.12 nothing published", play.francisco, "get", items("musings"), list("")}});
    for (const std::string id : {"a", "b", "c"}) play.hamlet.sets(publish("musings", entry(id)), service);
    play.grants({
        {"6.5.3", play.francisco, "get", items("musings"), list(entry("a") + entry("b") + entry("c"))},
        {"6.5.7", play.francisco, "get", items("musings", {}, " max_items='2'"), list(entry("b") + entry("c"))},
        {"6.5.7 fewer than asked for", play.francisco, "get", items("musings", {}, " max_items='9'"), list(entry("a") + entry("b") + entry("c"))},
        {"6.5.5", play.francisco, "get", items("musings", {}, " max_items='1'"), list(entry("c"))},
        {"6.5.6", play.francisco, "get", items("musings", "<item id='a'/><item id='c'/>"), list(entry("a") + entry("c"))},
        {"6.5.8", play.francisco, "get", items("musings", "<item id='b'/>"), list(entry("b"))},
        {"6.5.9.12", play.francisco, "get", items("musings", "<item id='z'/>"), list("")},
    });
}

TEST_CASE("XEP-0060 7.1.2, 7.1.2.1, 7.1.4, 7.2.2: what is published is told with its payload, and its end where that is wished") {
    Elsinore play;
    const auto published = [](const std::string& id) { return pubsub("<publish node='musings'><item id='" + id + "'/></publish>"); };
    play.grants({
        {"7.1.4: the node is made", play.hamlet, "set", publish("musings", entry("a")), published("a")},
        {"8.2.4", play.hamlet, "set", configure("musings", many + field("pubsub#notify_retract", "0")), ""},
        {"6.1.2", play.francisco, "set", about("subscribe", friar), pubsub(subscription(friar, "subscribed"))},
    });
    play.francisco.forget_received();
    play.grants({
        {"7.1.2", play.hamlet, "set", publish("musings", entry("b")), published("b")},
        {"7.1.2: over an older one", play.hamlet, "set", publish("musings", item("a", song("new"))), published("a")},
        {"7.2.2: untold", play.hamlet, "set", retract("musings", "b"), ""},
        {"7.2.2.1: told", play.hamlet, "set", retract("musings", "a", " notify='1'"), ""},
    });
    play.tells(play.francisco, friar, items_event("musings", entry("b")));
    play.tells(play.francisco, friar, items_event("musings", item("a", song("new"))));
    play.tells(play.francisco, friar, items_event("musings", "<retract id='a'/>"));
    play.francisco.receives_nothing_more();
}

TEST_CASE("XEP-0060 8.1.2, 8.1.3, 8.3.3: a node is made as all are, or as its maker says") {
    Elsinore play;
    play.grants({
        {"8.1.2", play.hamlet, "set", create("musings"), ""},
        {"8.1.2: nothing to configure", play.hamlet, "set", pubsub("<create node='plain'/><configure/>"), ""},
        {"8.1.3", play.hamlet, "set", create("own", many + field("pubsub#access_model", "whitelist")), ""},
    });
    const std::string begins = play.hamlet.gets(owner("<default/>"), service);
    const auto at_first = play.form_in(begins);
    CHECK(same_xml(begins, play.francisco.gets(owner("<default/>"), service)));
    CHECK(at_first.type() == xmpp::DataForm::form);
    CHECK(at_first.form_type() == "http://jabber.org/protocol/pubsub#node_config");
    const auto config = [&](const std::string& node) { return play.form_in(play.hamlet.gets(owner("<configure node='" + node + "'/>"), service)); };
    for (const std::string var : {"pubsub#access_model", "pubsub#max_items", "pubsub#persist_items", "pubsub#deliver_payloads", "pubsub#publish_model"}) {
        CHECK_MESSAGE(config("musings").value(var) == at_first.value(var), var);
        CHECK_MESSAGE(config("plain").value(var) == at_first.value(var), var);
    }
    CHECK(config("own").value("pubsub#access_model") == "whitelist");
    CHECK(config("own").value("pubsub#max_items") == "max");
    CHECK(config("own").value("pubsub#persist_items") == at_first.value("pubsub#persist_items"));
}

TEST_CASE("XEP-0060 8.2.2, 8.2.4, 8.2.5.1, 8.2.5.2, 8.2.5.3: the configuration is shown, changed as a whole or not, and told") {
    Elsinore play;
    play.hamlet.sets(create("musings"), service);
    play.francisco.sets(about("subscribe", friar), service);
    const auto shown = [&] { return play.form_in(play.hamlet.gets(owned("configure"), service)); };
    CHECK(shown().type() == xmpp::DataForm::form);
    play.grants({{"8.2.4", play.hamlet, "set", owned("configure", "<x xmlns='jabber:x:data' type='cancel'/>"), ""},
                 {"8.2.5.1", play.hamlet, "set", configure("musings", field("pubsub#title", "Musings")), ""}});
    play.hamlet.is_refused("set", configure("musings", field("pubsub#title", "Worse") + field("pubsub#persist_items", "perhaps")), "not-acceptable", service);
    CHECK(shown().value("pubsub#title") == "Musings");
    play.francisco.receives_nothing_more();
    play.grants({{"8.2.5.3", play.hamlet, "set", configure("musings", field("pubsub#notify_config", "1") + field("pubsub#title", "Thoughts")), ""}});
    const xml::Element told = play.francisco.next();
    const auto inside = told.child({"http://jabber.org/protocol/pubsub#event", "event"})->first_child();
    CHECK(inside->name().local == "configuration");
    CHECK(inside->attribute("node") == "musings");
    CHECK(xmpp::parse_form(*inside->first_child())->value("pubsub#title") == "Thoughts");
    play.hamlet.sets(configure("musings", field("pubsub#deliver_payloads", "0")), service);
    play.tells(play.francisco, friar, "<configuration node='musings'/>");
}

TEST_CASE("XEP-0060 8.4.2, 8.5.2: a node is emptied and deleted, told once, also to who waits for approval") {
    Elsinore play;
    play.hamlet.sets(create("musings", many), service);
    for (const std::string id : {"a", "b"}) play.hamlet.sets(publish("musings", entry(id)), service);
    play.francisco.sets(about("subscribe", friar), service);
    play.hamlet.sets(configure("musings", field("pubsub#access_model", "authorize")), service);
    play.bernardo.sets(about("subscribe", "bernardo@denmark.example"), service);
    for (TestClient* client : {&play.francisco, &play.bernardo}) client->forget_received();
    play.grants({{"8.5.2", play.hamlet, "set", owned("purge"), ""}, {"8.4.2", play.hamlet, "set", owned("delete"), ""}});
    play.tells(play.francisco, friar, "<purge node='musings'/>");
    play.tells(play.francisco, friar, "<delete node='musings'/>");
    play.tells(play.bernardo, "bernardo@denmark.example", "<delete node='musings'/>");
    play.francisco.receives_nothing_more();
    play.bernardo.receives_nothing_more();
}

TEST_CASE("XEP-0060 8.8.1.2 to 8.8.4: an owner reads and changes subscriptions; what is invalid changes none") {
    Elsinore play;
    play.hamlet.sets(create("musings", many + field("pubsub#access_model", "authorize")), service);
    const std::string bernardo = "bernardo@denmark.example";
    play.bernardo.sets(about("subscribe", bernardo), service);
    play.grants({
        {"8.8.1.2: who waits is not told", play.hamlet, "get", owned("subscriptions"), owned("subscriptions")},
        {"8.8.2.2", play.hamlet, "set", owned("subscriptions", subscriber(friar, "subscribed") + subscriber(bernardo, "subscribed")), ""},
        {"8.8.1.2", play.hamlet, "get", owned("subscriptions"),
         owned("subscriptions", subscriber(bernardo, "subscribed") + subscriber(friar, "subscribed"))},
        {"8.8.2.1: without a value nothing changes", play.hamlet, "set", owned("subscriptions", subscriber(friar, "")), ""},
    });
    play.tells(play.francisco, friar, subscription(friar, "subscribed"));  // 8.8.4
    play.tells(play.bernardo, bernardo, subscription(bernardo, "subscribed"));
    play.refuses_all(owned("subscriptions", subscriber(friar, "none") + subscriber(bernardo, "perhaps")),
                     owned("subscriptions", subscriber(friar, "subscribed") + subscriber(bernardo, "subscribed")));
    play.francisco.receives_nothing_more();
    play.grants({
        {"8.8.3", play.hamlet, "set", owned("subscriptions", subscriber(friar, "none")), ""},
        {"8.8.3", play.hamlet, "get", owned("subscriptions"), owned("subscriptions", subscriber(bernardo, "subscribed"))},
    });
    play.tells(play.francisco, friar, subscription(friar, "none"));
}

TEST_CASE("XEP-0060 5.7, 8.9.1.2 to 8.9.3: an owner reads and changes affiliations, of bare addresses, and each sees his own") {
    Elsinore play;
    play.hamlet.sets(create("musings", many), service);
    play.grants({
        {"5.7 none", play.francisco, "get", pubsub("<affiliations/>"), pubsub("<affiliations/>")},
        {"8.9.1.2", play.hamlet, "get", owned("affiliations"), owned("affiliations", affiliate(maker, "owner"))},
        {"8.9.2.2, 4.1: a bare address", play.hamlet, "set", owned("affiliations", affiliate(friar + "/barracks", "publisher")), ""},
        {"8.9.2.1: without a value nothing changes", play.hamlet, "set", owned("affiliations", affiliate(friar, "")), ""},
        {"8.9.1.2", play.hamlet, "get", owned("affiliations"), owned("affiliations", affiliate(friar, "publisher") + affiliate(maker, "owner"))},
        {"5.7", play.francisco, "get", pubsub("<affiliations/>"),
         pubsub("<affiliations><affiliation node='musings' affiliation='publisher'/></affiliations>")},
        {"8.9.3", play.hamlet, "set", owned("affiliations", affiliate(friar, "none")), ""},
        {"8.9.3", play.hamlet, "get", owned("affiliations"), owned("affiliations", affiliate(maker, "owner"))},
    });
    play.francisco.is_refused("set", publish("musings", entry("a")), "forbidden", service);
    play.refuses_all(owned("affiliations", affiliate(friar, "member") + affiliate("bernardo@denmark.example/wall", "king")),
                     owned("affiliations", affiliate(friar, "none") + affiliate("bernardo@denmark.example", "none")));
}
