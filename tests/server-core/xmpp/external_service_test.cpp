// SPDX-License-Identifier: MIT
#include "xmpp/external_service.h"

#include <doctest/doctest.h>

using xmpp::ExternalService, xmpp::parse_external_service;

TEST_CASE("RFC 7064 3, RFC 7065 3: a service has a host, and a port and a transport where it says none") {
    CHECK(parse_external_service("stun:stun.example.org") == ExternalService{"stun", "stun.example.org", 3478, "udp"});
    CHECK(parse_external_service("stuns:stun.example.org:99") == ExternalService{"stuns", "stun.example.org", 99, "tcp"});
    CHECK(parse_external_service("turn:192.0.2.1?transport=tcp") == ExternalService{"turn", "192.0.2.1", 3478, "tcp"});
    CHECK(parse_external_service("turns:[2001:db8::1]") == ExternalService{"turns", "2001:db8::1", 5349, "tcp"});
    CHECK(parse_external_service("turn:[2001:db8::1]:1?transport=udp") == ExternalService{"turn", "2001:db8::1", 1, "udp"});
}

TEST_CASE("RFC 7064 3, RFC 7065 3: what is no such service is refused") {
    for (const char* wrong : {"", "stun", "stun:", "stun.example.org", "http:stun.example.org", "stun:a b", "stun:a:0", "stun:a:65536",
                              "stun:a:", "stun:a:1x", "stun:a?transport=udp", "turn:a?transport=sctp", "turn:a?x=udp", "turn:2001:db8::1",
                              "turn:[]", "turn:[a", "turn:a@b", "turn://a"})
        CHECK_MESSAGE(!parse_external_service(wrong), wrong);
}
