// SPDX-License-Identifier: MIT
#include "access.h"
#include "counts.h"

#include <doctest/doctest.h>

using namespace proxy65;

namespace {

boost::asio::ip::address address(const char* text) { return boost::asio::ip::make_address(text); }

bool contains(const char* network, const char* inside) {
    return Network::parse(network).value().contains(address(inside));
}

} // namespace

TEST_CASE("DESIGN 6: a network holds its own addresses and no others, to the bit") {
    CHECK(contains("192.0.2.0/24", "192.0.2.255"));
    CHECK_FALSE(contains("192.0.2.0/24", "192.0.3.0"));
    CHECK(contains("192.0.2.64/26", "192.0.2.127"));
    CHECK_FALSE(contains("192.0.2.64/26", "192.0.2.128"));
    CHECK(contains("192.0.2.7", "192.0.2.7"));
    CHECK_FALSE(contains("192.0.2.7", "192.0.2.6"));
    CHECK(contains("0.0.0.0/0", "203.0.113.9"));
    CHECK_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
    CHECK(contains("2001:db8::/33", "2001:db8:7fff::1"));
    CHECK_FALSE(contains("2001:db8::/33", "2001:db8:8000::1"));
    CHECK(contains("::/0", "2001:db8::1"));
}

TEST_CASE("an IPv4 client of a listener on both families is in its IPv4 network") {
    CHECK(contains("192.0.2.0/24", "::ffff:192.0.2.1"));
    CHECK_FALSE(contains("192.0.2.0/24", "::ffff:192.0.3.1"));
}

TEST_CASE("what is no network is none") {
    for (const auto* wrong : {"", "192.0.2", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1", "192.0.2.0/8x", "::/129",
                              "example.org", "fe80::1%eth0/64"})
        CHECK_FALSE(Network::parse(wrong));
}

TEST_CASE("DESIGN 6: access is by domain, by JID, and what is denied stays denied") {
    Access access;
    access.domains = {"example.org"};
    access.users = {"paris@example.net"};
    access.denied = {"tybalt@example.org"};
    const auto may = [&access](const char* who) { return access.may_use(xmpp::parse_jid(who).value()); };
    CHECK(may("romeo@example.org/garden"));
    CHECK(may("example.org"));
    CHECK(may("paris@example.net/x"));
    CHECK_FALSE(may("romeo@example.net/x"));
    CHECK_FALSE(may("romeo@sub.example.org/x"));
    CHECK_FALSE(may("tybalt@example.org/x"));
}

TEST_CASE("counts fit up to their limit, and who has none is forgotten") {
    Counts<int> counts;
    CHECK(counts.fits(1, 1, 2));
    counts.add(1);
    counts.add(1);
    CHECK_FALSE(counts.fits(1, 1, 2));
    CHECK(counts.fits(1, 1, 0));
    CHECK(counts.fits(2, 1, 2));
    counts.remove(1);
    CHECK(counts.of(1) == 1);
    counts.remove(1);
    counts.remove(1);
    CHECK(counts.of(1) == 0);
}
