// SPDX-License-Identifier: MIT
// Namespaces in XML 1.0: the default namespace is declared where it changes. Only attributes, and names of the stream
// namespace, have prefixes.
#include "xml/writer.h"

#include <array>
#include <vector>

namespace xml {
namespace {

using Table = std::array<bool, 256>;

// Control characters are no XML at all: one of them in what we write would end the receiver's stream.
constexpr Table special(std::string_view characters) {
    Table table{};
    for (unsigned c = 0; c < 0x20; ++c) table[c] = c != '\t' && c != '\n';
    for (const char c : characters) table[static_cast<unsigned char>(c)] = true;
    return table;
}
constexpr Table special_in_text = special("&<>");
constexpr Table special_in_attribute = special("&<>'\"\t\n");

std::string_view replacement(char c) {
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '\'': return "&apos;";
    case '"': return "&quot;";
    case '\t': return "&#x9;";
    case '\n': return "&#xA;";
    case '\r': return "&#xD;";
    default: return "\xEF\xBF\xBD";
    }
}

void escape(std::string& out, std::string_view text, const Table& table) {
    std::size_t done = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!table[static_cast<unsigned char>(text[i])]) continue;
        out.append(text, done, i - done);
        out += replacement(text[i]);
        done = i + 1;
    }
    out.append(text.data() + done, text.size() - done);
}

bool has_prefix(const Node& node) {
    return node.name.ns == stream_ns;
}

void write_name(std::string& out, const Node& node) {
    if (has_prefix(node)) out += "stream:";
    out += node.name.local;
}

void write_attribute(std::string& out, std::string_view prefix, std::string_view name, std::string_view value) {
    out += ' ';
    out += prefix;
    out += name;
    out += "='";
    escape(out, value, special_in_attribute);
    out += '\'';
}

void write_attributes(std::string& out, const Node& node) {
    unsigned declared = 0;
    for (const Attribute& a : node.attributes) {
        if (a.ns.empty()) {
            write_attribute(out, {}, a.local, a.value);
        } else if (a.ns == xml_ns) {
            write_attribute(out, "xml:", a.local, a.value);
        } else {
            const auto prefix = "ns" + std::to_string(++declared);
            write_attribute(out, "xmlns:", prefix, a.ns);
            write_attribute(out, prefix + ':', a.local, a.value);
        }
    }
}

// Appends "<name attributes" and returns the default namespace in force inside.
std::string_view open_tag(std::string& out, const Node& node, std::string_view ns) {
    out += '<';
    write_name(out, node);
    if (!has_prefix(node) && node.name.ns != ns) {
        ns = node.name.ns;
        write_attribute(out, {}, "xmlns", ns);
    }
    write_attributes(out, node);
    return ns;
}

// A tag that is open while its content is written. A list instead of recursion: depth must not cost stack.
struct Open {
    const Node* node;
    std::size_t next;
    std::string_view ns;
};
using OpenTags = std::vector<Open>;

void close_tag(std::string& out, const Node& node) {
    out += "</";
    write_name(out, node);
    out += '>';
}

// Writes text or a tag; what has content still to be written goes on `open`.
void write_node(std::string& out, const Node& node, std::string_view ns, OpenTags& open) {
    if (node.is_text()) return escape(out, node.text, special_in_text);
    ns = open_tag(out, node, ns);
    if (!node.content || node.content->nodes.empty()) {
        out += "/>";
        return;
    }
    out += '>';
    const auto nodes = node.content->nodes;
    if (!node.content->wire.empty() && !has_prefix(node)) {
        out += node.content->wire;
        close_tag(out, node);
    } else if (nodes.size() == 1 && nodes.front()->is_text()) {
        escape(out, nodes.front()->text, special_in_text);
        close_tag(out, node);
    } else {
        open.push_back({&node, 0, ns});
    }
}

void write_open(std::string& out, OpenTags& open, std::size_t until) {
    while (open.size() > until) {
        Open& last = open.back();
        const auto nodes = last.node->content->nodes;
        if (last.next == nodes.size()) {
            close_tag(out, *last.node);
            open.pop_back();
        } else {
            write_node(out, *nodes[last.next++], last.ns, open);
        }
    }
}

}  // namespace

void write(std::string& out, const Element& element, std::string_view ns) {
    OpenTags open;
    write_node(out, element.node(), ns, open);
    write_open(out, open, 0);
}

std::string to_string(const Element& element, std::string_view ns) {
    std::string out;
    out.reserve(256);
    write(out, element, ns);
    return out;
}

void write_start_tag(std::string& out, const Element& element, std::string_view ns) {
    const Node& node = element.node();
    if (!has_prefix(node)) {
        open_tag(out, node, ns);
    } else {
        out += '<';
        write_name(out, node);
        write_attribute(out, {}, "xmlns", ns);
        write_attribute(out, "xmlns:", "stream", stream_ns);
        write_attributes(out, node);
    }
    out += '>';
}

void keep_serialised(const Element& element) {
    const Content* content = element.node().content;
    if (!content || content->nodes.empty() || !content->wire.empty() || has_prefix(element.node())) return;
    std::string out;
    OpenTags open;
    for (const Node* node : content->nodes) {
        write_node(out, *node, element.name().ns, open);
        write_open(out, open, 0);
    }
    content->wire = content->owner->copy(out);
}

void escape_text(std::string& out, std::string_view text) {
    escape(out, text, special_in_text);
}

void escape_attribute(std::string& out, std::string_view value) {
    escape(out, value, special_in_attribute);
}

}  // namespace xml
