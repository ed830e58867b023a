// SPDX-License-Identifier: MIT
// RFC 6120 4 and 11: an XML stream as events. libxml2's SAX2 push parser behind limits.
// Keeps one libxml2 parser while bytes flow; an idle stream keeps only its header.
#pragma once
#include "xml/element.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace xml {

// What one stream may cost.
struct Limits {
    std::size_t stanza_bytes = 10000;  // never below 10000 (RFC 6120 13.12); 0: no limit
    unsigned stanza_depth = 64;        // levels below the stream's root; 0: no more than `children`
    std::size_t start_tag_bytes = 8192; // 0: no limit
    unsigned children = 10000;         // nodes in one stanza; 0: no limit
};

// The stream's start tag, without content, and the namespace it makes the default.
struct StreamOpened {
    Element header;
    std::string content_ns;
};
struct StanzaRead { Element element; std::size_t bytes; };
struct StreamClosed {};
using Event = std::variant<StreamOpened, StanzaRead, StreamClosed>;

// Names as in RFC 6120 4.9.3; the stream layer turns them into its own StreamError.
enum class ParseError {
    not_well_formed,
    restricted_xml,
    policy_violation,
    unsupported_encoding,
    bad_namespace_prefix,
    bad_format,  // text between stanzas
};

struct Fed {
    std::vector<Event> events;
    std::optional<ParseError> error;
};

class Parser {
public:
    // Names in `content_ns` are reported in xml::stanza_ns, so that a stanza looks alike whatever stream it came by.
    explicit Parser(Limits limits, std::string_view content_ns = stanza_ns);
    ~Parser();
    Parser(Parser&&) noexcept;
    Parser& operator=(Parser&&) noexcept;

    // Parses `bytes` and returns the events they complete, in order, and the error that ended them, if any:
    // what was complete before an error is still handled, whatever the segments.
    //   bytes   any length, cut anywhere, even inside a character
    //   error   as above; the parser is then spent and says the same again
    //   source  RFC 6120 4.9.3.1, 4.9.3.2, 4.9.3.13, 4.9.3.14, 4.9.3.18, 4.9.3.22, 11.1
    // What follows the end of the stream is ignored.
    Fed feed(std::span<const char> bytes);

    // What came before is forgotten: the next bytes begin a new stream (after STARTTLS, SASL, compression).
    void restart();
    void set_limits(Limits limits);
    // Between two stanzas: gives the libxml2 parser back; the next byte but white space makes one again (16 KB,
    // 1.6 us). Inside a stanza it does nothing.
    void rest();
    bool is_resting() const;
    std::size_t dictionary_bytes() const;  // names that libxml2 keeps for this stream; 0 when resting

private:
    class State;
    std::unique_ptr<State> state_;
};

// Parses one whole element, as xml::to_string wrote it for the store (default namespace xml::stanza_ns, prefix stream
// known); empty when it is not one. Nothing that a stream's limits let in is too large or too deep for it.
std::optional<Element> parse_element(std::string_view text);

}  // namespace xml
