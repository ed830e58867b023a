// SPDX-License-Identifier: MIT
// Who may use the proxy: domains and JIDs (asked at the query and again at `activate`), networks (of each connection).
#pragma once
#include "xmpp/jid.h"

#include <boost/asio/ip/address.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proxy65 {

// An address of either family and how many of its bits count. IPv4 is held as IPv6 (::ffff:192.0.2.7), which is also how
// a listener on both families sees it.
class Network {
public:
    // "192.0.2.0/24", "2001:db8::/32" or one address; nothing when it is none of these.
    static std::optional<Network> parse(std::string_view text);
    bool contains(const boost::asio::ip::address& address) const;

private:
    using Bytes = std::array<unsigned char, 16>;
    static Bytes bytes_of(const boost::asio::ip::address& address);
    Bytes bytes_{};
    unsigned bits_ = 0;
};

// Everything prepared, as a Jid is.
struct Access {
    std::vector<std::string> domains;    // whose users may
    std::vector<std::string> users;      // bare JIDs that may whatever their domain is
    std::vector<std::string> denied;     // bare JIDs that may not
    std::vector<Network> networks;       // where connections may come from; none: from everywhere

    bool may_use(const xmpp::Jid& who) const;
    bool may_connect(const boost::asio::ip::address& from) const;
};

} // namespace proxy65
