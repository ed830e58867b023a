// SPDX-License-Identifier: MIT
#include "access.h"

#include <algorithm>
#include <charconv>

namespace proxy65 {
namespace {

namespace ip = boost::asio::ip;
constexpr unsigned ipv4_prefix_bits = 96; // of ::ffff:0:0/96

bool has(const std::vector<std::string>& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

} // namespace

Network::Bytes Network::bytes_of(const ip::address& address) {
    return (address.is_v6() ? address.to_v6() : ip::make_address_v6(ip::v4_mapped, address.to_v4())).to_bytes();
}

std::optional<Network> Network::parse(std::string_view text) {
    const auto slash = std::min(text.find('/'), text.size());
    boost::system::error_code error;
    const auto address = ip::make_address(std::string(text.substr(0, slash)), error);
    if (error || (address.is_v6() && address.to_v6().scope_id() != 0)) return std::nullopt;
    const unsigned most = address.is_v4() ? 32 : 128;
    unsigned bits = most;
    if (slash < text.size()) {
        const auto *const begin = text.data() + slash + 1, *const end = text.data() + text.size();
        const auto [stop, wrong] = std::from_chars(begin, end, bits);
        if (wrong != std::errc() || stop != end || bits > most) return std::nullopt;
    }
    Network network;
    network.bytes_ = bytes_of(address);
    network.bits_ = address.is_v4() ? bits + ipv4_prefix_bits : bits;
    return network;
}

bool Network::contains(const ip::address& address) const {
    const auto other = bytes_of(address);
    const auto whole = bits_ / 8;
    if (!std::equal(bytes_.begin(), bytes_.begin() + whole, other.begin())) return false;
    const unsigned rest = bits_ % 8;
    return rest == 0 || ((bytes_[whole] ^ other[whole]) >> (8 - rest)) == 0;
}

bool Access::may_use(const xmpp::Jid& who) const {
    if (has(denied, who.bare_text())) return false;
    return has(domains, who.domain()) || has(users, who.bare_text());
}

bool Access::may_connect(const ip::address& from) const {
    const auto holds = [&from](const Network& network) { return network.contains(from); };
    return networks.empty() || std::any_of(networks.begin(), networks.end(), holds);
}

} // namespace proxy65
