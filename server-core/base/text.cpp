// SPDX-License-Identifier: MIT
#include "base/text.h"

#include <algorithm>

#include <glib.h>

namespace base {
namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_base64(char c) { return g_ascii_isalnum(c) || c == '+' || c == '/'; }

} // namespace

std::string_view trim(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::vector<std::string> split_list(std::string_view list) {
    std::vector<std::string> items;
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        const auto item = trim(list.substr(0, comma));
        if (!item.empty()) items.emplace_back(item);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return items;
}

std::string lower_ascii(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) c = g_ascii_tolower(c);
    return lower;
}

std::string hexadecimal(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char byte : bytes) {
        text += digits[static_cast<unsigned char>(byte) >> 4];
        text += digits[static_cast<unsigned char>(byte) & 15];
    }
    return text;
}

std::string base64_encode(std::string_view bytes) {
    if (bytes.empty()) return {}; // GLib before 2.60 refuses a null pointer here
    gchar* text = g_base64_encode(reinterpret_cast<const guchar*>(bytes.data()), bytes.size());
    const std::string result(text);
    g_free(text);
    return result;
}

std::optional<std::string> base64_decode(std::string_view text) {
    // g_base64_decode skips what it does not know, so a damaged key would pass as a shorter one.
    if (text.size() % 4 != 0) return std::nullopt;
    auto digits = text;
    for (int padding = 0; padding < 2 && !digits.empty() && digits.back() == '='; ++padding) digits.remove_suffix(1);
    if (!std::all_of(digits.begin(), digits.end(), is_base64)) return std::nullopt;
    if (text.empty()) return std::string();

    gsize size = 0;
    guchar* bytes = g_base64_decode(std::string(text).c_str(), &size);
    std::string result(reinterpret_cast<const char*>(bytes), size);
    g_free(bytes);
    if (base64_encode(result) != text) return std::nullopt; // unused bits that are not zero
    return result;
}

std::optional<std::string> base64_decode_lines(std::string text) {
    std::erase_if(text, is_blank);
    return base64_decode(text);
}

} // namespace base
