// SPDX-License-Identifier: MIT
// DESIGN 1, 4.3: what a user can make grow in the server's memory and on its disk, at each limit, one beyond it, and
// without one (0). docs/security.md lists them all.
#include "support/test_host.h"

#include <doctest/doctest.h>

namespace {

constexpr const char* domain = "verona.example";
const std::string romeo_jid = "romeo@verona.example";
const std::string juliet_jid = "juliet@verona.example";

struct Verona {
    TestHost host{domain, {add_everything}};
    routing::Limits& limits = host.node().limits;
    TestClient& romeo = host.login(romeo_jid + "/orchard");
};

std::string number(int i) { return std::to_string(i); }

std::string error_of(TestClient& client) {
    while (client.has_received()) {
        const xml::Element stanza = client.next();
        const auto error = stanza.child({xml::stanza_ns, "error"});
        if (error) return std::string(error->first_child()->name().local);
    }
    return "";
}

std::string contact(int groups) {
    std::string item = "<query xmlns='jabber:iq:roster'><item jid='paris@verona.example'>";
    for (int i = 0; i < groups; ++i) item += "<group>g" + number(i) + "</group>";
    return item + "</item></query>";
}

std::string said(const std::string& from, int i) {
    return "<message from='" + from + "' to='" + juliet_jid + "' type='chat' id='m" + number(i) + "'><body>" + number(i) + "</body></message>";
}

int bodies(TestClient& client) {
    int count = 0;
    while (client.has_received()) count += client.next().has_child({xml::stanza_ns, "body"}) ? 1 : 0;
    return count;
}

}  // namespace

TEST_CASE("DESIGN 4.3: limit-roster-groups") {
    Verona play;
    play.limits.roster_groups = 3;
    play.romeo.sets(contact(3));
    play.romeo.is_refused("set", contact(4), "not-acceptable");
    play.limits.roster_groups = 0;
    play.romeo.sets(contact(100));
}

TEST_CASE("DESIGN 4.3: limit-subscription-requests: what is beyond it is not kept, and nobody hears so") {
    Verona play;
    play.limits.subscription_requests = 2;
    const auto asks = [&](int i) { play.host.arrives("<presence type='subscribe' from='n" + number(i) + "@mantua.example' to='" + romeo_jid + "'/>"); };
    for (int i = 0; i < 3; ++i) asks(i);
    int shown = 0;
    for (; play.romeo.has_received(); ++shown) play.romeo.next();
    CHECK(shown == 2);
    play.limits.subscription_requests = 0;
    asks(3);
    CHECK(play.romeo.has_received());
}

TEST_CASE("DESIGN 4.3: limit-blocked") {
    Verona play;
    play.limits.blocked = 2;
    const auto block = [](int i) { return "<block xmlns='urn:xmpp:blocking'><item jid='n" + number(i) + "@mantua.example'/></block>"; };
    play.romeo.sets(block(0));
    play.romeo.sets(block(1));
    play.romeo.sets(block(1));
    play.romeo.is_refused("set", block(2), "resource-constraint");
    play.limits.blocked = 0;
    play.romeo.sets(block(2));
}

TEST_CASE("DESIGN 4.3: limit-directed-presence") {
    Verona play;
    play.limits.directed = 2;
    const auto goes_to = [&](int i) { play.romeo.sends("<presence to='n" + number(i) + "@verona.example'/>"); };
    for (int i = 0; i < 2; ++i) goes_to(i);
    CHECK(error_of(play.romeo) == "");
    goes_to(1);
    CHECK(error_of(play.romeo) == "");
    goes_to(2);
    CHECK(error_of(play.romeo) == "resource-constraint");
    play.romeo.sends("<presence type='unavailable' to='n0@verona.example'/>");
    goes_to(2);
    CHECK(error_of(play.romeo) == "");
}

TEST_CASE("DESIGN 4.3: limit-undelivered: the sender of one more hears so, what waits arrives, and then there is room again") {
    Verona play;
    play.host.make_account(juliet_jid);
    play.limits.undelivered = 5;
    const std::string romeo = romeo_jid + "/orchard";
    for (int i = 0; i < 5; ++i) play.romeo.sends(said(romeo, i));
    CHECK(error_of(play.romeo) == "");
    play.romeo.sends(said(romeo, 5));
    CHECK(error_of(play.romeo) == "resource-constraint");

    auto& juliet = play.host.connect(juliet_jid + "/balcony");
    juliet.sends("<presence/>");
    CHECK(bodies(juliet) == 5);
    juliet.logs_out();
    for (int i = 6; i < 11; ++i) play.romeo.sends(said(romeo, i));
    CHECK(error_of(play.romeo) == "");
    play.romeo.sends(said(romeo, 11));
    CHECK(error_of(play.romeo) == "resource-constraint");
    play.limits.undelivered = 0;
    play.romeo.sends(said(romeo, 12));
    CHECK(error_of(play.romeo) == "");
}

TEST_CASE("DESIGN 4.4: a name that nobody has is no emptier than others: limit-undelivered holds for it too") {
    Verona play;
    play.limits.undelivered = 2;
    const auto to_nobody = [&](int i) { play.romeo.sends("<message to='nobody@verona.example' type='chat'><body>" + number(i) + "</body></message>"); };
    for (int i = 0; i < 2; ++i) to_nobody(i);
    CHECK(error_of(play.romeo) == "");
    to_nobody(2);
    CHECK(error_of(play.romeo) == "resource-constraint");
}

TEST_CASE("DESIGN 4.3: limit-undelivered holds after a restart, for what waited before it") {
    TestHost host(domain, {add_everything});
    host.make_account(juliet_jid);
    host.login(romeo_jid + "/orchard");
    for (int i = 0; i < 4; ++i) host.arrives(said(romeo_jid + "/orchard", i));
    host.restarts();
    host.node().limits.undelivered = 5;
    auto& romeo = host.login(romeo_jid + "/orchard");
    romeo.sends(said(romeo_jid + "/orchard", 4));
    CHECK(error_of(romeo) == "");
    romeo.sends(said(romeo_jid + "/orchard", 5));
    CHECK(error_of(romeo) == "resource-constraint");
}

TEST_CASE("DESIGN 4.3: a client of negative priority takes no messages: limit-undelivered holds beside it") {
    Verona play;
    auto& juliet = play.host.login(juliet_jid + "/bot");
    juliet.sends("<presence><priority>-1</priority></presence>");
    play.limits.undelivered = 1;
    play.romeo.sends(said(romeo_jid + "/orchard", 0));
    CHECK(error_of(play.romeo) == "");
    play.romeo.sends(said(romeo_jid + "/orchard", 1));
    CHECK(error_of(play.romeo) == "resource-constraint");
}

TEST_CASE("DESIGN 4.3: limit-archive-page") {
    Verona play;
    play.limits.archive_page = 3;
    for (int i = 0; i < 5; ++i) play.romeo.sends("<message to='" + juliet_jid + "' type='chat'><body>" + number(i) + "</body></message>");
    const auto page = [&](const std::string& most) {
        play.romeo.forget_received();
        play.romeo.sends("<iq type='set' id='q'><query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><max>" + most +
                         "</max></set></query></iq>");
        int results = 0;
        while (play.romeo.has_received()) results += play.romeo.next().has_child({"urn:xmpp:mam:2", "result"}) ? 1 : 0;
        return results;
    };
    CHECK(page("3") == 3);
    CHECK(page("4") == 3);
    play.limits.archive_page = 0;
    CHECK(page("4") == 4);
}

TEST_CASE("DESIGN 4.3: limit-private-records") {
    Verona play;
    play.limits.private_records = 2;
    const auto keep = [](int i) { return "<query xmlns='jabber:iq:private'><a xmlns='urn:n" + number(i) + "'/></query>"; };
    play.romeo.sets(keep(0));
    play.romeo.sets(keep(1));
    play.romeo.sets(keep(1));
    play.romeo.is_refused("set", keep(2), "policy-violation");
    play.limits.private_records = 0;
    play.romeo.sets(keep(2));
}

TEST_CASE("DESIGN 4.3: limit-rooms-per-account counts the rooms that are there, not those that have ended") {
    Verona play;
    play.limits.rooms_per_account = 2;
    const auto enter = [](TestClient& who, int i) {
        who.sends("<presence to='r" + number(i) + "@rooms.verona.example/me'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
    };
    enter(play.romeo, 0);
    enter(play.romeo, 1);
    CHECK(error_of(play.romeo) == "");
    enter(play.romeo, 2);
    CHECK(error_of(play.romeo) == "resource-constraint");
    auto& juliet = play.host.login(juliet_jid + "/balcony");
    enter(juliet, 2);
    CHECK(error_of(juliet) == "");
    play.romeo.sends("<presence type='unavailable' to='r1@rooms.verona.example/me'/>");
    enter(play.romeo, 3);
    CHECK(error_of(play.romeo) == "");
}

TEST_CASE("DESIGN 4.3: limit-rooms-per-account counts rooms of before a start too, of every kind, until their maker's account ends") {
    Verona play;
    const auto enter = [](TestClient& who, int i) {
        who.sends("<presence to='r" + number(i) + "@rooms.verona.example/me'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
    };
    const auto accept = [](TestClient& who, int i, bool lasts) {
        const std::string field = "<field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#roomconfig</value></field>"
                                  "<field var='muc#roomconfig_persistentroom'><value>" + number(lasts) + "</value></field>";
        who.sets("<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'>" + field + "</x></query>",
                 "r" + number(i) + "@rooms.verona.example");
    };
    for (const int i : {0, 1}) {
        enter(play.romeo, i);
        accept(play.romeo, i, i == 0);
    }
    play.host.restarts();
    auto& again = play.host.login(romeo_jid + "/orchard");
    play.host.node().limits.rooms_per_account = 3;
    enter(again, 2);
    CHECK(error_of(again) == "");
    enter(again, 3);
    CHECK(error_of(again) == "resource-constraint");
    bool is_removed = false;
    play.host.users().remove(*play.host.users().find(*xmpp::parse_jid(romeo_jid)), [&](bool done) { is_removed = done; });
    REQUIRE(is_removed);
    play.host.restarts();
    auto& other = play.host.login(romeo_jid + "/orchard");
    play.host.node().limits.rooms_per_account = 1;
    enter(other, 4);
    CHECK(error_of(other) == "");
}

TEST_CASE("DESIGN 4.3: limit-affiliations") {
    Verona play;
    play.romeo.sends("<presence to='r@rooms.verona.example/me'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
    play.romeo.sets("<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query>", "r@rooms.verona.example");
    play.limits.affiliations = 3;  // the owner is one
    const auto member = [](int i) {
        return "<query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='member' jid='n" + number(i) + "@verona.example'/></query>";
    };
    play.romeo.sets(member(0), "r@rooms.verona.example");
    play.romeo.sets(member(1), "r@rooms.verona.example");
    play.romeo.is_refused("set", member(2), "resource-constraint", "r@rooms.verona.example");
}

TEST_CASE("DESIGN 4.3: limit-unacknowledged ends the stream of a client that never acknowledges") {
    Verona play;
    play.limits.unacknowledged = 3;
    auto& juliet = play.host.login(juliet_jid + "/balcony");
    juliet.enables_resumption();
    for (int i = 0; i < 3; ++i) play.romeo.sends(said(romeo_jid + "/orchard", i));
    CHECK(juliet.ended_with() == "");
    play.romeo.sends(said(romeo_jid + "/orchard", 3));
    CHECK(juliet.ended_with() == "resource-constraint");
}

TEST_CASE("RFC 6120 8.1.2.1, 8.2.3: the server's question is answered by the one whom it asked, and once") {
    Verona play;
    auto& juliet = play.host.login(juliet_jid + "/balcony");
    juliet.forget_received();
    int answers = 0;
    const xmpp::Iq question(*xmpp::parse_jid(domain), *xmpp::parse_jid(juliet.jid()), xmpp::Iq::get, "q", xml::Element({"urn:xmpp:ping", "ping"}));
    play.host.router().ask(question, [&](const xmpp::Iq* answer) {
        REQUIRE(answer != nullptr);
        CHECK(answer->from().text() == juliet.jid());
        ++answers;
    });
    const std::string id(juliet.next().attribute("id").value_or(""));
    for (const std::string type : {"result", "error"}) play.romeo.sends("<iq type='" + type + "' id='" + id + "' to='" + domain + "'/>");
    play.host.login(juliet_jid + "/phone").sends("<iq type='result' id='" + id + "' to='" + domain + "'/>");
    CHECK(answers == 0);
    for (int i = 0; i < 2; ++i) juliet.sends("<iq type='result' id='" + id + "' to='" + domain + "'/>");
    CHECK(answers == 1);
}

TEST_CASE("DESIGN 4.3: limit-questions: what the server asks and nobody answers is bounded, and given up in time") {
    TestHost host(domain, {});
    host.node().limits.questions = 2;
    host.router().serve("mute.verona.example", [](const xmpp::AnyStanza&) {});
    int given_up = 0;
    const xmpp::Iq question(*xmpp::parse_jid(domain), *xmpp::parse_jid("mute.verona.example"), xmpp::Iq::get, "q", xml::Element({"urn:xmpp:ping", "ping"}));
    for (int i = 0; i < 2; ++i) host.router().ask(question, [&](const xmpp::Iq* answer) { given_up += answer == nullptr; });
    CHECK(given_up == 0);
    host.router().ask(question, [&](const xmpp::Iq* answer) { given_up += answer == nullptr; });
    CHECK(given_up == 1);
    host.passes(std::chrono::seconds(31));
    CHECK(given_up == 3);
}
