// SPDX-License-Identifier: MIT
// An expanded XML name: namespace and local part.
#pragma once
#include <string_view>

namespace xml {

struct Name {
    std::string_view ns;
    std::string_view local;
    friend bool operator==(const Name&, const Name&) = default;
};

// What a stanza's own namespace is inside the server, whatever the stream's (jabber:client, jabber:component:accept).
inline constexpr std::string_view stanza_ns = "jabber:client";

}  // namespace xml
