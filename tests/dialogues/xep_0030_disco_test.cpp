// SPDX-License-Identifier: MIT
// XEP-0030: what the server and accounts say about themselves, and to whom.
#include "support/test_host.h"
#include "xml/parser.h"

#include <doctest/doctest.h>

namespace {

const std::string info = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
const std::string items = "<query xmlns='http://jabber.org/protocol/disco#items'/>";
std::string with_node(std::string query, const std::string& node) {
    return query.replace(query.find("/>"), 2, " node='" + node + "'/>");
}
std::string items_with(const std::string& inside) {
    return "<query xmlns='http://jabber.org/protocol/disco#items'>" + inside + "</query>";
}

struct Verona {
    TestHost host{"verona.example", {add_everything}};
    TestClient& romeo = host.login("romeo@verona.example/orchard");
    TestClient& juliet = host.login("juliet@verona.example/balcony");
    TestClient& paris = host.login("paris@verona.example/church");
    Verona() { host.befriend(romeo, juliet); }
};

}  // namespace

TEST_CASE("XEP-0030 3.1: the server is an instant messaging server with what its features list, once and sorted") {
    TestHost host("verona.example", {modules::add_ping, modules::add_time, [](routing::Feature& feature) {
                                         feature.advertise("urn:xmpp:ping");
                                         modules::add_disco(feature, choices());
                                     }});
    auto& romeo = host.connect("romeo@verona.example/orchard");
    CHECK(same_xml("<query xmlns='http://jabber.org/protocol/disco#info'><identity category='server' type='im' name='*'/>"
                   "<feature var='http://jabber.org/protocol/disco#info'/><feature var='http://jabber.org/protocol/disco#items'/>"
                   "<feature var='urn:xmpp:ping'/><feature var='urn:xmpp:time'/></query>",
                   romeo.gets(info, "verona.example")));
}

TEST_CASE("XEP-0030 7, XEP-0012 6, XEP-0202 4: everything that the features of this server need is listed") {
    Verona play;
    const std::string found = play.romeo.gets(info, "verona.example");
    for (const std::string var : {"jabber:iq:last", "jabber:iq:private", "vcard-temp", "jabber:iq:register", "jabber:iq:version",
                                  "urn:xmpp:ping", "urn:xmpp:time", "msgoffline", "urn:xmpp:sid:0"})
        CHECK_MESSAGE(found.find("var='" + var + "'") != std::string::npos, var);
}

TEST_CASE("XEP-0030 4.1, 4.4: the items of the server are its services") {
    Verona play;
    CHECK(play.host.router().serve("proxy.verona.example", [](const xmpp::AnyStanza&) {}));
    const std::string found = play.romeo.gets(items, "verona.example");
    CHECK(found.find("<item jid='proxy.verona.example'/>") != std::string::npos);
    play.host.router().stop_serving("proxy.verona.example");
    CHECK(play.romeo.gets(items, "verona.example").find("proxy") == std::string::npos);
}

TEST_CASE("XEP-0030 3.2, 4.2: a node that nobody knows is not found") {
    Verona play;
    for (const std::string to : {"verona.example", "romeo@verona.example"}) {
        play.romeo.is_refused("get", with_node(info, "urn:example:node"), "item-not-found", to);
        play.romeo.is_refused("get", with_node(items, "urn:example:node"), "item-not-found", to);
        const std::string commands = with_node(items, "http://jabber.org/protocol/commands");
        CHECK(same_xml(commands, play.romeo.gets(commands, to)));
    }
}

TEST_CASE("XEP-0030 3.2, 4.2: who answers for a node tells it again; features come sorted and once, disco#info always") {
    TestHost host("verona.example", {[](routing::Feature& feature) {
                                         feature.discovery().take_info([](const routing::Request& request, const routing::Reply& reply) {
                                             if (request.payload().attribute("node") != "urn:example:node") return false;
                                             reply(xmpp::IqReply::result(routing::to_info({{{"hierarchy", "leaf", "Leaf"}}, {"z", "a", "z"}, {}}, "urn:example:node")));
                                             return true;
                                         });
                                     },
                                     add_everything});
    auto& romeo = host.connect("romeo@verona.example/orchard");
    for (const std::string to : {"verona.example", "romeo@verona.example"})
        CHECK(same_xml("<query xmlns='http://jabber.org/protocol/disco#info' node='urn:example:node'><identity category='hierarchy' type='leaf' name='Leaf'/>"
                       "<feature var='a'/><feature var='http://jabber.org/protocol/disco#info'/><feature var='z'/></query>",
                       romeo.gets(with_node(info, "urn:example:node"), to)));
}

TEST_CASE("XEP-0030 3.1: an account tells its owner and those who may see him what it is") {
    Verona play;
    for (const auto& [client, to] : {std::pair(&play.romeo, ""), std::pair(&play.romeo, "romeo@verona.example"),
                                     std::pair(&play.juliet, "romeo@verona.example")}) {
        const std::string account = client->gets(info, to);
        for (const std::string told : {"<identity category='account' type='registered'/>", "<feature var='urn:xmpp:sid:0'/>",
                                       "<feature var='http://jabber.org/protocol/disco#info'/>", "<feature var='vcard-temp'/>",
                                       "<feature var='http://jabber.org/protocol/disco#items'/>"})
            CHECK_MESSAGE(account.find(told) != std::string::npos, told);
        CHECK(account.find("jabber:iq:register") == std::string::npos);
    }
    CHECK(same_xml(items_with("<item jid='romeo@verona.example/orchard'/>"), play.juliet.gets(items, "romeo@verona.example")));
    play.romeo.sends("<presence type='unavailable'/>");
    CHECK(same_xml(items, play.juliet.gets(items, "romeo@verona.example")));
}

TEST_CASE("XEP-0030 6.3: whoever asks, and whenever, an address and node have one identity") {
    Verona play;
    play.romeo.sends("<presence to='garden@rooms.verona.example/Romeo'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
    play.romeo.sets("<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query>", "garden@rooms.verona.example");
    play.romeo.sets("<pubsub xmlns='http://jabber.org/protocol/pubsub'><create node='musings'/></pubsub>", "pubsub.verona.example");
    const std::vector<std::pair<std::string, std::string>> places{
        {"verona.example", ""}, {"verona.example", "http://jabber.org/protocol/commands"}, {"romeo@verona.example", ""}, {"rooms.verona.example", ""},
        {"garden@rooms.verona.example", ""}, {"pubsub.verona.example", ""}, {"pubsub.verona.example", "musings"}};
    const auto identities = [&](TestClient& who, const std::string& to, const std::string& node) {
        std::vector<std::string> found;
        const auto answer = xml::parse_element(who.gets(node.empty() ? info : with_node(info, node), to));
        for (const xml::Element child : answer->children())
            if (child.name().local == "identity") found.push_back(std::string(*child.attribute("category")) + "/" + std::string(*child.attribute("type")));
        CHECK_MESSAGE(!found.empty(), to << " " << node);
        return found;
    };
    for (const auto& [to, node] : places) {
        const auto at_first = identities(play.romeo, to, node);
        CHECK_MESSAGE(identities(play.juliet, to, node) == at_first, to << " " << node);
        play.romeo.sends("<presence><show>away</show></presence>");
        CHECK_MESSAGE(identities(play.juliet, to, node) == at_first, to << " " << node);
    }
}

TEST_CASE("XEP-0030 8: others learn neither what an account is nor whether it exists") {
    Verona play;
    for (const std::string whom : {"romeo@verona.example", "nobody@verona.example"}) {
        play.paris.is_refused("get", info, "service-unavailable", whom);
        play.paris.is_refused("get", with_node(info, "urn:example:node"), "service-unavailable", whom);
        CHECK(same_xml(items, play.paris.gets(items, whom)));
        const std::string asked = with_node(items, "urn:example:node");
        CHECK(same_xml(asked, play.paris.gets(asked, whom)));
    }
}
