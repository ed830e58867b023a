// SPDX-License-Identifier: MIT
// RFC 6121 3: presence subscriptions between Romeo and Juliet, as their clients see them.
#include "support/test_host.h"

#include <doctest/doctest.h>

namespace {

const std::vector<TestHost::Add> features{add_everything};
const std::string romeo_jid = "romeo@verona.example";
const std::string juliet_jid = "juliet@verona.example";

std::string presence(const std::string& type, const std::string& from, const std::string& to) {
    return "<presence type='" + type + "' from='" + from + "' to='" + to + "'/>";
}
std::string to(const std::string& whom, const std::string& type) {
    return "<presence to='" + whom + "' type='" + type + "'/>";
}
// A roster push to `owner`: the attributes of the item but its jid.
std::string push(const std::string& owner, const std::string& contact, const std::string& state) {
    return "<iq type='set' id='*' from='" + owner + "' to='*'><query xmlns='jabber:iq:roster' ver='*'><item jid='" +
           contact + "' " + state + "/></query></iq>";
}
std::string roster_of(TestClient& client) { return client.gets("<query xmlns='jabber:iq:roster'/>"); }

struct Verona {
    TestHost host{"verona.example", features};
    TestClient& romeo = host.login("romeo@verona.example/orchard");
    TestClient& juliet = host.login("juliet@verona.example/balcony");
    void forget() {
        romeo.forget_received();
        juliet.forget_received();
    }
    void nothing_more() {
        romeo.receives_nothing_more();
        juliet.receives_nothing_more();
    }
};

}  // namespace

TEST_CASE("RFC 6121 3.1.2, 3.1.3, 3.1.5, 3.1.6: a request, its approval, and what both see") {
    Verona play;
    play.romeo.sends("<presence to='juliet@verona.example/balcony' type='subscribe' id='r1'><status>Let me!</status></presence>");
    play.romeo.receives(push(romeo_jid, juliet_jid, "subscription='none' ask='subscribe'"));
    play.juliet.receives("<presence type='subscribe' id='r1' from='romeo@verona.example' to='juliet@verona.example'>"
                         "<status>Let me!</status></presence>");
    play.nothing_more();
    CHECK(same_xml("<query xmlns='jabber:iq:roster'/>", roster_of(play.juliet)));  // not in her roster yet (3.1.3)

    play.juliet.sends(to(romeo_jid, "subscribed"));
    play.juliet.receives(push(juliet_jid, romeo_jid, "subscription='from'"));
    play.romeo.receives(presence("subscribed", juliet_jid, romeo_jid));  // 3.1.6: before the push
    play.romeo.receives(push(romeo_jid, juliet_jid, "subscription='to'"));
    play.romeo.receives("<presence from='juliet@verona.example/balcony' to='romeo@verona.example'/>");
    play.nothing_more();

    play.juliet.sends(to(romeo_jid, "subscribe"));
    play.juliet.receives(push(juliet_jid, romeo_jid, "subscription='from' ask='subscribe'"));
    play.romeo.receives(presence("subscribe", juliet_jid, romeo_jid));
    play.romeo.sends(to(juliet_jid, "subscribed"));
    play.juliet.receives(presence("subscribed", romeo_jid, juliet_jid));
    play.juliet.receives(push(juliet_jid, romeo_jid, "subscription='both'"));
    play.romeo.receives(push(romeo_jid, juliet_jid, "subscription='both'"));
}

TEST_CASE("RFC 6121 3.1.3: a request waits until the contact logs in, at every login, with what it carried, once") {
    TestHost host("verona.example", features);
    host.make_account(juliet_jid);
    auto& romeo = host.login("romeo@verona.example/orchard");
    const std::string request = "<presence type='subscribe' from='romeo@verona.example' to='juliet@verona.example'>"
                                "<nick xmlns='http://jabber.org/protocol/nick'>Romeo</nick></presence>";
    romeo.sends("<presence to='juliet@verona.example' type='subscribe'>"
                "<nick xmlns='http://jabber.org/protocol/nick'>Romeo</nick></presence>");
    romeo.sends(to(juliet_jid, "subscribe"));
    host.restarts();
    for (int i = 0; i < 2; ++i) {
        auto& juliet = host.connect("juliet@verona.example/balcony");
        juliet.receives_nothing_more();
        juliet.sends("<presence/>");
        juliet.receives(request);
        juliet.sends("<presence><show>away</show></presence>");
        juliet.receives_somewhere("<presence from='juliet@verona.example/balcony' to='juliet@verona.example'/>");
        juliet.receives_somewhere("<presence from='juliet@verona.example/balcony' to='juliet@verona.example'><show>away</show></presence>");
        juliet.receives_nothing_more();
        juliet.logs_out();
    }
    auto& juliet = host.login("juliet@verona.example/balcony");
    juliet.sends(to(romeo_jid, "subscribed"));
    juliet.logs_out();
    auto& again = host.connect("juliet@verona.example/balcony");
    again.sends("<presence/>");
    again.receives("<presence from='juliet@verona.example/balcony' to='juliet@verona.example'/>");
    again.receives_nothing_more();
}

TEST_CASE("RFC 6121 3.1.3: a request goes to all available clients, and only to those") {
    Verona play;
    auto& garden = play.host.login("juliet@verona.example/garden");
    auto& asleep = play.host.connect("juliet@verona.example/asleep");
    play.forget();
    play.romeo.sends(to(juliet_jid, "subscribe"));
    play.juliet.receives(presence("subscribe", romeo_jid, juliet_jid));
    garden.receives(presence("subscribe", romeo_jid, juliet_jid));
    asleep.receives_nothing_more();
}

TEST_CASE("RFC 6121 3.1.5, 3.2.2, 3.3.3: who may see now sees each available client, and each of them go when he may no more") {
    for (const bool is_cancelled : {true, false}) {
        Verona play;
        play.host.login("juliet@verona.example/garden").sends("<presence><show>dnd</show></presence>");
        play.host.connect("juliet@verona.example/silent");
        play.romeo.sends(to(juliet_jid, "subscribe"));
        play.forget();
        play.juliet.sends(to(romeo_jid, "subscribed"));
        play.romeo.receives(presence("subscribed", juliet_jid, romeo_jid));
        play.romeo.receives(push(romeo_jid, juliet_jid, "subscription='to'"));
        play.romeo.receives("<presence from='juliet@verona.example/balcony' to='romeo@verona.example'/>");
        play.romeo.receives("<presence from='juliet@verona.example/garden' to='romeo@verona.example'><show>dnd</show></presence>");
        play.romeo.receives_nothing_more();
        if (is_cancelled)
            play.juliet.sends(to(romeo_jid, "unsubscribed"));
        else
            play.romeo.sends(to(juliet_jid, "unsubscribe"));
        for (const std::string client : {"balcony", "garden"})
            play.romeo.receives_somewhere("<presence type='unavailable' from='juliet@verona.example/" + client + "' to='romeo@verona.example'/>");
        play.romeo.receives_somewhere(push(romeo_jid, juliet_jid, "subscription='none'"));
        if (is_cancelled) play.romeo.receives_somewhere(presence("unsubscribed", juliet_jid, romeo_jid));
        play.romeo.receives_nothing_more();
    }
}

TEST_CASE("RFC 6121 A.3.1: a second request is not shown again, one of a subscriber is answered by the server") {
    Verona play;
    play.romeo.sends(to(juliet_jid, "subscribe"));
    play.forget();
    play.romeo.sends(to(juliet_jid, "subscribe"));
    play.nothing_more();
    play.juliet.sends(to(romeo_jid, "subscribed"));
    play.forget();
    play.romeo.sends(to(juliet_jid, "subscribe"));
    play.nothing_more();  // the answer 'subscribed' is for a state that Romeo is not in (A.3.3)
}

TEST_CASE("RFC 6121 3.1.2: a request that was lost is made again at login and answered when it was approved") {
    Verona play;
    play.romeo.sends(to(juliet_jid, "subscribe"));
    play.juliet.sends(to(romeo_jid, "subscribed"));
    // Romeo's server lost the approval.
    auto* account = play.host.users().find(*xmpp::parse_jid(romeo_jid));
    store::RosterItem item = *account->roster().find(*xmpp::parse_jid(juliet_jid));
    item.subscription = store::Subscription::none;
    item.ask = true;
    account->roster().put(item);
    play.romeo.logs_out();
    auto& romeo = play.host.login("romeo@verona.example/orchard");
    CHECK(roster_of(romeo).find("subscription='to'") != std::string::npos);
}

TEST_CASE("RFC 6121 3.1.6: an approval nobody asked for is not shown") {
    Verona play;
    auto& paris = play.host.login("paris@verona.example/church");
    play.host.arrives(presence("subscribed", juliet_jid, "paris@verona.example"));
    paris.receives_nothing_more();
    CHECK(same_xml("<query xmlns='jabber:iq:roster'/>", roster_of(paris)));
}

TEST_CASE("RFC 6121 3.2.2, 3.2.3: a request that is denied is over on both sides") {
    Verona play;
    play.romeo.sends(to(juliet_jid, "subscribe"));
    play.forget();
    play.juliet.sends(to(romeo_jid, "unsubscribed"));
    play.romeo.receives(presence("unsubscribed", juliet_jid, romeo_jid));
    play.romeo.receives(push(romeo_jid, juliet_jid, "subscription='none'"));
    play.nothing_more();
    play.juliet.logs_out();
    auto& juliet = play.host.connect("juliet@verona.example/balcony");
    juliet.sends("<presence/>");
    juliet.receives("<presence from='juliet@verona.example/balcony' to='juliet@verona.example'/>");
    juliet.receives_nothing_more();
}

TEST_CASE("RFC 6121 3.2.2: who cancels a contact's subscription is unavailable to him first") {
    Verona play;
    play.host.befriend(play.romeo, play.juliet);
    play.juliet.sends(to(romeo_jid, "unsubscribed"));
    play.romeo.receives("<presence type='unavailable' from='juliet@verona.example/balcony' to='romeo@verona.example'/>");
    play.romeo.receives(presence("unsubscribed", juliet_jid, romeo_jid));
    play.romeo.receives(push(romeo_jid, juliet_jid, "subscription='from'"));
    play.juliet.receives(push(juliet_jid, romeo_jid, "subscription='to'"));
    play.nothing_more();
    play.juliet.sends("<presence><show>dnd</show></presence>");
    play.romeo.receives_nothing_more();
    play.juliet.sends(to(romeo_jid, "unsubscribed"));  // A.2.4: not routed again
    play.romeo.receives_nothing_more();
}

TEST_CASE("RFC 6121 3.3.2, 3.3.3: who unsubscribes no longer sees the contact") {
    Verona play;
    play.host.befriend(play.romeo, play.juliet);
    play.romeo.sends(to(juliet_jid, "unsubscribe"));
    play.juliet.receives(presence("unsubscribe", romeo_jid, juliet_jid));
    play.juliet.receives(push(juliet_jid, romeo_jid, "subscription='to'"));
    play.romeo.receives_somewhere(push(romeo_jid, juliet_jid, "subscription='from'"));
    play.romeo.receives_somewhere("<presence type='unavailable' from='juliet@verona.example/balcony' to='romeo@verona.example'/>");
    play.nothing_more();
}

TEST_CASE("RFC 6121 A.2.2, A.3.2: a request is taken back by unsubscribe") {
    Verona play;
    play.romeo.sends(to(juliet_jid, "subscribe"));
    play.forget();
    play.romeo.sends(to(juliet_jid, "unsubscribe"));
    play.romeo.receives(push(romeo_jid, juliet_jid, "subscription='none'"));
    play.juliet.receives(presence("unsubscribe", romeo_jid, juliet_jid));
    play.nothing_more();
    play.juliet.sends(to(romeo_jid, "subscribed"));  // nothing is pending: an approval in advance
    play.juliet.receives(push(juliet_jid, romeo_jid, "subscription='none' approved='true'"));
    play.nothing_more();
}

TEST_CASE("RFC 6121 3.4: a request approved in advance is answered by the server") {
    Verona play;
    play.juliet.sends(to(romeo_jid, "subscribed"));
    play.juliet.receives(push(juliet_jid, romeo_jid, "subscription='none' approved='true'"));
    play.nothing_more();
    play.romeo.sends(to(juliet_jid, "subscribe"));
    play.juliet.receives(push(juliet_jid, romeo_jid, "subscription='from' approved='true'"));
    play.romeo.receives_somewhere(presence("subscribed", juliet_jid, romeo_jid));
    play.romeo.receives_somewhere("<presence from='juliet@verona.example/balcony' to='romeo@verona.example'/>");
    CHECK(roster_of(play.romeo).find("subscription='to'") != std::string::npos);
    play.juliet.receives_nothing_more();
    play.juliet.sends(to(romeo_jid, "unsubscribed"));
    play.juliet.receives(push(juliet_jid, romeo_jid, "subscription='none'"));
}

TEST_CASE("RFC 6121 2.1.2.1, 3.4.2: an approval in advance stays in the roster until it is taken back, and no roster set gives it") {
    Verona play;
    const auto query = [](const std::string& items) { return "<query xmlns='jabber:iq:roster'>" + items + "</query>"; };
    play.juliet.sends(to(romeo_jid, "subscribed"));
    play.forget();
    play.juliet.sets(query("<item jid='paris@verona.example' approved='true'/>"));
    play.juliet.receives(push(juliet_jid, "paris@verona.example", "subscription='none'"));
    play.juliet.sets(query("<item jid='romeo@verona.example' name='R'/>"));
    play.juliet.receives(push(juliet_jid, romeo_jid, "name='R' subscription='none' approved='true'"));
    play.host.restarts();
    auto& juliet = play.host.login("juliet@verona.example/later");
    CHECK(same_xml(query("<item jid='paris@verona.example' subscription='none'/>"
                         "<item jid='romeo@verona.example' name='R' subscription='none' approved='true'/>"),
                   roster_of(juliet)));
    juliet.sends(to(romeo_jid, "unsubscribed"));
    juliet.receives(push(juliet_jid, romeo_jid, "name='R' subscription='none'"));
    auto& romeo = play.host.login("romeo@verona.example/later");
    romeo.sends(to(juliet_jid, "subscribe"));
    juliet.receives(presence("subscribe", romeo_jid, juliet_jid));
    romeo.receives(push(romeo_jid, juliet_jid, "subscription='none' ask='subscribe'"));
    romeo.receives_nothing_more();
}

TEST_CASE("RFC 6121 3.4.2: approving one who is subscribed already changes nothing and reaches nobody") {
    Verona play;
    play.host.befriend(play.romeo, play.juliet);
    play.juliet.sends(to(romeo_jid, "subscribed"));
    play.nothing_more();
    CHECK(roster_of(play.juliet).find("approved") == std::string::npos);
}

TEST_CASE("RFC 6121 3.1.2, 3.4: who asks a contact that approved before is told of his request, then of the answer") {
    Verona play;
    play.juliet.sends(to(romeo_jid, "subscribed"));
    play.romeo.sends(to(juliet_jid, "subscribe"));
    play.romeo.receives(push(romeo_jid, juliet_jid, "subscription='none' ask='subscribe'"));
    play.romeo.receives(presence("subscribed", juliet_jid, romeo_jid));
    play.romeo.receives(push(romeo_jid, juliet_jid, "subscription='to'"));
    play.romeo.receives("<presence from='juliet@verona.example/balcony' to='romeo@verona.example'/>");
    play.romeo.receives_nothing_more();
}

TEST_CASE("RFC 6121 3.1.6: the notice goes to interested clients, also unavailable ones") {
    Verona play;
    auto& silent = play.host.connect("romeo@verona.example/silent");
    roster_of(silent);
    play.romeo.sends(to(juliet_jid, "subscribe"));
    silent.forget_received();
    play.juliet.sends(to(romeo_jid, "subscribed"));
    silent.receives(presence("subscribed", juliet_jid, romeo_jid));
    silent.receives(push(romeo_jid, juliet_jid, "subscription='to'"));
    silent.receives_nothing_more();
}

TEST_CASE("RFC 6121 8.5.1: a request to a name nobody has is ignored without a word") {
    Verona play;
    play.romeo.sends(to("nobody@verona.example", "subscribe"));
    play.romeo.receives(push(romeo_jid, "nobody@verona.example", "subscription='none' ask='subscribe'"));
    play.nothing_more();
}

TEST_CASE("RFC 6121 3.1.2: asking oneself does nothing, asking when the roster is full is refused") {
    Verona play;
    play.romeo.sends(to(romeo_jid, "subscribe"));
    play.nothing_more();
    play.host.node().limits.roster_items = 1;
    play.romeo.sends(to("a@verona.example", "subscribe"));
    play.romeo.forget_received();
    play.romeo.sends(to(juliet_jid, "subscribe"));
    CHECK(play.romeo.next().attribute("type") == "error");
    play.nothing_more();
}

TEST_CASE("DESIGN 4.3: requests of strangers are bounded, and do not fill the roster") {
    TestHost host("verona.example", features);
    host.node().limits.roster_items = 3;
    auto& juliet = host.login("juliet@verona.example/balcony");
    for (int i = 0; i < 250; ++i) host.arrives(presence("subscribe", "n" + std::to_string(i) + "@verona.example", juliet_jid));
    int shown = 0;
    for (; juliet.has_received(); ++shown) juliet.next();
    CHECK(shown == 200);
    juliet.sets("<query xmlns='jabber:iq:roster'><item jid='romeo@verona.example'/></query>");
}

TEST_CASE("XEP-0077 3.2: an account that ends takes its subscriptions along") {
    Verona play;
    play.host.befriend(play.romeo, play.juliet);
    auto* account = play.host.users().find(*xmpp::parse_jid(juliet_jid));
    play.host.users().remove(*account, [](bool) {});
    play.romeo.receives_somewhere(presence("unsubscribed", juliet_jid, romeo_jid));
    play.romeo.receives_somewhere(presence("unsubscribe", juliet_jid, romeo_jid));
    CHECK(roster_of(play.romeo).find("subscription='none'") != std::string::npos);
    CHECK(play.juliet.ended_with() == "not-authorized");
}

TEST_CASE("XEP-0077 3.2, DESIGN 4.1: a contact whose roster the disk refuses then is told again each minute, until it is kept") {
    Verona play;
    play.host.befriend(play.romeo, play.juliet);
    const auto ends_that_are_open = [&] {
        std::size_t count = 99;
        play.host.store().owners(store::ended_drawer, [&](const auto& owners) { count = owners->size(); });
        return count;
    };
    const auto refuse = [&](std::size_t passing_first) { play.host.store().refuse_next(store::Refusal::resource_constraint, passing_first); };
    refuse(1);  // the erasure itself is kept
    play.host.users().remove(*play.host.users().find(*xmpp::parse_jid(juliet_jid)), [](bool) {});
    CHECK(roster_of(play.romeo).find("subscription='none'") == std::string::npos);
    CHECK(ends_that_are_open() == 1);
    refuse(0);
    play.host.passes(std::chrono::seconds(61));
    CHECK(roster_of(play.romeo).find("subscription='none'") == std::string::npos);
    CHECK(ends_that_are_open() == 1);
    play.host.passes(std::chrono::seconds(61));
    CHECK(roster_of(play.romeo).find("subscription='none'") != std::string::npos);
    CHECK(ends_that_are_open() == 0);
}

TEST_CASE("DESIGN 4.1: a request reaches the contact after both rosters are on disk, and not when they are not") {
    Verona play;
    play.host.store().hold();
    play.romeo.sends(to(juliet_jid, "subscribe"));
    play.nothing_more();
    play.host.store().release();
    play.juliet.receives(presence("subscribe", romeo_jid, juliet_jid));
    play.romeo.receives(push(romeo_jid, juliet_jid, "subscription='none' ask='subscribe'"));
    play.juliet.sends(to(romeo_jid, "unsubscribed"));
    play.forget();

    play.host.store().refuse_next(store::Refusal::internal_error);
    play.romeo.sends(to(juliet_jid, "subscribe"));
    CHECK(play.romeo.next().attribute("type") == "error");
    play.nothing_more();
    CHECK(roster_of(play.romeo).find("ask") == std::string::npos);
}

TEST_CASE("RFC 6121 4.3.2, 3.3.3: what an account deleted without a word left in rosters is put right when they load") {
    Verona play;
    play.host.befriend(play.romeo, play.juliet);
    auto& paris = play.host.login("paris@verona.example/church");
    paris.sends(to(juliet_jid, "subscribe"));
    play.juliet.sends(to("paris@verona.example", "subscribed"));
    play.host.store().commit({store::EraseOwner{juliet_jid}}, [](auto) {});  // account delete while no server runs
    play.host.restarts();
    auto& romeo = play.host.connect("romeo@verona.example/orchard");
    roster_of(romeo);
    romeo.sends("<presence/>");
    romeo.receives_somewhere(presence("unsubscribe", juliet_jid, romeo_jid));
    romeo.receives_somewhere(presence("unsubscribed", juliet_jid, romeo_jid));
    romeo.receives_somewhere(push(romeo_jid, juliet_jid, "subscription='none'"));
    CHECK(roster_of(romeo).find("subscription='none'") != std::string::npos);
    auto& church = play.host.login("paris@verona.example/church");
    CHECK(roster_of(church).find("subscription='none'") != std::string::npos);
    church.sends("<presence to='juliet@verona.example'/>");  // who has nothing with that name learns nothing of it
    church.receives_nothing_more();
}
