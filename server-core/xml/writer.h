// SPDX-License-Identifier: MIT
// The only place where text is escaped.
#pragma once
#include "xml/element.h"

#include <string>
#include <string_view>

namespace xml {

// Appends `element` to `out`, declaring a namespace only where it differs from the one in force (`ns`).
void write(std::string& out, const Element& element, std::string_view ns = stanza_ns);
std::string to_string(const Element& element, std::string_view ns = stanza_ns);

// Appends only the start tag (not closed when `element` is a stream header).
void write_start_tag(std::string& out, const Element& element, std::string_view ns);

// Serialises the content of `element` once and keeps it in its arena: each `write` of it, or of a copy under a new
// top tag of the same name, then copies bytes. For fan-out.
void keep_serialised(const Element& element);

// Appends text with & < > (and in attributes quotes, tab and line ends) escaped.
void escape_text(std::string& out, std::string_view text);
void escape_attribute(std::string& out, std::string_view value);

}  // namespace xml
