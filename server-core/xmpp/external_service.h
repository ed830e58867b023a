// SPDX-License-Identifier: MIT
// A STUN or TURN server as RFC 7064 and RFC 7065 write it, for XEP-0215.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace xmpp {

struct ExternalService {
    std::string type;       // stun, stuns, turn, turns
    std::string host;       // a name or an address; IPv6 without brackets
    std::uint16_t port = 0;
    std::string transport;  // udp, tcp

    bool needs_credentials() const { return type.starts_with("turn"); }
    friend bool operator==(const ExternalService&, const ExternalService&) = default;
};

// "stun:HOST", "turn:HOST:PORT?transport=tcp", "turns:[::1]"; without port 3478, or 5349 where TLS is in the name.
std::optional<ExternalService> parse_external_service(std::string_view uri);

}  // namespace xmpp
