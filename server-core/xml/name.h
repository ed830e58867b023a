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

// The namespace of <stream:stream>, <stream:features> and <stream:error>, always written with the prefix "stream".
inline constexpr std::string_view stream_ns = "http://etherx.jabber.org/streams";
// The namespace of xml:lang; its prefix needs no declaration.
inline constexpr std::string_view xml_ns = "http://www.w3.org/XML/1998/namespace";

}  // namespace xml
