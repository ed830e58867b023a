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

// What the first bytes of a document tell.
struct Beginning {
    bool is_clear = false;  // otherwise ask again with one byte more
    bool is_declaration = false;
    std::optional<ParseError> error;  // not-well-formed, or unsupported-encoding for all but UTF-8 (RFC 6120 11.6)
};
// `text` is the document's beginning, asked for anew with each byte until it is clear: at most 256 bytes.
Beginning look_at_beginning(std::string_view text);

}  // namespace xml
