// SPDX-License-Identifier: MIT
#include "xml/tree_builder.h"

#include <algorithm>

namespace xml {
namespace {
constexpr std::size_t first_piece_bytes = 1024;  // a message with a few extensions
}  // namespace

// The namespace of the parent is nearly always the child's too: no second copy.
std::string_view TreeBuilder::known(std::string_view ns) const {
    if (!open_.empty() && open_.back().node->name.ns == ns) return open_.back().node->name.ns;
    return ns == stanza_ns ? stanza_ns : arena_->copy(ns);
}

void TreeBuilder::open(Name name, std::span<const Attribute> attributes) {
    if (open_.empty()) {
        arena_ = Arena::make(first_piece_bytes);
        node_count_ = 0;
    }
    end_text();
    auto* const copies = arena_->room<Attribute>(attributes.size());
    std::ranges::transform(attributes, copies, [this](const Attribute& a) {
        return Attribute{arena_->copy(a.ns), arena_->copy(a.local), arena_->copy(a.value)};
    });
    Node* const node = arena_->make(Node{{known(name.ns), arena_->copy(name.local)}, {copies, attributes.size()}, nullptr, {}});
    open_.push_back({node, finished_.size()});
    ++node_count_;
}

void TreeBuilder::text(std::string_view piece) {
    if (text_.empty()) ++node_count_;
    text_ += piece;
}

void TreeBuilder::end_text() {
    if (text_.empty()) return;
    finished_.push_back(arena_->make(Node{{}, {}, nullptr, arena_->copy(text_)}));
    text_.clear();
}

std::optional<Element> TreeBuilder::close() {
    end_text();
    const auto [node, first_child] = open_.back();
    open_.pop_back();
    if (const auto count = finished_.size() - first_child) {
        const Node** nodes = arena_->room<const Node*>(count);
        std::copy_n(finished_.begin() + static_cast<std::ptrdiff_t>(first_child), count, nodes);
        finished_.resize(first_child);
        node->content = arena_->make(Content{{nodes, count}, arena_.get(), {}});
    }
    if (!open_.empty()) {
        finished_.push_back(node);
        return std::nullopt;
    }
    return Element(std::move(arena_), node);
}

}  // namespace xml
