// SPDX-License-Identifier: MIT
#include "xml/declaration.h"

#include <algorithm>

namespace xml {
namespace {

bool skip_space(std::string_view& text) {
    const auto end = std::ranges::find_if_not(text, is_space) - text.begin();
    text.remove_prefix(static_cast<std::size_t>(end));
    return end != 0;
}

bool skip(std::string_view& text, std::string_view word) {
    if (!text.starts_with(word)) return false;
    text.remove_prefix(word.size());
    return true;
}

// S name Eq quoted value; `text` then begins after it. Untouched when it is not there.
std::optional<std::string_view> take_value(std::string_view& text, std::string_view name) {
    auto rest = text;
    if (!skip_space(rest) || !skip(rest, name)) return std::nullopt;
    skip_space(rest);
    if (!skip(rest, "=")) return std::nullopt;
    skip_space(rest);
    if (rest.empty() || (rest.front() != '\'' && rest.front() != '"')) return std::nullopt;
    const auto end = rest.find(rest.front(), 1);
    if (end == rest.npos) return std::nullopt;
    const auto value = rest.substr(1, end - 1);
    text = rest.substr(end + 1);
    return value;
}

bool is_utf8(std::string_view encoding) {
    return std::ranges::equal(encoding, std::string_view("utf-8"),
                              [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

// Why "<?xml ... ?>" cannot begin a stream; nothing when it can.
std::optional<ParseError> check_declaration(std::string_view declaration) {
    auto rest = declaration;
    if (!skip(rest, "<?xml") || !rest.ends_with("?>")) return ParseError::not_well_formed;
    rest.remove_suffix(2);
    if (take_value(rest, "version") != "1.0") return ParseError::not_well_formed;
    const auto encoding = take_value(rest, "encoding");
    const auto standalone = take_value(rest, "standalone");
    skip_space(rest);
    if (!rest.empty()) return ParseError::not_well_formed;
    if (standalone && standalone != "yes" && standalone != "no") return ParseError::not_well_formed;
    if (encoding && !is_utf8(*encoding)) return ParseError::unsupported_encoding;
    return std::nullopt;
}

// UTF-16 or UTF-32: a byte order mark or a zero byte.
bool is_wide_encoding(std::string_view start) {
    if (start.empty()) return false;
    if (start[0] == '\xFE' || start[0] == '\xFF' || start[0] == '\0') return true;
    return start.size() > 1 && start[0] == '<' && start[1] == '\0';
}

}  // namespace

Beginning look_at_beginning(std::string_view text) {
    constexpr std::string_view start = "<?xml";
    constexpr std::size_t most_bytes = 256;
    if (is_wide_encoding(text)) return {true, false, ParseError::unsupported_encoding};
    if (start.starts_with(text)) return {};
    if (!text.starts_with(start) || !is_space(text[start.size()])) return {true, false, std::nullopt};
    if (text.ends_with("?>")) return {true, true, check_declaration(text)};
    if (text.size() >= most_bytes) return {true, true, ParseError::not_well_formed};
    return {};
}

}  // namespace xml
