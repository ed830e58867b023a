// SPDX-License-Identifier: MIT
// Which addresses are offered and tried, and in which order.
#include "purple-plugin/bytestreams.h"
#include "purple-plugin/purple_handles.h"

#include <doctest/doctest.h>
#include <string>
#include <utility>

using namespace purple_plugin;

// libpurple counts its nodes for D-Bus, where it was built with that.
extern "C" [[gnu::weak]] void purple_dbus_init_ids();

namespace {

Node offer(const std::string& hosts, const std::string& ns = bytestreams_ns) {
    if (static bool once = true; std::exchange(once, false) && purple_dbus_init_ids != nullptr) purple_dbus_init_ids();
    const auto xml = "<iq type='set'><query xmlns='" + ns + "' sid='s'>" + hosts + "</query></iq>";
    Node node(xmlnode_from_str(xml.c_str(), -1));
    REQUIRE(node != nullptr);
    return node;
}

// The hosts of an offer, in order, after `change`.
std::string hosts_after(void (*change)(xmlnode*), const std::string& hosts) {
    const auto iq = offer(hosts);
    change(bytestreams_query(iq.get()));
    std::string list;
    for (auto* host = xmlnode_get_child(xmlnode_get_child(iq.get(), "query"), "streamhost"); host != nullptr;
         host = xmlnode_get_next_twin(host))
        list += std::string(xmlnode_get_attrib(host, "host")) + ' ';
    return list;
}

const std::string own =
    "<streamhost jid='a@b.org/r' host='10.0.0.1' port='1'/><streamhost jid='a@b.org/r' host='::1' port='1'/>";
const std::string proxy = "<streamhost jid='proxy.b.org' host='p' port='7777'/>";
const std::string other = "<streamhost jid='other.b.org' host='o' port='7777'/>";

} // namespace

TEST_CASE("XEP-0065 5.3.1: an offer keeps the proxies and drops our own addresses") {
    CHECK(hosts_after(prefer_proxy, own + proxy) == "p ");
    CHECK(hosts_after(prefer_proxy, other + own + proxy) == "o p ");
}

TEST_CASE("without a proxy our own addresses are offered and tried, in their order") {
    for (const auto change : {prefer_proxy, proxies_first}) {
        CHECK(hosts_after(change, own) == "10.0.0.1 ::1 ");
        CHECK(hosts_after(change, "") == "");
    }
}

TEST_CASE("XEP-0065 5.3.2: of an offer that arrives, the proxies are tried before the sender's addresses") {
    CHECK(hosts_after(proxies_first, own + proxy + other) == "p o 10.0.0.1 ::1 ");
    CHECK(hosts_after(proxies_first, proxy + own) == "p 10.0.0.1 ::1 ");
}

TEST_CASE("XEP-0065 5.3.1: a proxy that cannot be reached leaves the offer, as long as something remains") {
    const auto without_p = [](xmlnode* query) { drop_proxies(query, [](const Streamhost& at) { return at.host == "p"; }); };
    CHECK(hosts_after(without_p, own + proxy + other) == "10.0.0.1 ::1 o ");
    CHECK(hosts_after(without_p, own + proxy) == "10.0.0.1 ::1 ");
    CHECK(hosts_after(without_p, proxy) == "p ");
    CHECK(hosts_after(without_p, proxy + proxy) == "p ");
}

TEST_CASE("the proxies of an offer are known by host and port") {
    const auto places = proxies_in(bytestreams_query(offer(own + proxy + other).get()));
    REQUIRE(places.size() == 2);
    CHECK(places[0].host + ' ' + places[1].host == "p o");
    CHECK(places[0].port == 7777);
}

TEST_CASE("only a query of bytestreams is one") {
    CHECK(bytestreams_query(offer(proxy).get()) != nullptr);
    CHECK(bytestreams_query(offer(proxy, "other").get()) == nullptr);
}

TEST_CASE("people read where the proxy is, or the sender's addresses where there is none; three at most") {
    const auto list = [](const std::string& hosts) { return offered_hosts(bytestreams_query(offer(hosts).get())); };
    CHECK(list(own + proxy) == "proxy.b.org (p:7777)");
    CHECK(list(own) == "10.0.0.1:1, ::1:1");
    CHECK(list(own + own) == "10.0.0.1:1, ::1:1, 10.0.0.1:1");
    CHECK(list("") == "");
}

TEST_CASE("XEP-0065 5.3.2: a bytestream is named by the SHA-1 of session, initiator and target") {
    CHECK(bytestream_hash("vxf9n471bn46", "requester@example.com/foo", "target@example.org/bar") ==
          "98b8d688d0f5d895fd41c5e7309a2e9e33ba32ff");
}
