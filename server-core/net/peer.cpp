// SPDX-License-Identifier: MIT
#include "net/peer.h"

namespace net {

namespace ip = boost::asio::ip;

Peer peer_of(const ip::address& address) {
    if (address.is_v4()) return address.to_v4().to_uint();
    const auto v6 = address.to_v6();
    if (v6.is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, v6).to_uint();
    const auto bytes = v6.to_bytes();
    Peer upper_half = 0;
    for (std::size_t i = 0; i < sizeof upper_half; ++i) upper_half = upper_half << 8 | bytes[i];
    return upper_half;
}

} // namespace net
