// SPDX-License-Identifier: MIT
// RFC 6121 2: a client reads and changes its roster.
#include "support/test_host.h"
#include "xml/parser.h"

#include <doctest/doctest.h>

namespace {

const std::vector<TestHost::Add> features{add_everything};
const std::string ns = "xmlns='jabber:iq:roster'";
const std::string get = "<query xmlns='jabber:iq:roster'/>";

std::string query(const std::string& items) { return "<query " + ns + ">" + items + "</query>"; }
std::string get_since(const std::string& version) { return "<query " + ns + " ver='" + version + "'/>"; }
std::string item(const std::string& jid) { return "<item jid='" + jid + "' subscription='none'/>"; }
std::string push(const std::string& items) {
    return "<iq type='set' id='*' from='romeo@verona.example' to='*'><query " + ns + " ver='*'>" + items + "</query></iq>";
}
std::string version_of(const std::string& roster) {
    const auto at = roster.find("ver='") == std::string::npos ? roster.find("ver=\"") : roster.find("ver='");
    REQUIRE(at != std::string::npos);
    return roster.substr(at + 5, roster.find_first_of("'\"", at + 5) - at - 5);
}

}  // namespace

TEST_CASE("RFC 6121 2.1.4: a new account's roster is empty, whatever address the client gives as its own") {
    TestHost host("verona.example", features);
    auto& romeo = host.connect("romeo@verona.example/orchard");
    CHECK(same_xml("<query " + ns + "/>", romeo.gets(get)));
    CHECK(same_xml("<query " + ns + "/>", romeo.gets(get, "romeo@verona.example")));
}

TEST_CASE("RFC 6121 2.2, 2.1.6, 2.3.2: a set is kept, pushed to every interested client with a version, and answered") {
    TestHost host("verona.example", features);
    auto& orchard = host.login("romeo@verona.example/orchard");
    auto& street = host.login("romeo@verona.example/street");
    auto& deaf = host.connect("romeo@verona.example/deaf");
    orchard.forget_received();
    orchard.sets(query("<item jid='nurse@verona.example' name='Nurse'><group>Servants</group><group>Friends</group></item>"));
    const std::string named = "<item jid='nurse@verona.example' name='Nurse' subscription='none'>"
                              "<group>Servants</group><group>Friends</group></item>";
    orchard.receives(push(named));
    orchard.receives_nothing_more();
    street.receives(push(named));
    deaf.receives_nothing_more();
    CHECK(same_xml("<query " + ns + ">" + named + "</query>", street.gets(get)));
}

TEST_CASE("DESIGN 9.4: while a refused change is taken back nobody sees it, and who asks waits") {
    TestHost host("verona.example", features);
    auto& romeo = host.connect("romeo@verona.example/orchard");
    const xmpp::Jid account = *xmpp::parse_jid("romeo@verona.example");
    store::MemoryStore& store = host.store();
    store.hold();
    store.refuse_next(store::Refusal::resource_constraint);
    const auto send = [&](const std::string& text) {
        const auto element = xml::parse_element(text);
        host.router().from_client(romeo.session(), *xmpp::parse_stanza(element->with_attribute("from", romeo.session().jid().text())), [] {});
    };
    send("<iq xmlns='jabber:client' type='set' id='s'>" + query(item("nurse@verona.example")) + "</iq>");
    store.find("", "", "", [&](const auto&) { store.hold(); });  // between the refusal and what is read again
    store.release();
    CHECK(host.users().find(account) == nullptr);
    send("<iq xmlns='jabber:client' type='get' id='g'>" + get + "</iq>");
    bool is_found = false;
    CHECK(host.users().when_loaded(account, [&](const routing::Account*) { is_found = true; }));
    CHECK_FALSE(is_found);
    romeo.receives_nothing_more();
    store.release();
    CHECK(is_found);
    CHECK(romeo.next().attribute("type") == "error");
    romeo.receives("<iq type='result' id='g' to='romeo@verona.example/orchard'><query " + ns + "/></iq>");
}

TEST_CASE("RFC 6121 2.1.2.2, 2.1.2.3, 2.1.2.5, 2.4.2: a set of a known contact replaces name and groups; what it says of the subscription changes nothing") {
    TestHost host("verona.example", features);
    auto& romeo = host.login("romeo@verona.example/orchard");
    auto& juliet = host.login("juliet@verona.example/balcony");
    host.befriend(romeo, juliet);
    romeo.sets(query("<item jid='juliet@verona.example' name='J' subscription='none' ask='subscribe'><group>Love</group></item>"));
    romeo.receives(push("<item jid='juliet@verona.example' name='J' subscription='both'><group>Love</group></item>"));
    romeo.sets(query("<item jid='juliet@verona.example/balcony'/>"));
    romeo.receives(push("<item jid='juliet@verona.example' subscription='both'/>"));
}

TEST_CASE("RFC 6121 2.5.2, 2.5.3: a removed contact is pushed as removed and gone from the roster") {
    TestHost host("verona.example", features);
    auto& romeo = host.login("romeo@verona.example/orchard");
    romeo.sets(query("<item jid='nurse@verona.example'/>"));
    romeo.forget_received();
    romeo.sets(query("<item jid='nurse@verona.example' subscription='remove'/>"));
    romeo.receives(push("<item jid='nurse@verona.example' subscription='remove'/>"));
    CHECK(same_xml("<query " + ns + "/>", romeo.gets(get)));
    romeo.is_refused("set", query("<item jid='nurse@verona.example' subscription='remove'/>"), "item-not-found");  // 2.5.3
}

TEST_CASE("RFC 6121 2.5.2: removing a contact ends both subscriptions, and the contact hears of it") {
    TestHost host("verona.example", features);
    auto& romeo = host.login("romeo@verona.example/orchard");
    auto& juliet = host.login("juliet@verona.example/balcony");
    host.befriend(romeo, juliet);
    romeo.sets(query("<item jid='juliet@verona.example' subscription='remove'/>"));
    juliet.receives("<presence type='unsubscribe' from='romeo@verona.example' to='juliet@verona.example'/>");
    juliet.receives("<iq type='set' id='*' from='juliet@verona.example' to='*'><query " + ns +
                    " ver='*'><item jid='romeo@verona.example' subscription='to'/></query></iq>");
    juliet.receives("<presence type='unavailable' from='romeo@verona.example/orchard' to='juliet@verona.example'/>");
    juliet.receives("<presence type='unsubscribed' from='romeo@verona.example' to='juliet@verona.example'/>");
    juliet.receives("<iq type='set' id='*' from='juliet@verona.example' to='*'><query " + ns +
                    " ver='*'><item jid='romeo@verona.example' subscription='none'/></query></iq>");
    juliet.receives_nothing_more();
    romeo.receives(push("<item jid='juliet@verona.example' subscription='remove'/>"));
    romeo.receives("<presence type='unavailable' from='juliet@verona.example/balcony' to='romeo@verona.example'/>");
    romeo.receives_nothing_more();
}

TEST_CASE("RFC 6121 2.5.2: what a removed contact hears is what there was between the two") {
    struct State {
        const char* name;
        std::vector<const char*> romeo_sends, paris_sends, paris_hears;  // of presence, its types in order
    };
    for (const State& state : {State{"none", {}, {}, {}},
                               State{"asked", {"subscribe"}, {}, {"unsubscribe"}},
                               State{"to", {"subscribe"}, {"subscribed"}, {"unsubscribe"}},
                               State{"from", {"subscribed"}, {"subscribe"}, {"unavailable", "unsubscribed"}},
                               State{"approved", {"subscribed"}, {}, {}},
                               State{"is asked", {}, {"subscribe"}, {"unsubscribed"}}}) {
        CAPTURE(state.name);
        TestHost host("verona.example", features);
        auto& romeo = host.login("romeo@verona.example/orchard");
        auto& paris = host.login("paris@verona.example/church");
        romeo.sets(query("<item jid='paris@verona.example'/>"));
        for (const auto& type : state.romeo_sends) romeo.sends("<presence to='paris@verona.example' type='" + std::string(type) + "'/>");
        for (const auto& type : state.paris_sends) paris.sends("<presence to='romeo@verona.example' type='" + std::string(type) + "'/>");
        paris.forget_received();
        romeo.sets(query("<item jid='paris@verona.example' subscription='remove'/>"));
        std::vector<std::string> heard;
        while (paris.has_received())
            if (const auto stanza = paris.next(); stanza.name().local == "presence") heard.emplace_back(stanza.attribute("type").value_or(""));
        CHECK(heard == std::vector<std::string>(state.paris_hears.begin(), state.paris_hears.end()));
        CHECK(same_xml("<query " + ns + "/>", romeo.gets(get)));
        paris.sends("<presence><show>away</show></presence>");
        romeo.forget_received();
        paris.sends("<presence to='romeo@verona.example' type='subscribe'/>");
        romeo.receives_somewhere("<presence from='paris@verona.example' to='romeo@verona.example' type='subscribe'/>");
    }
}

TEST_CASE("RFC 6121 2.3.3: what a set may not be") {
    TestHost host("verona.example", features);
    auto& romeo = host.login("romeo@verona.example/orchard");
    const auto refused = [&](const std::string& items, const std::string& condition) {
        romeo.is_refused("set", query(items), condition);
    };
    refused("<item jid='a@verona.example'/><item jid='b@verona.example'/>", "bad-request");
    refused("", "bad-request");
    refused("<item name='Nobody'/>", "bad-request");
    refused("<item jid='a@verona.example'><group>A</group><group>A</group></item>", "bad-request");
    refused("<item jid='a@verona.example'><group/></item>", "not-acceptable");
    refused("<item jid='a@verona.example'><group>" + std::string(1024, 'g') + "</group></item>", "not-acceptable");
    refused("<item jid='a@verona.example' name='" + std::string(1024, 'n') + "'/>", "not-acceptable");
    refused("<item jid='a b@verona.example'/>", "jid-malformed");
    refused("<item jid='romeo@verona.example'/>", "not-allowed");
    std::string groups;
    for (int i = 0; i < 65; ++i) groups += "<group>" + std::to_string(i) + "</group>";
    refused("<item jid='a@verona.example'>" + groups + "</item>", "not-acceptable");
    romeo.receives_nothing_more();
    CHECK(same_xml("<query " + ns + "/>", romeo.gets(get)));
}

TEST_CASE("RFC 6121 2.3.3: nobody reads or changes another's roster, and learns not who exists") {
    TestHost host("verona.example", features);
    auto& romeo = host.login("romeo@verona.example/orchard");
    host.login("juliet@verona.example/balcony");
    for (const std::string whom : {"juliet@verona.example", "nobody@verona.example"}) {
        romeo.is_refused("set", query("<item jid='paris@verona.example'/>"), "forbidden", whom);
        romeo.is_refused("get", get, "forbidden", whom);
    }
}

TEST_CASE("RFC 6121 2.1.6: a roster push of somebody else does not reach the client, whether it is there or not") {
    TestHost host("verona.example", features);
    auto& romeo = host.login("romeo@verona.example/orchard");
    auto& juliet = host.login("juliet@verona.example/balcony");
    for (const std::string whom : {"juliet@verona.example/balcony", "juliet@verona.example/nowhere", "nobody@verona.example/home"})
        romeo.is_refused("set", query("<item jid='paris@verona.example' subscription='both'/>"), "forbidden", whom);
    juliet.receives_nothing_more();
}

TEST_CASE("RFC 6121 A.1: a stranger's request is no change of the roster, denied or not") {
    TestHost host("verona.example", features);
    auto& romeo = host.login("romeo@verona.example/orchard");
    romeo.sets(query("<item jid='nurse@verona.example'/>"));
    romeo.sets(query("<item jid='paris@verona.example'/>"));
    const std::string before = version_of(romeo.gets(get_since("")));
    const auto is_unchanged = [&](TestClient& client) {
        CHECK(client.gets(get_since(before)).empty());
        client.receives_nothing_more();
    };
    host.arrives("<presence type='subscribe' from='tybalt@verona.example' to='romeo@verona.example'/>");
    is_unchanged(host.connect("romeo@verona.example/street"));
    romeo.sends("<presence type='unsubscribed' to='tybalt@verona.example'/>");
    is_unchanged(host.connect("romeo@verona.example/street"));
    host.restarts();
    is_unchanged(host.connect("romeo@verona.example/street"));

    // One who was in the roster and is removed stays removed to those who knew him, also while he asks again.
    auto& garden = host.login("romeo@verona.example/garden");
    garden.sets(query("<item jid='paris@verona.example' subscription='remove'/>"));
    host.arrives("<presence type='subscribe' from='paris@verona.example' to='romeo@verona.example'/>");
    auto& street = host.connect("romeo@verona.example/street");
    CHECK(street.gets(get_since(before)).empty());
    street.receives(push("<item jid='paris@verona.example' subscription='remove'/>"));
    street.receives_nothing_more();
}

TEST_CASE("DESIGN 4.3: the roster has a limit") {
    TestHost host("verona.example", features);
    host.node().limits.roster_items = 2;
    auto& romeo = host.login("romeo@verona.example/orchard");
    romeo.sets(query("<item jid='a@verona.example'/>"));
    romeo.sets(query("<item jid='b@verona.example'/>"));
    romeo.is_refused("set", query("<item jid='c@verona.example'/>"), "resource-constraint");
    romeo.sets(query("<item jid='b@verona.example' name='B'/>"));
    romeo.sets(query("<item jid='a@verona.example' subscription='remove'/>"));
    romeo.sets(query("<item jid='c@verona.example'/>"));
}

TEST_CASE("RFC 6121 2.6.3: a client with the newest version gets an empty result, an older one only what changed") {
    TestHost host("verona.example", features);
    auto& romeo = host.login("romeo@verona.example/orchard");
    const std::string first = version_of(romeo.gets(get_since("")));
    CHECK(romeo.gets(get_since(first)).empty());
    romeo.sets(query("<item jid='a@verona.example'/>"));
    romeo.sets(query("<item jid='b@verona.example'/>"));
    const std::string second = version_of(romeo.gets(get_since("")));
    romeo.sets(query("<item jid='c@verona.example'/>"));
    romeo.sets(query("<item jid='b@verona.example' subscription='remove'/>"));
    host.restarts();

    auto& street = host.connect("romeo@verona.example/street");
    CHECK(street.gets(get_since(second)).empty());
    street.receives(push(item("c@verona.example")));
    street.receives(push("<item jid='b@verona.example' subscription='remove'/>"));
    street.receives_nothing_more();
    CHECK(street.gets(get_since("")).find("c@verona.example") != std::string::npos);
    CHECK(street.gets(get_since("nonsense")).find("c@verona.example") != std::string::npos);
    CHECK(street.gets(get_since("99999")).find("c@verona.example") != std::string::npos);
}

TEST_CASE("RFC 6121 2.6: after very many removals an old version means the whole roster") {
    TestHost host("verona.example", features);
    auto& romeo = host.login("romeo@verona.example/orchard");
    romeo.sets(query("<item jid='a@verona.example'/>"));
    const std::string old = version_of(romeo.gets(get_since("")));
    for (int i = 0; i < 501; ++i) {
        const std::string jid = "n" + std::to_string(i) + "@verona.example";
        romeo.sets(query("<item jid='" + jid + "'/>"));
        romeo.sets(query("<item jid='" + jid + "' subscription='remove'/>"));
        romeo.forget_received();
    }
    host.restarts();
    auto& street = host.connect("romeo@verona.example/street");
    const std::string roster = street.gets(get_since(old));
    CHECK(same_xml("<query " + ns + " ver='*'>" + item("a@verona.example") + "</query>", roster));
    CHECK(street.gets(get_since(version_of(roster))).empty());
    street.receives_nothing_more();
}

TEST_CASE("RFC 6121 2.6.2: a client that says no version gets none in the result") {
    TestHost host("verona.example", features);
    auto& romeo = host.login("romeo@verona.example/orchard");
    romeo.sets(query("<item jid='a@verona.example'/>"));
    CHECK(same_xml("<query " + ns + ">" + item("a@verona.example") + "</query>", romeo.gets(get)));
}

TEST_CASE("DESIGN 4.1: result and push of a set wait for its commit; a refused one is an error and changes nothing") {
    TestHost host("verona.example", features);
    auto& romeo = host.login("romeo@verona.example/orchard");
    host.store().hold();
    romeo.sends("<iq type='set' id='s1'>" + query("<item jid='a@verona.example'/>") + "</iq>");
    romeo.receives_nothing_more();
    host.store().release();
    romeo.receives(push(item("a@verona.example")));
    romeo.receives("<iq type='result' id='s1' to='romeo@verona.example/orchard'/>");

    host.store().refuse_next(store::Refusal::resource_constraint);
    romeo.is_refused("set", query("<item jid='b@verona.example'/>"), "resource-constraint");
    romeo.receives_nothing_more();
    CHECK(same_xml("<query " + ns + ">" + item("a@verona.example") + "</query>", romeo.gets(get)));
}

TEST_CASE("DESIGN 4.1: a roster that another client has just changed is told when the change is on disk") {
    TestHost host("verona.example", features);
    auto& orchard = host.login("romeo@verona.example/orchard");
    auto& street = host.connect("romeo@verona.example/street");
    host.store().hold();
    orchard.sends("<iq type='set' id='s1'>" + query("<item jid='a@verona.example'/>") + "</iq>");
    street.sends("<iq type='get' id='g1'>" + get_since("") + "</iq>");
    street.receives_nothing_more();
    host.store().release();
    street.receives("<iq type='result' id='g1' to='romeo@verona.example/street'><query " + ns + " ver='1'>" +
                    item("a@verona.example") + "</query></iq>");
    street.receives_nothing_more();
}
