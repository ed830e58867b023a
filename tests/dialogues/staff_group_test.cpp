// SPDX-License-Identifier: MIT
// docs/decisions/0051: the staff group shows every colleague in everybody's roster.
#include "support/test_host.h"

#include <doctest/doctest.h>

#include <set>

namespace {

const std::string ns = "xmlns='jabber:iq:roster'";
const std::string get = "<query xmlns='jabber:iq:roster'/>";
const std::string romeo_jid = "romeo.montague@verona.example";
const std::string juliet_jid = "juliet.capulet@verona.example";

std::string query(const std::string& items) { return "<query " + ns + ">" + items + "</query>"; }
std::string get_since(const std::string& version) { return "<query " + ns + " ver='" + version + "'/>"; }
std::string staff(const std::string& jid, const std::string& name, const std::string& groups = "<group>Verona</group>") {
    return "<item jid='" + jid + "' name='" + name + "' subscription='both'>" + groups + "</item>";
}
std::string gone(const std::string& jid) { return "<item jid='" + jid + "' subscription='remove'/>"; }
std::string push(const std::string& owner, const std::string& item) {
    return "<iq type='set' id='*' from='" + owner + "' to='*'><query " + ns + " ver='*'>" + item + "</query></iq>";
}
std::string version_of(TestClient& client) {
    const std::string roster = client.gets(get_since(""));
    const auto at = roster.find("ver=") + 5;
    return roster.substr(at, roster.find_first_of("'\"", at) - at);
}
std::string card(const std::string& name) { return "<vCard xmlns='vcard-temp'><FN>" + name + "</FN></vCard>"; }
const std::string juliet_item = staff(juliet_jid, "Juliet Capulet");
const std::string romeo_item = staff(romeo_jid, "Romeo Montague");

void add_with_staff(routing::Feature& feature) {
    auto chosen = choices();
    chosen.staff_group = "Verona";
    add_chosen(feature, chosen);
}

struct Verona {
    TestHost host{"verona.example", {add_with_staff}};
    TestClient& romeo = host.login(romeo_jid + "/orchard");
    TestClient& juliet = host.login(juliet_jid + "/balcony");
    Verona() { forget(); }
    void forget() {
        romeo.forget_received();
        juliet.forget_received();
    }
    void nothing_more() {
        romeo.receives_nothing_more();
        juliet.receives_nothing_more();
    }
    void end_account(const std::string& bare) {
        host.users().when_loaded(*xmpp::parse_jid(bare), [this](routing::Account* account) { host.users().remove(*account, [](bool) {}); });
    }
};

}  // namespace

TEST_CASE("Staff group: off by default") {
    TestHost host("verona.example", {add_everything});
    auto& romeo = host.login(romeo_jid + "/orchard");
    auto& juliet = host.login(juliet_jid + "/balcony");
    CHECK(same_xml(get, romeo.gets(get)));
    romeo.receives_nothing_more();
    juliet.receives_nothing_more();
}

TEST_CASE("Staff group: all colleagues are in the roster, by their names, and oneself is not") {
    Verona play;
    play.host.make_account("jean-luc.picard@verona.example");
    CHECK(same_xml(query(staff("jean-luc.picard@verona.example", "Jean-Luc Picard") + juliet_item), play.romeo.gets(get)));
}

TEST_CASE("Staff group: a name comes from the vCard, live and after a restart, unless the card is private") {
    Verona play;
    const std::string elena = staff(juliet_jid, "Giulietta");
    play.juliet.sets(card("Giulietta"));
    play.romeo.receives(push(romeo_jid, elena));
    play.juliet.sets(card("Giulietta"));  // the same again
    play.nothing_more();
    play.host.restarts();
    auto& romeo = play.host.login(romeo_jid + "/orchard");
    CHECK(same_xml(query(elena), romeo.gets(get)));
    auto& juliet = play.host.login(juliet_jid + "/balcony");
    romeo.forget_received();
    juliet.sets("<vCard xmlns='vcard-temp'><FN>Giulietta</FN><CLASS><PRIVATE/></CLASS></vCard>");
    romeo.receives(push(romeo_jid, juliet_item));
    juliet.sets(card(std::string(256, 'G')));
    romeo.receives_nothing_more();
}

TEST_CASE("Staff group: who joins and who leaves is pushed to those who asked for their rosters") {
    Verona play;
    auto& deaf = play.host.connect(romeo_jid + "/deaf");
    play.host.make_account("paris@verona.example");
    play.romeo.receives(push(romeo_jid, staff("paris@verona.example", "Paris")));
    play.juliet.receives(push(juliet_jid, staff("paris@verona.example", "Paris")));
    auto& paris = play.host.login("paris@verona.example/church");
    play.romeo.receives("<presence from='paris@verona.example/church' to='" + romeo_jid + "'/>");
    play.forget();
    play.end_account("paris@verona.example");
    CHECK(paris.ended_with() == "not-authorized");
    play.romeo.receives("<presence type='unavailable' from='paris@verona.example/church' to='" + romeo_jid + "'/>");
    play.romeo.receives(push(romeo_jid, gone("paris@verona.example")));
    play.romeo.receives_nothing_more();
    CHECK(same_xml(query(juliet_item), play.romeo.gets(get)));
    deaf.forget_received();
    play.host.make_account("paris@verona.example");
    deaf.receives_nothing_more();
}

TEST_CASE("Staff group: colleagues see each other's presence, both ways, as contacts do") {
    Verona play;
    play.romeo.sends("<presence><show>away</show></presence>");
    play.juliet.receives("<presence from='" + romeo_jid + "/orchard' to='" + juliet_jid + "'><show>away</show></presence>");
    auto& garden = play.host.connect(juliet_jid + "/garden");
    garden.sends("<presence/>");
    garden.receives_somewhere("<presence from='" + romeo_jid + "/orchard' to='" + juliet_jid + "/garden'><show>away</show></presence>");
    play.forget();
    play.romeo.logs_out();
    play.juliet.receives("<presence type='unavailable' from='" + romeo_jid + "/orchard' to='" + juliet_jid + "'/>");
    play.juliet.sends("<presence type='probe' to='" + romeo_jid + "'/>");
    play.juliet.receives("<presence type='unavailable' from='" + romeo_jid + "' to='" + juliet_jid + "/balcony'/>");
    CHECK(play.juliet.gets("<query xmlns='jabber:iq:last'/>", romeo_jid).find("seconds") != std::string::npos);
}

TEST_CASE("Staff group: a colleague who is a contact as well gets presence once") {
    Verona play;
    TestHost& host = play.host;
    auto* account = host.users().find(*xmpp::parse_jid(romeo_jid));
    store::RosterItem item;
    item.jid = *xmpp::parse_jid(juliet_jid);
    item.subscription = store::Subscription::both;
    account->roster().put(item);
    play.romeo.sends("<presence><show>xa</show></presence>");
    play.juliet.receives("<presence from='" + romeo_jid + "/orchard' to='" + juliet_jid + "'><show>xa</show></presence>");
    play.juliet.receives_nothing_more();
}

TEST_CASE("RFC 6121 2.6: versions know of the staff: nothing, or one push for each change, in order") {
    Verona play;
    play.romeo.sets(query("<item jid='nurse@verona.example'/>"));
    const std::string before = version_of(play.romeo);
    CHECK(play.romeo.gets(get_since(before)).empty());
    play.forget();
    play.romeo.logs_out();
    play.host.make_account("paris@verona.example");
    play.juliet.sets(card("Giulietta"));
    play.host.make_account("tybalt@verona.example");
    play.end_account("tybalt@verona.example");
    play.host.restarts();
    auto& romeo = play.host.connect(romeo_jid + "/orchard");
    CHECK(romeo.gets(get_since(before)).empty());
    romeo.receives(push(romeo_jid, staff("paris@verona.example", "Paris")));
    romeo.receives(push(romeo_jid, staff(juliet_jid, "Giulietta")));
    const xml::Element last = romeo.next();
    const std::string newest(last.first_child()->attribute("ver").value_or(""));
    CHECK(last.first_child()->first_child()->attribute("subscription") == "remove");
    romeo.receives_nothing_more();
    CHECK(romeo.gets(get_since(newest)).empty());
    romeo.receives_nothing_more();
    CHECK(romeo.gets(get_since("7")).find("Giulietta") != std::string::npos);  // a version without staff
    CHECK(romeo.gets(get_since("7-x")).find("Giulietta") != std::string::npos);
    CHECK(romeo.gets(get_since("1-9999")).find("Giulietta") != std::string::npos);
}

TEST_CASE("RFC 6121 2.6: a push of an own change leaves the staff's part of the version as it was") {
    Verona play;
    const std::string before = version_of(play.romeo);
    play.romeo.sets(query("<item jid='nurse@mantua.example'/>"));
    const xml::Element own = play.romeo.next();
    const std::string version(own.first_child()->attribute("ver").value_or(""));
    CHECK(version != before);
    CHECK(play.romeo.gets(get_since(version)).empty());
    CHECK(play.romeo.gets(get_since(before)).empty());
    play.romeo.receives(push(romeo_jid, "<item jid='nurse@mantua.example' subscription='none'/>"));
    play.romeo.receives_nothing_more();
}

TEST_CASE("Staff group: when it gets another name or is switched off, everybody gets the whole roster") {
    std::string group = "Verona";
    TestHost host("verona.example", {[&group](routing::Feature& feature) {
        auto chosen = choices();
        chosen.staff_group = group;
        add_chosen(feature, chosen);
    }});
    host.make_account(juliet_jid);
    const std::string before = version_of(host.login(romeo_jid + "/orchard"));
    group = "Italy";
    host.restarts();
    auto& romeo = host.login(romeo_jid + "/orchard");
    CHECK(romeo.gets(get_since(before)).find("Italy") != std::string::npos);
    const std::string after = version_of(romeo);
    CHECK(romeo.gets(get_since(after)).empty());
    group.clear();
    host.restarts();
    CHECK(same_xml("<query " + ns + " ver='*'/>", host.login(romeo_jid + "/orchard").gets(get_since(after))));
}

TEST_CASE("Staff group: a colleague may be renamed and put into groups, and stays in the staff's") {
    Verona play;
    const std::string mine = staff(juliet_jid, "Love", "<group>Balcony</group><group>Verona</group>");
    play.romeo.sets(query("<item jid='" + juliet_jid + "' name='Love'><group>Balcony</group></item>"));
    play.romeo.receives(push(romeo_jid, mine));
    CHECK(same_xml(query(mine), play.romeo.gets(get)));
    play.juliet.sets(card("Giulietta"));
    play.romeo.receives(push(romeo_jid, mine));
    play.host.restarts();
    auto& romeo = play.host.login(romeo_jid + "/orchard");
    CHECK(same_xml(query(mine), romeo.gets(get)));
    // A client that sends back what it was shown has chosen nothing.
    romeo.sets(query("<item jid='" + juliet_jid + "' name='Giulietta'><group>Verona</group></item>"));
    romeo.receives(push(romeo_jid, staff(juliet_jid, "Giulietta")));
    auto& juliet = play.host.login(juliet_jid + "/balcony");
    romeo.forget_received();
    juliet.sets(card("J"));
    romeo.receives(push(romeo_jid, staff(juliet_jid, "J")));
}

TEST_CASE("Staff group: who removes a colleague loses his own name and groups for him, not the colleague") {
    Verona play;
    play.romeo.sets(query("<item jid='" + juliet_jid + "' name='Love'/>"));
    play.forget();
    play.romeo.sets(query(gone(juliet_jid)));
    play.romeo.receives(push(romeo_jid, juliet_item));
    play.romeo.is_refused("set", query(gone(juliet_jid)), "not-allowed");
    play.romeo.receives(push(romeo_jid, juliet_item));
    play.nothing_more();
    play.romeo.sends("<presence><show>dnd</show></presence>");
    CHECK(play.juliet.has_received());
}

TEST_CASE("Staff group: own names and groups for a colleague go when he leaves, and are not left behind as a contact") {
    Verona play;
    play.romeo.sets(query("<item jid='" + juliet_jid + "' name='Love'><group>Balcony</group></item>"));
    const std::string before = version_of(play.romeo);
    play.forget();
    play.end_account(juliet_jid);
    play.romeo.receives_somewhere(push(romeo_jid, gone(juliet_jid)));
    CHECK(same_xml(get, play.romeo.gets(get)));
    CHECK(play.romeo.gets(get_since(before)).empty());
    play.romeo.receives_somewhere(push(romeo_jid, gone(juliet_jid)));
}

TEST_CASE("Staff group: subscriptions among colleagues are the organisation's: asking and cancelling changes nothing") {
    Verona play;
    for (const std::string type : {"subscribe", "subscribed", "unsubscribe", "unsubscribed"}) {
        play.romeo.sends("<presence to='" + juliet_jid + "' type='" + type + "'/>");
        play.romeo.receives(push(romeo_jid, juliet_item));
        play.nothing_more();
    }
    auto& street = play.host.connect(romeo_jid + "/street");
    street.sends("<presence/>");
    play.juliet.receives("<presence from='" + romeo_jid + "/street' to='" + juliet_jid + "'/>");
    play.juliet.receives_nothing_more();
}

TEST_CASE("Staff group: who was made or deleted while no server ran is there or gone at the next start") {
    Verona play;
    const std::string before = version_of(play.romeo);
    const xmpp::Jid juliet = *xmpp::parse_jid(juliet_jid);
    play.host.store().commit({store::EraseOwner{juliet_jid}}, [](auto) {});
    const std::string key(20, 'k');
    const std::string key256(32, 'k');
    play.host.store().commit({store::put_account("paris@verona.example", {{"s", 4096, key, key}, {"s", 4096, key256, key256}, {}}),
                              store::Put{"paris@verona.example", {"vcard", "", card("Count Paris")}}}, [](auto) {});
    play.host.restarts();
    auto& romeo = play.host.connect(romeo_jid + "/orchard");
    CHECK(romeo.gets(get_since(before)).empty());
    romeo.receives(push(romeo_jid, gone(juliet_jid)));
    romeo.receives(push(romeo_jid, staff("paris@verona.example", "Count Paris")));
    romeo.receives_nothing_more();
}

TEST_CASE("XEP-0191 3.3: a colleague can be blocked, and sees the user go") {
    Verona play;
    play.juliet.sets("<block xmlns='urn:xmpp:blocking'><item jid='" + romeo_jid + "'/></block>");
    play.romeo.receives("<presence type='unavailable' from='" + juliet_jid + "/balcony' to='" + romeo_jid + "'/>");
    play.juliet.sends("<presence><show>dnd</show></presence>");
    play.romeo.receives_nothing_more();
    play.juliet.sets("<unblock xmlns='urn:xmpp:blocking'/>");
    play.romeo.receives("<presence from='" + juliet_jid + "/balcony' to='" + romeo_jid + "'><show>dnd</show></presence>");
}

TEST_CASE("Staff group: an account that the disk refused joins nobody's roster") {
    Verona play;
    play.host.store().refuse_next(store::Refusal::resource_constraint);
    play.host.make_account("paris@verona.example");
    play.nothing_more();
    CHECK(same_xml(query(juliet_item), play.romeo.gets(get)));
}

TEST_CASE("Staff group: who is disabled is gone until he is enabled again, also over a restart, and is not found") {
    Verona play;
    play.juliet.sets(card("Giulietta"));
    play.forget();
    const auto set_disabled = [&](bool is_disabled) {
        play.host.users().when_loaded(*xmpp::parse_jid(juliet_jid), [&](routing::Account* account) {
            play.host.users().set_disabled(*account, is_disabled, [](bool) {});
        });
    };
    set_disabled(true);
    play.romeo.receives("<presence type='unavailable' from='" + juliet_jid + "/balcony' to='" + romeo_jid + "'/>");
    play.romeo.receives(push(romeo_jid, gone(juliet_jid)));
    const std::string wish = "<query xmlns='jabber:iq:search'><first>giulietta</first></query>";
    CHECK(same_xml("<query xmlns='jabber:iq:search'/>", play.romeo.sets(wish, "search.verona.example")));
    play.host.restarts();
    auto& romeo = play.host.login(romeo_jid + "/orchard");
    CHECK(same_xml(get, romeo.gets(get)));
    set_disabled(false);
    romeo.receives(push(romeo_jid, staff(juliet_jid, "Giulietta")));
}

TEST_CASE("Staff group: who was disabled while no server ran is gone at the next start") {
    Verona play;
    play.host.store().commit({store::Put{juliet_jid, {"disabled", "", "1"}}}, [](auto) {});
    play.host.restarts();
    CHECK(same_xml(get, play.host.login(romeo_jid + "/orchard").gets(get)));
}

TEST_CASE("XEP-0292 4.1: a name that is published as vCard4 is shown as well") {
    Verona play;
    play.juliet.sets("<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='urn:xmpp:vcard4'><item id='current'>"
                     "<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><fn><text>Giulietta</text></fn></vcard></item></publish></pubsub>");
    play.romeo.receives_somewhere(push(romeo_jid, staff(juliet_jid, "Giulietta")));
}

TEST_CASE("XEP-0060 4.5: a node of roster groups at the service opens to the staff group") {
    Verona play;
    const auto pubsub = [](const std::string& inside) { return "<pubsub xmlns='http://jabber.org/protocol/pubsub'>" + inside + "</pubsub>"; };
    const auto field = [](const std::string& var, const std::string& value) { return "<field var='" + var + "'><value>" + value + "</value></field>"; };
    play.romeo.sets(pubsub("<create node='news'/><configure><x xmlns='jabber:x:data' type='submit'>" +
                           field("FORM_TYPE", "http://jabber.org/protocol/pubsub#node_config") + field("pubsub#access_model", "roster") +
                           field("pubsub#roster_groups_allowed", "Verona") + "</x></configure>"), "pubsub.verona.example");
    play.romeo.sets(pubsub("<publish node='news'><item id='1'><a xmlns='urn:a'/></item></publish>"), "pubsub.verona.example");
    CHECK(play.juliet.gets(pubsub("<items node='news'/>"), "pubsub.verona.example").find("urn:a") != std::string::npos);
}

TEST_CASE("RFC 6120 8.1.3: two pushes to one client never have the same id") {
    Verona play;
    std::set<std::string> ids;
    for (const std::string command : {"subscribe", "unsubscribe", "subscribed"}) {
        play.romeo.sends("<presence to='" + juliet_jid + "' type='" + command + "'/>");
        CHECK(ids.insert(std::string(*play.romeo.next().attribute("id"))).second);
    }
}
