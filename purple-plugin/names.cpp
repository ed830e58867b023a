// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/names.h"

#include "base/text.h"
#include "purple-plugin/purple_handles.h"

#include <algorithm>
#include <array>
#include <utility>

namespace purple_plugin {
namespace {

// Letters that Unicode does not decompose; the rest of Latin falls apart into a letter and its marks.
constexpr std::array<std::pair<gunichar, std::string_view>, 14> undecomposed{{
    {0x00DF, "ss"},
    {0x00E6, "ae"},
    {0x00F0, "d"},
    {0x00F8, "o"},
    {0x00FE, "th"},
    {0x0111, "d"},
    {0x0127, "h"},
    {0x0131, "i"},
    {0x0138, "k"},
    {0x0142, "l"},
    {0x014B, "n"},
    {0x0153, "oe"},
    {0x0167, "t"},
    {0x1E9E, "ss"},
}};

bool is_apostrophe(gunichar c) {
    return c == '\'' || c == '`' || c == 0x00B4 || c == 0x02B9 || c == 0x02BC || c == 0x2018 || c == 0x2019 ||
           c == 0x2032;
}

bool is_hyphen(gunichar c) { return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212; }

bool is_gap(gunichar c) { return c == '.' || c == ',' || c == '_' || g_unichar_isspace(c); }

// Adds what `c`, a character of the decomposed name, leaves in a localpart; false when it has no place there.
bool append_folded(std::string& folded, gunichar c) {
    const gunichar lower = g_unichar_tolower(c);
    if (lower < 0x80 && g_ascii_isalnum(static_cast<gchar>(lower))) {
        folded += static_cast<char>(lower);
        return true;
    }
    if (is_apostrophe(c) || g_unichar_ismark(c)) return true;
    if (is_hyphen(c) || is_gap(c)) {
        // A run of separators is one: a hyphen when there is one in it, else a dot.
        const char separator = is_hyphen(c) ? '-' : '.';
        if (folded.empty()) return true;
        if (folded.back() != '.' && folded.back() != '-')
            folded += separator;
        else if (separator == '-')
            folded.back() = '-';
        return true;
    }
    const auto letter = std::find_if(undecomposed.begin(), undecomposed.end(),
                                     [lower](const auto& entry) { return entry.first == lower; });
    if (letter == undecomposed.end()) return false;
    folded += letter->second;
    return true;
}

// "DUPONT, Jean" as "Jean DUPONT".
std::string in_spoken_order(std::string_view name) {
    const auto comma = name.find(',');
    if (comma == name.npos) return std::string(name);
    return std::string(name.substr(comma + 1)) + ' ' + std::string(name.substr(0, comma));
}

// The acute accent typed alone would fall apart into a blank and a mark, and a name in two.
std::string without_apostrophes(const std::string& name) {
    std::string kept;
    for (const char* at = name.c_str(); *at != '\0'; at = g_utf8_next_char(at))
        if (!is_apostrophe(g_utf8_get_char(at))) kept.append(at, static_cast<std::size_t>(g_utf8_next_char(at) - at));
    return kept;
}

bool has_place_in_address(gunichar c) {
    if (c < 0x80)
        return g_ascii_isgraph(static_cast<gchar>(c)) &&
               std::string_view("\"&'/:<>@").find(static_cast<char>(c)) == std::string_view::npos;
    return g_unichar_isalnum(c) || g_unichar_ismark(c);
}

} // namespace

base::Result<std::string, NameFault> fold_name(std::string_view name) {
    if (name.find('\0') != name.npos || !g_utf8_validate(name.data(), static_cast<gssize>(name.size()), nullptr))
        return base::Unexpected(NameFault::not_latin);
    const std::string spoken = without_apostrophes(in_spoken_order(name));
    const Text decomposed(g_utf8_normalize(spoken.c_str(), -1, G_NORMALIZE_ALL));
    std::string folded;
    for (const char* at = decomposed.get(); *at != '\0'; at = g_utf8_next_char(at))
        if (!append_folded(folded, g_utf8_get_char(at))) return base::Unexpected(NameFault::not_latin);
    while (!folded.empty() && (folded.back() == '.' || folded.back() == '-')) folded.pop_back();
    if (folded.empty()) return base::Unexpected(NameFault::empty);
    return folded;
}

base::Result<std::string, NameFault> account_address(std::string_view typed, std::string_view domain) {
    const auto at = typed.find('@');
    if (at != typed.npos) {
        const auto after = typed.substr(at + 1);
        if (base::lower_ascii(base::trim(after.substr(0, after.find('/')))) != base::lower_ascii(domain))
            return base::Unexpected(NameFault::foreign_domain);
    }
    auto folded = fold_name(typed.substr(0, at));
    if (!folded) return folded;
    return *folded + '@' + std::string(domain);
}

std::optional<std::string> contact_address(std::string_view typed, std::string_view domain) {
    const auto lower = base::lower_ascii(base::trim(typed));
    if (lower.find_first_of("@/") != lower.npos) return std::nullopt;
    if (lower == domain || lower.ends_with('.' + std::string(domain))) return std::nullopt;
    const auto folded = fold_name(typed);
    if (!folded) return std::nullopt;
    return *folded + '@' + std::string(domain);
}

std::string room_name(std::string_view typed) {
    const std::string name(typed);
    if (!g_utf8_validate(name.c_str(), -1, nullptr)) return name;
    std::string room;
    bool is_gap_before = false;
    for (const char* at = name.c_str(); *at != '\0'; at = g_utf8_next_char(at)) {
        const bool is_kept = has_place_in_address(g_utf8_get_char(at));
        if (is_kept && is_gap_before && !room.empty()) room += '-';
        if (is_kept) room.append(at, static_cast<std::size_t>(g_utf8_next_char(at) - at));
        is_gap_before = !is_kept;
    }
    return room;
}

} // namespace purple_plugin
