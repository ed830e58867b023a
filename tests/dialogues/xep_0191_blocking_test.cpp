// SPDX-License-Identifier: MIT
// XEP-0191: Juliet blocks Romeo, as both their clients see it.
#include "support/test_host.h"

#include <doctest/doctest.h>

namespace {

const std::string romeo_jid = "romeo@verona.example";
const std::string juliet_jid = "juliet@verona.example";
const std::string unavailable_juliet = "<presence type='unavailable' from='juliet@verona.example/balcony' to='romeo@verona.example'/>";
const std::string get_list = "<blocklist xmlns='urn:xmpp:blocking'/>";

std::string command(const std::string& name, const std::string& jid) {
    return "<" + name + " xmlns='urn:xmpp:blocking'>" + (jid.empty() ? "" : "<item jid='" + jid + "'/>") + "</" + name + ">";
}
std::string push(const std::string& to, const std::string& command) {
    return "<iq type='set' id='*' from='juliet@verona.example' to='" + to + "'>" + command + "</iq>";
}
std::string message(const std::string& to, const std::string& type = "chat") {
    return "<message type='" + type + "' id='m1' to='" + to + "'><body>Hi</body></message>";
}
std::string condition_of(const xml::Element& stanza) {
    const auto error = stanza.child({xml::stanza_ns, "error"});
    return error ? std::string(xmpp::to_string(xmpp::parse_stanza_error(*error).condition)) : "none";
}

struct Verona {
    TestHost host{"verona.example", {add_everything}};
    TestClient& romeo = host.login("romeo@verona.example/orchard");
    TestClient& juliet = host.login("juliet@verona.example/balcony");
    explicit Verona(const std::string& blocked = {}) {
        host.befriend(romeo, juliet);
        if (!blocked.empty()) juliet.sets(command("block", blocked));
        forget();
    }
    void forget() {
        romeo.forget_received();
        juliet.forget_received();
    }
    void nothing_more() {
        romeo.receives_nothing_more();
        juliet.receives_nothing_more();
    }
    // What Juliet sends is not routed, and the error says why.
    void is_kept_from_romeo(const std::string& stanza) {
        juliet.sends(stanza);
        const xml::Element answer = juliet.next();
        CHECK(condition_of(answer) == "not-acceptable");
        CHECK(answer.child({xml::stanza_ns, "error"})->has_child({"urn:xmpp:blocking:errors", "blocked"}));
        nothing_more();
    }
};

}  // namespace

TEST_CASE("XEP-0191 3.1: the server says that it can") {
    Verona play;
    const std::string info = play.juliet.gets("<query xmlns='http://jabber.org/protocol/disco#info'/>", "verona.example");
    CHECK(info.find("urn:xmpp:blocking") != std::string::npos);
}

TEST_CASE("XEP-0191 3.2: the list is empty at first, then has what was blocked, also after a restart") {
    Verona play;
    CHECK(same_xml(get_list, play.juliet.gets(get_list)));
    play.juliet.sets("<block xmlns='urn:xmpp:blocking'><item jid='romeo@verona.example'/><item jid='paris@verona.example/church'/>"
                     "<item jid='mantua.example'/></block>");
    const std::string list = "<blocklist xmlns='urn:xmpp:blocking'><item jid='mantua.example'/>"
                             "<item jid='paris@verona.example/church'/><item jid='romeo@verona.example'/></blocklist>";
    CHECK(same_xml(list, play.juliet.gets(get_list)));
    play.host.restarts();
    auto& balcony = play.host.login("juliet@verona.example/balcony");
    CHECK(same_xml(list, balcony.gets(get_list)));
    auto& romeo = play.host.login("romeo@verona.example/orchard");
    romeo.sends(message(juliet_jid));
    CHECK(condition_of(romeo.next()) == "service-unavailable");
    balcony.receives_nothing_more();
}

TEST_CASE("XEP-0191 3.3, 3.4, 3.5: changes are pushed to the clients that asked for the list, and only to those") {
    Verona play;
    auto& garden = play.host.login("juliet@verona.example/garden");
    auto& deaf = play.host.login("juliet@verona.example/deaf");
    play.juliet.gets(get_list);
    garden.gets(get_list);
    play.forget();
    garden.forget_received();
    deaf.forget_received();
    const auto pushed = [&](const std::string& sent, const std::string& told) {
        play.juliet.sets(sent);
        play.juliet.receives_somewhere(push("juliet@verona.example/balcony", told));
        garden.receives_somewhere(push("juliet@verona.example/garden", told));
    };
    pushed("<block xmlns='urn:xmpp:blocking'><item jid='paris@verona.example'>"
           "<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'/></item></block>",
           command("block", "paris@verona.example"));
    pushed(command("unblock", "paris@verona.example"), command("unblock", "paris@verona.example"));
    play.juliet.sets(command("block", "tybalt@verona.example"));
    play.forget();
    garden.forget_received();
    pushed(command("unblock", ""), command("unblock", ""));
    CHECK(same_xml(get_list, garden.gets(get_list)));
    deaf.receives_nothing_more();
}

TEST_CASE("XEP-0191 3.3: what a command may not be") {
    Verona play;
    play.juliet.is_refused("set", command("block", ""), "bad-request");
    play.juliet.is_refused("set", "<block xmlns='urn:xmpp:blocking'><item/></block>", "bad-request");
    play.juliet.is_refused("set", command("block", "a b@verona.example"), "jid-malformed");
    play.juliet.is_refused("set", command("unblock", "a b@verona.example"), "jid-malformed");
    play.romeo.is_refused("get", get_list, "service-unavailable", juliet_jid);
    play.romeo.is_refused("set", command("block", "paris@verona.example"), "service-unavailable", juliet_jid);
    CHECK(same_xml(get_list, play.juliet.gets(get_list)));
}

TEST_CASE("DESIGN 4.3: the list has a limit") {
    Verona play;
    std::string items;
    for (int i = 0; i < 1000; ++i) items += "<item jid='n" + std::to_string(i) + "@mantua.example'/>";
    play.juliet.sets("<block xmlns='urn:xmpp:blocking'>" + items + "</block>");
    play.juliet.is_refused("set", command("block", romeo_jid), "resource-constraint");
    play.juliet.sets(command("block", "n1@mantua.example"));
}

TEST_CASE("XEP-0191 3.3: a message of who is blocked is refused, of other types dropped, and nothing is kept of it") {
    Verona play(romeo_jid);
    for (const std::string type : {"chat", "normal"}) {
        for (const std::string& whom : std::vector{juliet_jid, juliet_jid + "/balcony"}) {
            play.romeo.sends(message(whom, type));
            CHECK(condition_of(play.romeo.next()) == "service-unavailable");
        }
    }
    play.romeo.sends(message(juliet_jid, "headline"));
    play.host.arrives("<message type='groupchat' from='romeo@verona.example/orchard' to='juliet@verona.example/balcony'><body>Hi</body></message>");
    play.nothing_more();
    play.host.restarts();
    auto& balcony = play.host.connect("juliet@verona.example/balcony");
    balcony.sends("<presence/>");
    balcony.receives("<presence from='juliet@verona.example/balcony' to='juliet@verona.example'/>");
    balcony.receives_nothing_more();
}

TEST_CASE("XEP-0191 3.3: once blocked, what was written before is not delivered either") {
    Verona play;
    play.juliet.logs_out();
    play.romeo.forget_received();
    play.romeo.sends(message(juliet_jid));
    auto& paris = play.host.login("paris@verona.example/church");
    paris.sends(message(juliet_jid));
    auto& balcony = play.host.connect("juliet@verona.example/balcony");
    balcony.sets(command("block", romeo_jid));
    play.romeo.forget_received();
    balcony.sends("<presence/>");
    CHECK(condition_of(play.romeo.next()) == "service-unavailable");
    balcony.receives("<presence from='juliet@verona.example/balcony' to='juliet@verona.example'/>");
    CHECK(balcony.next().attribute("from") == "paris@verona.example/church");
    balcony.receives_nothing_more();
    balcony.sets(command("unblock", romeo_jid));
    balcony.logs_out();
    play.romeo.forget_received();
    auto& again = play.host.connect("juliet@verona.example/balcony");  // it was refused: it does not come later
    again.sends("<presence/>");
    while (again.has_received()) CHECK(again.next().name().local == "presence");
}

TEST_CASE("XEP-0191 3.3: what waits behind missed messages is not delivered once its sender is blocked") {
    Verona play;
    play.juliet.logs_out();
    auto& paris = play.host.login("paris@verona.example/church");
    for (int i = 0; i < 300; ++i)
        paris.sends("<message type='chat' to='juliet@verona.example'><body>" + std::string(2000, 'x') + "</body></message>");
    auto& balcony = play.host.connect("juliet@verona.example/balcony");
    balcony.stops_reading();
    balcony.sends("<presence/>");
    play.romeo.sends(message(juliet_jid, "headline"));
    balcony.sets(command("block", romeo_jid));
    balcony.reads_again();
    play.host.passes(std::chrono::milliseconds(200));
    while (balcony.has_received()) CHECK(balcony.next().attribute("type") != "headline");
    CHECK(balcony.ended_with().empty());
}

TEST_CASE("XEP-0191 3.3: an IQ of who is blocked is refused for client and account, other types are dropped") {
    Verona play(romeo_jid);
    play.romeo.is_refused("get", "<ping xmlns='urn:xmpp:ping'/>", "service-unavailable", juliet_jid + "/balcony");
    play.romeo.is_refused("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>", "service-unavailable", juliet_jid);
    play.romeo.sends("<iq type='result' id='r' to='juliet@verona.example/balcony'/>");
    play.nothing_more();
}

TEST_CASE("XEP-0191 3.3: presence of who is blocked is dropped without an answer: notifications, requests, probes") {
    Verona play(romeo_jid);
    play.romeo.sends("<presence><show>away</show></presence>");
    play.romeo.forget_received();
    play.romeo.sends("<presence to='juliet@verona.example'/>");
    play.romeo.sends("<presence type='probe' to='juliet@verona.example'/>");
    play.nothing_more();
    auto& paris = play.host.login("paris@verona.example/church");
    play.juliet.sets(command("block", "paris@verona.example"));
    paris.sends("<presence type='subscribe' to='juliet@verona.example'/>");
    paris.forget_received();
    play.nothing_more();
    play.juliet.logs_out();
    auto& balcony = play.host.connect("juliet@verona.example/balcony");
    balcony.sends("<presence/>");
    balcony.receives("<presence from='juliet@verona.example/balcony' to='juliet@verona.example'/>");
    balcony.receives_nothing_more();
    paris.receives_nothing_more();
}

TEST_CASE("XEP-0191 3.3: a request that waits is not shown while its sender is blocked") {
    Verona play;
    auto& paris = play.host.login("paris@verona.example/church");
    paris.sends("<presence type='subscribe' to='juliet@verona.example'/>");
    play.juliet.sets(command("block", "paris@verona.example"));
    play.juliet.logs_out();
    auto& balcony = play.host.connect("juliet@verona.example/balcony");
    balcony.sends("<presence/>");
    while (balcony.has_received()) CHECK(balcony.next().attribute("type") != "subscribe");
    balcony.sets(command("unblock", "paris@verona.example"));
    balcony.logs_out();
    auto& again = play.host.connect("juliet@verona.example/balcony");
    again.sends("<presence/>");
    again.receives_somewhere("<presence type='subscribe' from='paris@verona.example' to='juliet@verona.example'/>");
}

TEST_CASE("XEP-0191 3.3: what is sent to who is blocked is refused, and says so") {
    Verona play(romeo_jid);
    play.is_kept_from_romeo(message(romeo_jid));
    play.is_kept_from_romeo(message(romeo_jid + "/orchard"));
    play.is_kept_from_romeo("<iq type='get' id='i1' to='romeo@verona.example/orchard'><ping xmlns='urn:xmpp:ping'/></iq>");
    play.is_kept_from_romeo("<iq type='get' id='i2' to='romeo@verona.example'><vCard xmlns='vcard-temp'/></iq>");
    play.is_kept_from_romeo("<presence to='romeo@verona.example'/>");
    play.is_kept_from_romeo("<presence to='romeo@verona.example' type='subscribe'/>");
    play.juliet.sends("<iq type='result' id='i3' to='romeo@verona.example/orchard'/>");
    play.nothing_more();
}

TEST_CASE("XEP-0191 3.3, 3.4, 4: who is blocked sees the user go, nothing after that, and the user come back when he is unblocked") {
    Verona play;
    play.juliet.sets(command("block", romeo_jid));
    play.romeo.receives(unavailable_juliet);
    play.juliet.sets(command("block", romeo_jid));  // again: he knows already
    play.juliet.sends("<presence><show>dnd</show></presence>");
    auto& garden = play.host.login("juliet@verona.example/garden");
    garden.logs_out();
    play.romeo.receives_nothing_more();
    play.romeo.sends("<presence><show>away</show></presence>");
    play.forget();
    play.juliet.sets(command("unblock", romeo_jid));
    play.romeo.receives("<presence from='juliet@verona.example/balcony' to='romeo@verona.example'><show>dnd</show></presence>");
    play.juliet.receives("<presence from='romeo@verona.example/orchard' to='juliet@verona.example/balcony'><show>away</show></presence>");
    play.nothing_more();
    play.romeo.sends(message(juliet_jid));
    CHECK(play.juliet.next().attribute("type") == "chat");
    play.juliet.sends(message(romeo_jid));
    CHECK(play.romeo.next().attribute("type") == "chat");
}

TEST_CASE("XEP-0191 3.5: when all are unblocked, those who may see the user do") {
    Verona play(romeo_jid);
    play.juliet.sets(command("unblock", ""));
    play.romeo.receives("<presence from='juliet@verona.example/balcony' to='romeo@verona.example'/>");
}

TEST_CASE("XEP-0191 3.3: who may not see the user's presence is told nothing of a block") {
    Verona play;
    auto& paris = play.host.login("paris@verona.example/church");
    play.juliet.sets(command("block", "paris@verona.example"));
    play.juliet.sets(command("unblock", "paris@verona.example"));
    paris.receives_nothing_more();
}

TEST_CASE("XEP-0191 3.3: directed presence is taken back too") {
    Verona play;
    auto& paris = play.host.login("paris@verona.example/church");
    play.juliet.sends("<presence to='paris@verona.example/church'/>");
    paris.forget_received();
    play.juliet.sets(command("block", "paris@verona.example"));
    paris.receives("<presence type='unavailable' from='juliet@verona.example/balcony' to='paris@verona.example/church'/>");
    play.juliet.logs_out();
    paris.receives_nothing_more();
}

TEST_CASE("XEP-0191 6: a full address matches that client only, a domain all its users") {
    Verona play(romeo_jid + "/orchard");
    auto& street = play.host.login("romeo@verona.example/street");
    play.forget();
    street.sends(message(juliet_jid));
    CHECK(play.juliet.next().attribute("type") == "chat");
    play.romeo.sends(message(juliet_jid));
    CHECK(condition_of(play.romeo.next()) == "service-unavailable");
    play.juliet.sets(command("unblock", ""));
    play.forget();
    play.juliet.sets(command("block", "mantua.example"));
    for (const std::string from : {"mantua.example", "balthasar@mantua.example/inn", "mantua.example/inn"})
        play.host.arrives("<message from='" + from + "' to='juliet@verona.example'><body>Hi</body></message>");
    play.nothing_more();
    play.host.arrives("<message from='inn.mantua.example' to='juliet@verona.example'><body>Hi</body></message>");
    CHECK(play.juliet.has_received());
}

TEST_CASE("XEP-0191 3.3: blocking one client of a contact hides the user from it") {
    Verona play;
    play.juliet.sets(command("block", romeo_jid + "/orchard"));
    play.romeo.receives("<presence type='unavailable' from='juliet@verona.example/balcony' to='romeo@verona.example/orchard'/>");
    play.juliet.sets(command("unblock", romeo_jid + "/orchard"));
    play.romeo.receives("<presence from='juliet@verona.example/balcony' to='romeo@verona.example/orchard'/>");
}

TEST_CASE("XEP-0191 5: who blocks the own domain still reaches the own clients and the server, and no other user") {
    Verona play;
    auto& garden = play.host.login("juliet@verona.example/garden");
    play.forget();
    play.juliet.sets(command("block", "verona.example"));
    play.romeo.receives(unavailable_juliet);
    garden.forget_received();
    play.juliet.sends(message(juliet_jid + "/garden"));
    CHECK(garden.next().attribute("type") == "chat");
    CHECK(play.juliet.gets("<ping xmlns='urn:xmpp:ping'/>", "verona.example").empty());
    play.forget();
    play.is_kept_from_romeo(message(romeo_jid));
}

TEST_CASE("XEP-0191 3.3, XEP-0045 7.4: an occupant who is blocked is not heard, and nobody is thrown out for it") {
    Verona play;
    const std::string room = "hall@rooms.verona.example";
    play.romeo.sends("<presence to='" + room + "/R'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
    play.romeo.sends("<iq type='set' id='o' to='" + room + "'><query xmlns='http://jabber.org/protocol/muc#owner'>"
                     "<x xmlns='jabber:x:data' type='submit'/></query></iq>");
    play.juliet.sends("<presence to='" + room + "/J'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
    play.juliet.sets(command("block", room + "/R"));
    play.forget();
    play.romeo.sends(message(room, "groupchat"));
    CHECK(play.romeo.next().attribute("type") == "groupchat");
    play.romeo.sends(message(room + "/J"));
    play.forget();
    play.juliet.sends(message(room, "groupchat"));
    CHECK(play.juliet.next().attribute("from") == room + "/J");
    play.forget();
    play.juliet.sets(command("block", room));  // the whole room: he leaves it
    CHECK(play.romeo.next().attribute("type") == "unavailable");
    play.juliet.receives_nothing_more();
}

TEST_CASE("XEP-0045 7.8.2: who is blocked cannot invite by way of a room") {
    Verona play(romeo_jid);
    const auto invite = [&](const std::string& from) {
        play.host.arrives("<message from='hall@rooms.verona.example' to='juliet@verona.example'>"
                          "<x xmlns='http://jabber.org/protocol/muc#user'><invite from='" + from + "'/></x></message>");
    };
    invite(romeo_jid + "/orchard");
    play.nothing_more();
    invite("paris@verona.example/church");
    CHECK(play.juliet.has_received());
}

TEST_CASE("DESIGN 4.1: a block that the disk refuses is none") {
    Verona play;
    play.host.store().refuse_next(store::Refusal::resource_constraint);
    play.juliet.is_refused("set", command("block", romeo_jid), "resource-constraint");
    CHECK(same_xml(get_list, play.juliet.gets(get_list)));
    play.nothing_more();
}
