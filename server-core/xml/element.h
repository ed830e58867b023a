// SPDX-License-Identifier: MIT
// An immutable XML element: a pointer into a counted arena. Copies share; changing one makes a new top tag.
#pragma once
#include "xml/arena.h"
#include "xml/name.h"

#include <cstddef>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace xml {

struct Attribute {
    std::string_view ns;  // empty for nearly all
    std::string_view local;
    std::string_view value;
};

// What stands between two tags, shared by every new top tag put around it.
struct Node;
struct Content {
    std::span<const Node* const> nodes;
    Arena* owner = nullptr;         // where it lies: an element around it may die earlier
    mutable std::string_view wire;  // once serialised, kept for fan-out (xml::keep_serialised); lies in `owner`
};

// A tag with content, or, with an empty name, a piece of text.
struct Node {
    Name name;
    std::span<const Attribute> attributes;
    const Content* content = nullptr;
    std::string_view text;
    bool is_text() const { return name.local.empty(); }
};

class ChildRange;

class Element {
public:
    // An empty element; all strings are copied into its arena.
    explicit Element(Name name);

    Name name() const { return node_->name; }
    bool is(Name name) const { return node_->name == name; }

    // The value of the attribute without namespace; empty optional when absent.
    std::optional<std::string_view> attribute(std::string_view local) const;
    std::optional<std::string_view> attribute(Name name) const;
    std::span<const Attribute> attributes() const { return node_->attributes; }

    // Child elements in document order (text is skipped).
    ChildRange children() const;
    std::optional<Element> child(Name name) const;
    bool has_child(Name name) const { return find(name) != nullptr; }
    std::optional<Element> first_child() const;
    bool has_children() const;

    // The text directly inside, joined.
    std::string text() const;
    // The text of the child `name`; empty when there is none.
    std::string child_text(Name name) const;

    // The same with one more child, text or attribute (an attribute replaces one of its name). A fresh, unshared
    // element is extended in place, so a chain of `with` on a temporary costs no copies.
    Element with(const Element& child) const&;
    Element with(const Element& child) &&;
    Element with_text(std::string_view text) const&;
    Element with_text(std::string_view text) &&;
    Element with_attribute(std::string_view local, std::string_view value) const&;
    Element with_attribute(std::string_view local, std::string_view value) &&;
    Element with_attribute(Name name, std::string_view value) const&;
    Element with_attribute(Name name, std::string_view value) &&;
    Element without_attribute(std::string_view local) const;
    // The same without the children of that name.
    Element without(Name name) const;
    // Only the top tag.
    Element without_content() const;

    const Node& node() const { return *node_; }
    const ArenaPtr& arena() const { return arena_; }
    // For the parser: `node` lies in `arena`.
    Element(ArenaPtr arena, const Node* node) : arena_(std::move(arena)), node_(node) {}

private:
    const Node* find(Name name) const;
    std::span<const Node* const> nodes() const { return node_->content ? node_->content->nodes : std::span<const Node* const>(); }
    // The same in an arena that nobody else sees, with a top tag that may be written to.
    Element opened() &&;
    void append(const Node* child);
    void set_attribute(const Attribute& attribute);

    ArenaPtr arena_;
    const Node* node_;
};

// Iterates the child elements; each is an Element of its own that keeps the tree alive.
class ChildRange {
public:
    class Iterator {
    public:
        using value_type = Element;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;
        using pointer = void;
        using reference = Element;
        Iterator(const ArenaPtr* arena, const Node* const* at, const Node* const* end);
        Element operator*() const { return Element(*arena_, *at_); }
        Iterator& operator++();
        Iterator operator++(int) {
            const Iterator before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

    private:
        void skip_text();
        const ArenaPtr* arena_;
        const Node* const* at_;
        const Node* const* end_;
    };
    explicit ChildRange(Element parent) : parent_(std::move(parent)) {}
    Iterator begin() const;
    Iterator end() const;

private:
    Element parent_;
};

}  // namespace xml
