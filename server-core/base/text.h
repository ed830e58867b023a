// SPDX-License-Identifier: MIT
// Text as settings and protocols write it. GLib only, and only what GLib 2.28 has: the plugin compiles this file too.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace base {

// `text` without the ASCII blanks at both ends.
std::string_view trim(std::string_view text);

// The items of a comma-separated list, trimmed, the empty ones left out.
std::vector<std::string> split_list(std::string_view list);

// `text` with A to Z as a to z, every other byte as it was.
std::string lower_ascii(std::string_view text);

// Two digits for each byte, 0 to 9 and a to f.
std::string hexadecimal(std::string_view bytes);

std::string base64_encode(std::string_view bytes);

// The bytes that `text` stands for; nothing unless it is base64 to the letter (RFC 4648 4): padded, no blank in
// between.
std::optional<std::string> base64_decode(std::string_view text);

// The same where lines may be broken (XEP-0084 4.1, vcard-temp): blanks anywhere are left out.
std::optional<std::string> base64_decode_lines(std::string text);

} // namespace base
