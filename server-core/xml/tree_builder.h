// SPDX-License-Identifier: MIT
// Builds one element after the other from tags and text, each in an arena of its own. For xml/parser.cpp.
#pragma once
#include "xml/element.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace xml {

class TreeBuilder {
public:
    // All strings are copied.
    void open(Name name, std::span<const Attribute> attributes);
    // Pieces that follow one another become one node.
    void text(std::string_view piece);
    // Ends the tag opened last; the finished element when it was the outermost.
    std::optional<Element> close();

    std::size_t depth() const { return open_.size(); }
    std::size_t nodes() const { return node_count_; }  // in the element under way
    // Forgets the element under way and gives all memory back.
    void clear() { *this = {}; }

private:
    struct Open {
        Node* node;
        std::size_t first_child;
    };
    void end_text();
    std::string_view known(std::string_view ns) const;

    ArenaPtr arena_;
    std::vector<Open> open_;
    std::vector<const Node*> finished_;  // children of all open tags, innermost last
    std::string text_;
    std::size_t node_count_ = 0;
};

}  // namespace xml
