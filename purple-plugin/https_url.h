// SPDX-License-Identifier: GPL-2.0-or-later
// The addresses of XEP-0363 4: HTTPS, in the characters of RFC 3986.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace purple_plugin {

struct HttpsUrl {
    std::string host; // a name or an address, without the brackets of IPv6
    int port = 443;
    std::string authority; // as the field Host has it
    std::string target;    // path and query
};

// Nothing for what is no URL of HTTPS, has a user's name in it, or a character that would end a line of HTTP.
std::optional<HttpsUrl> parse_https_url(std::string_view url);

} // namespace purple_plugin
