// SPDX-License-Identifier: MIT
// XEP-0115: what the server's <c/> stands for. That it stands in the stream's features: tests/wire.
#include "support/test_host.h"
#include "xml/parser.h"
#include "xml/writer.h"
#include "xmpp/entity_caps.h"

#include <doctest/doctest.h>

namespace {

const std::string disco = "http://jabber.org/protocol/disco#info";
std::string about(const std::string& node) { return "<query xmlns='" + disco + "' node='" + node + "'/>"; }

}  // namespace

TEST_CASE("XEP-0115 6.2, 7: node#ver is answered with what the version was hashed from, the node told again") {
    TestHost host("verona.example", {add_everything});
    auto& romeo = host.login("romeo@verona.example/orchard");
    const std::string plain = romeo.gets("<query xmlns='" + disco + "'/>", "verona.example");
    const std::string version = *xmpp::caps_version(*xml::parse_element(plain));
    const std::string node = "tag:bioaster.org,2026:server-core#" + version;
    const std::string found = romeo.gets(about(node), "verona.example");
    CHECK(xml::parse_element(found)->attribute("node") == node);
    CHECK(same_xml(plain, xml::to_string(xml::parse_element(found)->without_attribute("node"))));
    CHECK(plain.find("<feature var='http://jabber.org/protocol/caps'/>") != std::string::npos);
}

TEST_CASE("XEP-0115 6.2: another version, or the node alone, is not found; an account has no such node") {
    TestHost host("verona.example", {add_everything});
    auto& romeo = host.login("romeo@verona.example/orchard");
    for (const std::string node : {"tag:bioaster.org,2026:server-core#AAAA", "tag:bioaster.org,2026:server-core"})
        romeo.is_refused("get", about(node), "item-not-found", "verona.example");
    const std::string plain = romeo.gets("<query xmlns='" + disco + "'/>", "verona.example");
    const std::string node = "tag:bioaster.org,2026:server-core#" + *xmpp::caps_version(*xml::parse_element(plain));
    romeo.is_refused("get", about(node), "item-not-found", "romeo@verona.example");
}

TEST_CASE("XEP-0115 4, 8.1, 9.1: <c/> names hash, node and version") {
    routing::Discovery discovery;
    TestHost host("verona.example", {});
    discovery.describe([](const routing::Asked&, routing::Description& description) {
        description.identities.push_back({"client", "pc", "Exodus 0.9.1"});
    });
    for (const char* ns : {"http://jabber.org/protocol/caps", "http://jabber.org/protocol/disco#info",
                           "http://jabber.org/protocol/disco#items", "http://jabber.org/protocol/muc"})
        discovery.advertise(ns);
    CHECK(same_xml("<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='tag:bioaster.org,2026:server-core'"
                   " ver='QgayPKawpkPSDYmwT/WM94uAlu0='/>",
                   xml::to_string(discovery.capabilities(host.node()).to_element())));
}
