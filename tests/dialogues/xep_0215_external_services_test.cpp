// SPDX-License-Identifier: MIT
// XEP-0215: STUN and TURN servers, with credentials that die by themselves.
#include "support/test_host.h"

#include <doctest/doctest.h>

namespace {

const std::string info = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
const std::string verona = "verona.example";

struct Play {
    explicit Play(const std::string& secret = "north") : host(verona, {adder(secret)}) {}
    static TestHost::Add adder(const std::string& secret) {
        return [secret](routing::Feature& feature) {
            modules::Choices chosen = choices();
            chosen.external = {{{"stun", "stun.verona.example", 3478, "udp"},
                                {"turn", "turn.verona.example", 3478, "udp"},
                                {"turn", "turn.verona.example", 443, "tcp"}},
                               secret,
                               std::chrono::hours(1)};
            add_chosen(feature, chosen);
        };
    }
    std::string services(const std::string& attributes = "") { return romeo.gets("<services xmlns='urn:xmpp:extdisco:2'" + attributes + "/>", verona); }
    TestHost host;
    TestClient& romeo = host.login("romeo@verona.example/orchard");
};

// HMAC-SHA1 of "1700003600:romeo" under "north", by another implementation.
const std::string credentials = " username='1700003600:romeo' password='wCTAxDvod85Jzo98qEJFjhcCzuU='"
                                " expires='2023-11-14T23:13:20Z' restricted='true'";
const std::string stun = "<service type='stun' host='stun.verona.example' port='3478' transport='udp'/>";
std::string turn(const std::string& more) {
    return "<service type='turn' host='turn.verona.example' port='3478' transport='udp'" + more +
           "/><service type='turn' host='turn.verona.example' port='443' transport='tcp'" + more + "/>";
}
std::string query(const std::string& attributes) {
    return "<credentials xmlns='urn:xmpp:extdisco:2'><service " + attributes + "/></credentials>";
}

}  // namespace

TEST_CASE("XEP-0215 3.1: a client is told all services, TURN with credentials until a time") {
    Play play;
    CHECK(same_xml("<services xmlns='urn:xmpp:extdisco:2'>" + stun + turn(credentials) + "</services>", play.services()));
    play.host.passes(std::chrono::hours(1));
    CHECK(play.services().find("1700007200:romeo") != std::string::npos);
}

TEST_CASE("XEP-0215 3.2: or those of one type, which the answer names") {
    Play play;
    CHECK(same_xml("<services xmlns='urn:xmpp:extdisco:2' type='stun'>" + stun + "</services>", play.services(" type='stun'")));
    CHECK(same_xml("<services xmlns='urn:xmpp:extdisco:2' type='ftp'/>", play.services(" type='ftp'")));
}

TEST_CASE("XEP-0215 3.3: credentials are given for each service that is meant, by port or all") {
    Play play;
    const auto asked = [&](const std::string& attributes) { return play.romeo.gets(query(attributes), verona); };
    CHECK(same_xml("<credentials xmlns='urn:xmpp:extdisco:2'>" + turn(credentials) + "</credentials>", asked("host='turn.verona.example' type='turn'")));
    const std::string one = "<service type='turn' host='turn.verona.example' port='443' transport='tcp'" + credentials + "/>";
    CHECK(same_xml("<credentials xmlns='urn:xmpp:extdisco:2'>" + one + "</credentials>", asked("host='turn.verona.example' type='turn' port='443'")));
}

TEST_CASE("XEP-0215 3.3: what is unknown, or needs no credentials, is not found; a question without host or type is wrong") {
    Play play;
    for (const std::string wrong : {"host='turn.capulet.example' type='turn'", "host='stun.verona.example' type='stun'",
                                    "host='turn.verona.example' type='turn' port='80'"})
        play.romeo.is_refused("get", query(wrong), "item-not-found", verona);
    for (const std::string wrong : {"host='turn.verona.example'", "type='turn'"})
        play.romeo.is_refused("get", query(wrong), "bad-request", verona);
    play.romeo.is_refused("get", "<credentials xmlns='urn:xmpp:extdisco:2'/>", "bad-request", verona);
}

TEST_CASE("XEP-0215 2: without a secret TURN is told without credentials") {
    Play play("");
    CHECK(same_xml("<services xmlns='urn:xmpp:extdisco:2'>" + stun + turn("") + "</services>", play.services()));
    play.romeo.is_refused("get", query("host='turn.verona.example' type='turn'"), "item-not-found", verona);
}

TEST_CASE("XEP-0215 2: who has no account here is forbidden to know") {
    Play play;
    std::string heard;
    CHECK(play.host.router().serve("gate.verona.example", [&](const xmpp::AnyStanza& stanza) {
        heard = xmpp::to_string(xmpp::parse_stanza_error(*xmpp::common(stanza).child({xml::stanza_ns, "error"})).condition);
    }));
    play.host.arrives("<iq xmlns='jabber:client' type='get' id='1' from='gate.verona.example' to='verona.example'>"
                      "<services xmlns='urn:xmpp:extdisco:2'/></iq>");
    CHECK(heard == "forbidden");
}

TEST_CASE("XEP-0215 5: it is listed where there is a service, and only there; who asks elsewhere is told that there is none") {
    Play play;
    CHECK(play.romeo.gets(info, verona).find("urn:xmpp:extdisco:2") != std::string::npos);
    TestHost host(verona, {add_everything});
    auto& juliet = host.login("juliet@verona.example/balcony");
    CHECK(juliet.gets(info, verona).find("urn:xmpp:extdisco:2") == std::string::npos);
    CHECK(same_xml("<services xmlns='urn:xmpp:extdisco:2'/>", juliet.gets("<services xmlns='urn:xmpp:extdisco:2'/>", verona)));
    CHECK(same_xml("<services xmlns='urn:xmpp:extdisco:2' type='turn'/>", juliet.gets("<services xmlns='urn:xmpp:extdisco:2' type='turn'/>", verona)));
    juliet.is_refused("get", query("host='turn.verona.example' type='turn'"), "item-not-found", verona);
}
