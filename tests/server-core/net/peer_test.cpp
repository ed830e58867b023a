// SPDX-License-Identifier: MIT
#include "net/peer.h"

#include <doctest/doctest.h>

namespace {
net::Peer peer(const char* address) { return net::peer_of(boost::asio::ip::make_address(address)); }
} // namespace

TEST_CASE("DESIGN 4.3: an IPv4 address counts as one peer in both spellings, IPv6 by its /64") {
    CHECK(peer("192.0.2.1") == peer("::ffff:192.0.2.1"));
    CHECK(peer("192.0.2.1") != peer("192.0.2.2"));
    CHECK(peer("2001:db8::1") == peer("2001:db8::ffff:2"));
    CHECK(peer("2001:db8::1") == peer("2001:db8:0:0:ffff:ffff:ffff:ffff"));
    CHECK(peer("2001:db8:0:1::1") != peer("2001:db8::1"));
}
