// SPDX-License-Identifier: MIT
#include "xmpp/external_service.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace xmpp {
namespace {

constexpr std::array<std::string_view, 4> types = {"stun", "stuns", "turn", "turns"};
constexpr std::string_view transport_key = "?transport=";

// Takes "?transport=tcp" off the end of `rest`; nothing when it is another query. Only TURN has one (RFC 7065 3.1).
std::optional<std::string> take_transport(std::string_view& rest, const ExternalService& service) {
    const auto at = rest.find('?');
    if (at == rest.npos) return service.type.ends_with('s') ? "tcp" : "udp";
    const std::string_view query = rest.substr(at);
    rest = rest.substr(0, at);
    if (!service.needs_credentials() || !query.starts_with(transport_key)) return std::nullopt;
    const std::string_view value = query.substr(transport_key.size());
    if (value != "udp" && value != "tcp") return std::nullopt;
    return std::string(value);
}

// Takes ":PORT" off the end of `rest`; nothing when it is no port.
std::optional<std::uint16_t> take_port(std::string_view& rest, std::uint16_t otherwise) {
    const auto colon = rest.rfind(':');
    if (colon == rest.npos || rest.ends_with(']')) return otherwise;
    const std::string_view digits = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc() || end != digits.data() + digits.size() || port == 0) return std::nullopt;
    return port;
}

bool may_be_host(std::string_view host, bool in_brackets) {
    return !host.empty() && std::ranges::all_of(host, [&](unsigned char c) {
        return (c | 0x20) >= 'a' ? (c | 0x20) <= 'z' : (c >= '0' && c <= '9') || c == '.' || c == '-' || (in_brackets && c == ':');
    });
}

}  // namespace

std::optional<ExternalService> parse_external_service(std::string_view uri) {
    const auto colon = uri.find(':');
    if (colon == uri.npos || std::ranges::find(types, uri.substr(0, colon)) == types.end()) return std::nullopt;
    ExternalService service{std::string(uri.substr(0, colon)), {}, 0, {}};
    std::string_view rest = uri.substr(colon + 1);
    const auto transport = take_transport(rest, service);
    const auto port = take_port(rest, service.type.ends_with('s') ? 5349 : 3478);
    if (!transport || !port) return std::nullopt;
    const bool in_brackets = rest.size() > 2 && rest.starts_with('[') && rest.ends_with(']');
    if (in_brackets) rest = rest.substr(1, rest.size() - 2);
    if (!may_be_host(rest, in_brackets)) return std::nullopt;
    service.host = rest;
    service.port = *port;
    service.transport = *transport;
    return service;
}

}  // namespace xmpp
