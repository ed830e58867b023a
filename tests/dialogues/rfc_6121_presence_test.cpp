// SPDX-License-Identifier: MIT
// RFC 6121 4: who sees whose presence, and when.
#include "support/test_host.h"

#include <doctest/doctest.h>

namespace {

const std::vector<TestHost::Add> features{add_everything};

struct Verona {
    TestHost host{"verona.example", features};
    TestClient& romeo = host.login("romeo@verona.example/orchard");
    TestClient& juliet = host.login("juliet@verona.example/balcony");
    Verona() { host.befriend(romeo, juliet); }
};

const std::string from_romeo = "<presence from='romeo@verona.example/orchard' to='juliet@verona.example'/>";
const std::string romeo_gone =
    "<presence type='unavailable' from='romeo@verona.example/orchard' to='juliet@verona.example'/>";

}  // namespace

TEST_CASE("RFC 6120 10.3.2, RFC 6121 4.2.2: initial presence goes to subscribers, and the client gets that of its contacts") {
    Verona play;
    play.romeo.logs_out();
    play.juliet.forget_received();
    auto& street = play.host.connect("romeo@verona.example/street");
    street.sends("<presence><show>chat</show><status>here</status></presence>");
    play.juliet.receives("<presence from='romeo@verona.example/street' to='juliet@verona.example'>"
                         "<show>chat</show><status>here</status></presence>");
    play.juliet.receives_nothing_more();
    street.receives("<presence from='romeo@verona.example/street' to='romeo@verona.example'>"
                    "<show>chat</show><status>here</status></presence>");
    street.receives("<presence from='juliet@verona.example/balcony' to='romeo@verona.example/street'/>");
    street.receives_nothing_more();
}

TEST_CASE("RFC 6121 4.2.2: own clients see each other") {
    Verona play;
    auto& street = play.host.connect("romeo@verona.example/street");
    street.sends("<presence/>");
    street.receives("<presence from='romeo@verona.example/street' to='romeo@verona.example'/>");
    street.receives("<presence from='romeo@verona.example/orchard' to='romeo@verona.example'/>");
    street.receives("<presence from='juliet@verona.example/balcony' to='romeo@verona.example/street'/>");
    street.receives_nothing_more();
    play.romeo.receives("<presence from='romeo@verona.example/street' to='romeo@verona.example'/>");
    play.romeo.receives_nothing_more();
}

TEST_CASE("RFC 6121 3.2.3, 4.3.2: a contact without available client is told to be unavailable, a stranger 'unsubscribed'") {
    Verona play;
    play.juliet.sends("<presence type='unavailable'/>");
    play.romeo.forget_received();
    auto& street = play.host.connect("romeo@verona.example/street");
    street.sends("<presence/>");
    street.receives_somewhere("<presence type='unavailable' from='juliet@verona.example' to='romeo@verona.example/street'/>");
    auto& paris = play.host.login("paris@verona.example/church");
    for (const std::string whom : {"juliet@verona.example", "nobody@verona.example"}) {
        paris.sends("<presence type='probe' to='" + whom + "'/>");
        paris.receives_nothing_more();  // he never subscribed, so he is not told (3.2.3)
        play.host.arrives("<presence type='probe' from='paris@verona.example/church' to='" + whom + "'/>");
    }
}

TEST_CASE("RFC 6121 4.3.2: a probe is answered with all clients, one of a full address with that client only") {
    Verona play;
    auto& street = play.host.login("romeo@verona.example/street");
    street.sends("<presence><show>dnd</show></presence>");
    play.juliet.forget_received();
    play.juliet.sends("<presence type='probe' to='romeo@verona.example'/>");
    play.juliet.receives("<presence from='romeo@verona.example/orchard' to='juliet@verona.example/balcony'/>");
    play.juliet.receives("<presence from='romeo@verona.example/street' to='juliet@verona.example/balcony'><show>dnd</show></presence>");
    play.juliet.sends("<presence type='probe' to='romeo@verona.example/street'/>");
    play.juliet.receives("<presence from='romeo@verona.example/street' to='juliet@verona.example/balcony'><show>dnd</show></presence>");
    play.juliet.sends("<presence type='probe' to='romeo@verona.example/nowhere'/>");
    play.juliet.receives("<presence type='unavailable' from='romeo@verona.example/nowhere' to='juliet@verona.example/balcony'/>");
    play.juliet.receives_nothing_more();
}

TEST_CASE("RFC 6121 4.6.6: who got directed presence may probe for it, and learns only that the client is there") {
    Verona play;
    auto& paris = play.host.login("paris@verona.example/church");
    auto& street = play.host.login("romeo@verona.example/street");
    street.sends("<presence to='paris@verona.example'><status>psst</status></presence>");
    paris.forget_received();
    const std::string probe = "<presence type='probe' to='romeo@verona.example/street'/>";
    paris.sends(probe);
    paris.receives("<presence from='romeo@verona.example/street' to='paris@verona.example/church'/>");
    paris.sends("<presence type='probe' to='romeo@verona.example'/>");
    paris.receives("<presence from='romeo@verona.example/street' to='paris@verona.example/church'/>");
    paris.sends("<presence type='probe' to='romeo@verona.example/orchard'/>");
    paris.receives_nothing_more();
    street.sends("<presence type='unavailable' to='paris@verona.example'/>");
    paris.forget_received();
    paris.sends(probe);
    paris.receives_nothing_more();
}

TEST_CASE("RFC 6121 4.3.2: a subscription that the other side does not know is healed by the probe") {
    Verona play;
    play.juliet.sends("<iq type='set' id='1'><query xmlns='jabber:iq:roster'>"
                      "<item jid='mercutio@verona.example'/></query></iq>");
    // Mercutio once approved and has been erased since: what Juliet's roster says of him is out of date.
    auto& mercutio = play.host.login("mercutio@verona.example/square");
    play.host.befriend(play.juliet, mercutio);
    auto* account = play.host.users().find(*xmpp::parse_jid("mercutio@verona.example"));
    store::RosterItem item = *account->roster().find(*xmpp::parse_jid("juliet@verona.example"));
    item.subscription = store::Subscription::none;
    account->roster().put(item);
    auto& balcony = play.host.connect("juliet@verona.example/garden");
    balcony.sends("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>");
    balcony.sends("<presence/>");
    balcony.receives_somewhere("<presence type='unsubscribed' from='mercutio@verona.example' to='juliet@verona.example'/>");
}

TEST_CASE("RFC 6121 4.4.2: later presence is broadcast, without probes") {
    Verona play;
    play.romeo.sends("<presence id='p2'><show>away</show></presence>");
    play.juliet.receives("<presence id='p2' from='romeo@verona.example/orchard' to='juliet@verona.example'><show>away</show></presence>");
    play.juliet.receives_nothing_more();
    play.romeo.receives("<presence id='p2' from='romeo@verona.example/orchard' to='romeo@verona.example'><show>away</show></presence>");
    play.romeo.receives_nothing_more();
}

TEST_CASE("RFC 6121 4.4.2, 4.5.2: a contact whose last presence was an error gets no more of what is broadcast") {
    Verona play;
    std::vector<std::string> got;
    play.host.router().serve("mantua.example", [&got](const xmpp::AnyStanza& stanza) { got.push_back(std::string(xmpp::common(stanza).element().attribute("type").value_or("available"))); });
    const auto from_paris = [&](const std::string& type, const std::string& to = "romeo@verona.example") {
        const std::string named = type.empty() ? "" : " type='" + type + "'";
        play.host.arrives("<presence from='paris@mantua.example/church' to='" + to + "'" + named + "/>");
    };
    const auto hears = [&](const std::string& of, const std::vector<std::string>& expected) {
        got.clear();
        play.romeo.sends("<presence" + of + "/>");
        CHECK(got == expected);
    };
    from_paris("subscribe");
    play.romeo.sends("<presence type='subscribed' to='paris@mantua.example'/>");
    hears("", {"available"});
    auto& street = play.host.login("romeo@verona.example/street");
    from_paris("error", "romeo@verona.example/orchard");
    play.romeo.receives_somewhere("<presence type='error' from='paris@mantua.example/church' to='romeo@verona.example/orchard'/>");
    hears("", {});
    got.clear();
    street.sends("<presence/>");  // it was another client's presence that failed
    CHECK(got == std::vector<std::string>{"available"});
    for (const std::string later : {"", "unavailable", "subscribed", "probe"}) {
        from_paris("error", "romeo@verona.example/orchard");
        hears("", {});
        from_paris(later);
        hears("", {"available"});
    }
    from_paris("error");
    hears(" type='unavailable'", {});
    hears("", {"available"});  // a new presence session
}

TEST_CASE("RFC 6121 4.4.2: of a contact's domain that is not there a client hears once, not with each presence") {
    Verona play;
    play.host.router().serve("mantua.example", [](const xmpp::AnyStanza&) {});
    play.host.arrives("<presence from='paris@mantua.example' to='romeo@verona.example' type='subscribe'/>");
    play.romeo.sends("<presence type='subscribed' to='paris@mantua.example'/>");
    play.host.router().stop_serving("mantua.example");
    play.romeo.forget_received();
    const auto hears = [&](const std::string& what) {
        int errors = 0;
        play.romeo.sends(what);
        while (play.romeo.has_received()) errors += play.romeo.next().attribute("type") == "error";
        return errors;
    };
    CHECK(hears("<presence/>") == 1);
    CHECK(hears("<presence><show>away</show></presence>") == 0);
    CHECK(hears("<presence type='unavailable'/>") == 0);
}

TEST_CASE("RFC 6121 4.5.2: unavailable is broadcast with what the client says") {
    Verona play;
    play.romeo.sends("<presence type='unavailable'><status>gone home</status></presence>");
    play.juliet.receives("<presence type='unavailable' from='romeo@verona.example/orchard' to='juliet@verona.example'>"
                         "<status>gone home</status></presence>");
    play.juliet.receives_nothing_more();
    play.romeo.receives("<presence type='unavailable' from='romeo@verona.example/orchard' to='romeo@verona.example'>"
                        "<status>gone home</status></presence>");
    play.juliet.sends("<presence><show>xa</show></presence>");
    play.romeo.receives_nothing_more();
    play.romeo.logs_out();  // was unavailable already
    play.juliet.forget_received();
    play.juliet.receives_nothing_more();
}

TEST_CASE("RFC 6121 4.5.2: the server says unavailable for a client that dies") {
    Verona play;
    auto& street = play.host.login("romeo@verona.example/street");
    play.juliet.forget_received();
    play.romeo.logs_out();
    play.juliet.receives(romeo_gone);
    play.juliet.receives_nothing_more();
    street.receives_somewhere("<presence type='unavailable' from='romeo@verona.example/orchard' to='romeo@verona.example'/>");
}

TEST_CASE("RFC 6120 7.7.2.2: a client that takes the resource over is new to the contacts") {
    Verona play;
    play.host.login("romeo@verona.example/orchard");
    CHECK(play.romeo.ended_with() == "conflict");
    play.juliet.receives(romeo_gone);
    play.juliet.receives(from_romeo);
}

TEST_CASE("RFC 6121 4.6.3: who got directed presence gets unavailable too, once") {
    Verona play;
    auto& paris = play.host.login("paris@verona.example/church");
    play.romeo.sends("<presence to='paris@verona.example'><status>hm</status></presence>");
    paris.receives("<presence from='romeo@verona.example/orchard' to='paris@verona.example'><status>hm</status></presence>");
    play.romeo.sends("<presence to='juliet@verona.example/balcony'/>");
    play.juliet.receives("<presence from='romeo@verona.example/orchard' to='juliet@verona.example/balcony'/>");
    play.romeo.logs_out();
    paris.receives("<presence type='unavailable' from='romeo@verona.example/orchard' to='paris@verona.example'/>");
    paris.receives_nothing_more();
    play.juliet.receives(romeo_gone);
    play.juliet.receives_nothing_more();
}

TEST_CASE("RFC 6121 4.6.3: directed unavailable ends that, and an unavailable client may send directed presence") {
    Verona play;
    auto& paris = play.host.login("paris@verona.example/church");
    auto& street = play.host.connect("romeo@verona.example/street");
    street.sends("<presence to='paris@verona.example'/>");
    street.sends("<presence to='juliet@verona.example'/>");
    street.sends("<presence to='paris@verona.example' type='unavailable'/>");
    paris.forget_received();
    play.juliet.forget_received();
    street.logs_out();
    paris.receives_nothing_more();
    play.juliet.receives("<presence type='unavailable' from='romeo@verona.example/street' to='juliet@verona.example'/>");
}

TEST_CASE("RFC 6121 4.6: what a session remembers of directed presence has a limit") {
    Verona play;
    for (int i = 0; i < 1000; ++i) play.romeo.sends("<presence to='n" + std::to_string(i) + "@verona.example'/>");
    play.romeo.receives_nothing_more();
    play.romeo.sends("<presence to='paris@verona.example'/>");
    play.romeo.receives("<presence type='error' from='paris@verona.example' to='romeo@verona.example/orchard'>"
                        "<error type='wait' code='*'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                        "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>*</text></error></presence>");
    play.romeo.sends("<presence to='n1@verona.example'/>");  // known already
    play.romeo.receives_nothing_more();
}

TEST_CASE("RFC 6121 4.6.3: who only got directed presence gets nothing of what is broadcast later") {
    Verona play;
    auto& paris = play.host.login("paris@verona.example/church");
    play.romeo.sends("<presence to='paris@verona.example'/>");
    paris.forget_received();
    play.romeo.sends("<presence><show>away</show></presence>");
    paris.receives_nothing_more();
}

TEST_CASE("RFC 6121 4.2.3, 4.4.3, 4.5.3: all available clients of a contact get presence, and no other") {
    Verona play;
    auto& garden = play.host.login("juliet@verona.example/garden");
    auto& silent = play.host.connect("juliet@verona.example/silent");
    for (const std::string of : {"><show>away</show></presence>", " type='unavailable'/>", "/>"}) {
        play.juliet.forget_received();
        garden.forget_received();
        play.romeo.sends("<presence" + of);
        for (TestClient* client : {&play.juliet, &garden})
            client->receives_somewhere("<presence from='romeo@verona.example/orchard' to='juliet@verona.example'" + of);
    }
    silent.receives_nothing_more();
}

TEST_CASE("RFC 6121 4.2: a contact that may not see us sees nothing") {
    Verona play;
    auto& paris = play.host.login("paris@verona.example/church");
    play.romeo.sends("<presence to='paris@verona.example' type='subscribe'/>");
    paris.sends("<presence to='romeo@verona.example' type='subscribed'/>");
    paris.forget_received();
    play.romeo.sends("<presence><show>away</show></presence>");
    paris.receives_nothing_more();
}

TEST_CASE("RFC 6121 4: undirected presence of a type that needs an address is refused") {
    Verona play;
    play.romeo.sends("<presence type='probe'/>");
    CHECK(play.romeo.next().attribute("type") == "error");
    play.romeo.sends("<presence type='subscribe'/>");
    CHECK(play.romeo.next().attribute("type") == "error");
    play.juliet.receives_nothing_more();
}

TEST_CASE("RFC 6121 4.7.2.3: a priority that is no number counts as 0, one that is too large as the largest") {
    Verona play;
    for (const std::string priority : {"128", "high", "1.5", "", "9999999999999999999"}) {
        play.romeo.sends("<presence><priority>-1</priority></presence>");
        play.romeo.sends("<presence><priority>" + priority + "</priority></presence>");
        play.romeo.forget_received();
        play.juliet.forget_received();
        play.juliet.sends("<message type='chat' to='romeo@verona.example'><body>Hi</body></message>");
        play.romeo.receives("<message type='chat' from='juliet@verona.example/balcony' to='romeo@verona.example'><body>Hi</body>"
                            "<stanza-id xmlns='urn:xmpp:sid:0' by='romeo@verona.example' id='*'/></message>");
        play.juliet.receives_nothing_more();
    }
}

TEST_CASE("RFC 6121 8.5.2.1.1: a client of negative priority, if only by a number too small, gets no message to the bare address") {
    Verona play;
    play.romeo.sends("<presence><priority>-129</priority></presence>");
    play.romeo.forget_received();
    play.juliet.sends("<message type='chat' to='romeo@verona.example'><body>Hi</body></message>");
    play.romeo.receives_nothing_more();
    auto& street = play.host.connect("romeo@verona.example/street");
    street.sends("<presence><priority>127</priority></presence>");
    while (street.has_received() && street.next().name().local != "message") {}
    play.romeo.forget_received();
    street.receives_nothing_more();
}
