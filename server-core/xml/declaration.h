// SPDX-License-Identifier: MIT
// XML 1.0 2.8: the XML declaration, read by ourselves so that libxml2 never chooses an encoding. For xml/parser.cpp.
#pragma once
#include "xml/parser.h"

#include <optional>
#include <string_view>

namespace xml {

// White space as XML 1.0 2.3 knows it.
constexpr bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// Why "<?xml ... ?>" cannot begin a stream: not-well-formed, or unsupported-encoding for anything but UTF-8
// (RFC 6120 11.6); nothing when it can.
std::optional<ParseError> check_declaration(std::string_view declaration);

// Whether `start`, the first bytes of a document, shows UTF-16 or UTF-32 (a byte order mark, a zero byte).
bool is_wide_encoding(std::string_view start);

}  // namespace xml
