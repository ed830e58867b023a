// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/https_url.h"

#include <algorithm>
#include <charconv>

#include <glib.h>

namespace purple_plugin {
namespace {

constexpr std::string_view scheme = "https://";

// RFC 3986 2: the rest comes percent-encoded.
bool is_of_urls(char c) { return c > ' ' && c < '\x7f' && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos; }

std::optional<int> parse_port(std::string_view text) {
    int port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port < 1 || port > 65535) return std::nullopt;
    return port;
}

} // namespace

std::optional<HttpsUrl> parse_https_url(std::string_view url) {
    if (!std::all_of(url.begin(), url.end(), is_of_urls)) return std::nullopt;
    if (g_ascii_strncasecmp(std::string(url).c_str(), scheme.data(), scheme.size()) != 0) return std::nullopt;
    url.remove_prefix(scheme.size());
    url = url.substr(0, url.find('#'));
    const auto end = std::min(url.find_first_of("/?"), url.size());
    const auto authority = url.substr(0, end), target = url.substr(end);
    if (authority.find('@') != authority.npos) return std::nullopt;
    HttpsUrl parsed;
    parsed.authority = authority;
    parsed.target = std::string(target.substr(0, 1) == "/" ? "" : "/").append(target);
    const bool is_bracketed = authority.substr(0, 1) == "[";
    const auto host_end = is_bracketed ? authority.find(']') : std::min(authority.find(':'), authority.size());
    if (host_end == authority.npos) return std::nullopt;
    parsed.host = is_bracketed ? authority.substr(1, host_end - 1) : authority.substr(0, host_end);
    const auto rest = authority.substr(host_end + (is_bracketed ? 1 : 0));
    if (!rest.empty()) {
        const auto port = rest.front() == ':' ? parse_port(rest.substr(1)) : std::nullopt;
        if (!port) return std::nullopt;
        parsed.port = *port;
    }
    return parsed.host.empty() ? std::nullopt : std::optional(parsed);
}

} // namespace purple_plugin
