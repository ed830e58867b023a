// SPDX-License-Identifier: MIT
// Who is one and the same where limits count by address.
#pragma once
#include <boost/asio/ip/address.hpp>

#include <cstdint>

namespace net {

// What connections of one peer are counted under: an IPv4 address, in either spelling, or the /64 of an IPv6 address,
// since whoever has one address of it has them all.
using Peer = std::uint64_t;
Peer peer_of(const boost::asio::ip::address& address);

} // namespace net
