// SPDX-License-Identifier: MIT
// The only place where text is escaped.
#pragma once
#include "xml/element.h"

#include <string>
#include <string_view>

namespace xml {

// Appends `element` to `out`, declaring a namespace only where it differs from the one in force (`ns`).
// On every stream `ns` is xml::stanza_ns, since that stands for the stream's own namespace (components too).
// Names in xml::stream_ns get the prefix "stream", which the stream's header declares.
void write(std::string& out, const Element& element, std::string_view ns = stanza_ns);
std::string to_string(const Element& element, std::string_view ns = stanza_ns);

// Appends only the start tag, left open, whatever content there is. A stream header (xml::stream_ns) declares the
// prefix "stream" and `ns`, the namespace of its stanzas as on the wire, as default.
void write_start_tag(std::string& out, const Element& element, std::string_view ns);

// Serialises the content of `element` once and keeps it beside that content: each `write` of it, or of a copy under a new
// top tag of the same name, then copies bytes. For fan-out.
void keep_serialised(const Element& element);

// Appends text with & < > and carriage return (in attributes also quotes, tab and line end) escaped. Control characters
// that XML 1.0 forbids become U+FFFD.
void escape_text(std::string& out, std::string_view text);
void escape_attribute(std::string& out, std::string_view value);

}  // namespace xml
