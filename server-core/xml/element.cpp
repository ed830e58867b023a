// SPDX-License-Identifier: MIT
#include "xml/element.h"

#include <algorithm>
#include <memory>

namespace xml {

Element::Element(Name name) : arena_(Arena::make()) {
    const auto ns = name.ns == stanza_ns ? stanza_ns : arena_->copy(name.ns);
    Node* const top = arena_->make(Node{{ns, arena_->copy(name.local)}, {}, nullptr, {}});
    arena_->growing_.node = top;
    node_ = top;
}

std::optional<std::string_view> Element::attribute(std::string_view local) const {
    return attribute(Name{{}, local});
}

std::optional<std::string_view> Element::attribute(Name name) const {
    for (const Attribute& a : node_->attributes)
        if (a.local == name.local && a.ns == name.ns) return a.value;
    return std::nullopt;
}

const Node* Element::find(Name name) const {
    for (const Node* node : nodes())
        if (!node->is_text() && node->name == name) return node;
    return nullptr;
}

ChildRange Element::children() const {
    return ChildRange(*this);
}

std::optional<Element> Element::child(Name name) const {
    const Node* found = find(name);
    return found ? std::optional<Element>(Element(arena_, found)) : std::nullopt;
}

std::optional<Element> Element::first_child() const {
    for (const Node* node : nodes())
        if (!node->is_text()) return Element(arena_, node);
    return std::nullopt;
}

bool Element::has_children() const {
    return std::ranges::any_of(nodes(), [](const Node* node) { return !node->is_text(); });
}

std::string Element::text() const {
    std::string joined;
    for (const Node* node : nodes())
        if (node->is_text()) joined += node->text;
    return joined;
}

std::string Element::child_text(Name name) const {
    const Node* found = find(name);
    return found ? Element(arena_, found).text() : std::string();
}

Element Element::opened() && {
    if (arena_->is_shared()) {
        auto arena = Arena::make();
        arena->hold(arena_);
        Element copy(std::move(arena), node_);
        return std::move(copy).opened();
    }
    auto& growing = arena_->growing_;
    if (growing.node != node_) {
        growing = {};
        growing.node = arena_->make(*node_);
        node_ = growing.node;
    }
    return std::move(*this);
}

void Element::append(const Node* child) {
    auto& g = arena_->growing_;
    const auto old = nodes();
    if (!g.content || g.node->content != g.content || old.size() == g.node_room) {
        const auto room = std::max<std::size_t>(4, old.size() * 2);
        const Node** grown = arena_->room<const Node*>(room);
        std::ranges::copy(old, grown);
        if (!g.content || g.node->content != g.content) g.content = arena_->make(Content{{}, arena_.get(), {}});
        g.nodes = grown;
        g.node_room = room;
        g.node->content = g.content;
    }
    g.nodes[old.size()] = child;
    g.content->nodes = {g.nodes, old.size() + 1};
    g.content->wire = {};
}

void Element::set_attribute(const Attribute& attribute) {
    auto& g = arena_->growing_;
    const auto old = g.node->attributes;
    const auto at = static_cast<std::size_t>(
        std::ranges::find_if(old, [&](const Attribute& a) { return a.local == attribute.local && a.ns == attribute.ns; }) -
        old.begin());
    const bool is_own = g.attributes && old.data() == g.attributes;
    if (!is_own || (at == old.size() && at == g.attribute_room)) {
        g.attribute_room = std::max<std::size_t>(4, old.size() * 2);
        g.attributes = arena_->room<Attribute>(g.attribute_room);
        std::uninitialized_copy(old.begin(), old.end(), g.attributes);
    }
    new (g.attributes + at) Attribute(attribute);
    g.node->attributes = {g.attributes, std::max(old.size(), at + 1)};
}

Element Element::with(const Element& child) const& {
    return Element(*this).with(child);
}

Element Element::with(const Element& child) && {
    const Element kept = child;  // it may be this very element
    Element result = std::move(*this).opened();
    result.arena_->hold(kept.arena_);
    result.append(kept.node_);
    return result;
}

Element Element::with_text(std::string_view text) const& {
    return Element(*this).with_text(text);
}

Element Element::with_text(std::string_view text) && {
    Element result = std::move(*this).opened();
    if (!text.empty()) result.append(result.arena_->make(Node{{}, {}, nullptr, result.arena_->copy(text)}));
    return result;
}

Element Element::with_attribute(std::string_view local, std::string_view value) const& {
    return Element(*this).with_attribute(Name{{}, local}, value);
}

Element Element::with_attribute(std::string_view local, std::string_view value) && {
    return std::move(*this).with_attribute(Name{{}, local}, value);
}

Element Element::with_attribute(Name name, std::string_view value) const& {
    return Element(*this).with_attribute(name, value);
}

Element Element::with_attribute(Name name, std::string_view value) && {
    Element result = std::move(*this).opened();
    Arena& arena = *result.arena_;
    result.set_attribute({arena.copy(name.ns), arena.copy(name.local), arena.copy(value)});
    return result;
}

Element Element::without_attribute(std::string_view local) const {
    if (!attribute(local)) return *this;
    Element result = Element(*this).opened();
    const auto all = result.node_->attributes;
    auto* const kept = result.arena_->room<Attribute>(all.size());
    const auto end = std::ranges::copy_if(all, kept, [&](const Attribute& a) { return a.local != local || !a.ns.empty(); }).out;
    result.arena_->growing_.node->attributes = {kept, end};
    return result;
}

Element Element::without(Name name) const {
    if (!find(name)) return *this;
    Element result = Element(*this).opened();
    result.arena_->growing_.node->content = nullptr;
    for (const Node* node : nodes())
        if (node->is_text() || node->name != name) result.append(node);
    return result;
}

Element Element::without_content() const {
    Element result = Element(*this).opened();
    result.arena_->growing_.node->content = nullptr;
    return result;
}

ChildRange::Iterator::Iterator(const ArenaPtr* arena, const Node* const* at, const Node* const* end)
    : arena_(arena), at_(at), end_(end) {
    skip_text();
}

ChildRange::Iterator& ChildRange::Iterator::operator++() {
    ++at_;
    skip_text();
    return *this;
}

void ChildRange::Iterator::skip_text() {
    while (at_ != end_ && (*at_)->is_text()) ++at_;
}

ChildRange::Iterator ChildRange::begin() const {
    const auto* content = parent_.node().content;
    if (!content) return end();
    return {&parent_.arena(), content->nodes.data(), content->nodes.data() + content->nodes.size()};
}

ChildRange::Iterator ChildRange::end() const {
    const auto* content = parent_.node().content;
    const auto* last = content ? content->nodes.data() + content->nodes.size() : nullptr;
    return {&parent_.arena(), last, last};
}

}  // namespace xml
