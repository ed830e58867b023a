// SPDX-License-Identifier: MIT
#include "xml/arena.h"

#include <algorithm>
#include <cstring>

namespace xml {
namespace {
// Pieces double up to this, so that a large stanza wastes at most half of its memory and no more than this.
constexpr std::size_t largest_piece_bytes = 64 * 1024;
}  // namespace

Arena::Arena(std::size_t first_piece_bytes)
    : at_(reinterpret_cast<std::uintptr_t>(this) + sizeof(Arena)),
      end_(reinterpret_cast<std::uintptr_t>(this) + first_piece_bytes), bytes_(first_piece_bytes) {}

ArenaPtr Arena::make(std::size_t first_piece_bytes) {
    const auto bytes = std::max(first_piece_bytes, sizeof(Arena));
    return ArenaPtr(new (::operator new(bytes)) Arena(bytes));
}

void* Arena::allocate_in_new_piece(std::size_t bytes, std::size_t alignment) {
    const auto needed = bytes + sizeof(Piece) + alignment;
    const auto size = std::max(needed, std::min(bytes_, largest_piece_bytes));
    auto* piece = new (::operator new(size)) Piece{pieces_};
    pieces_ = piece;
    bytes_ += size;
    const auto begin = reinterpret_cast<std::uintptr_t>(piece);
    // What does not fit anyhow must not cost the rest of the piece in use.
    if (needed > largest_piece_bytes) {
        const auto start = (begin + sizeof(Piece) + alignment - 1) & ~(alignment - 1);
        return reinterpret_cast<void*>(start);
    }
    at_ = begin + sizeof(Piece);
    end_ = begin + size;
    return allocate(bytes, alignment);
}

std::string_view Arena::copy(std::string_view text) {
    if (text.empty()) return {};
    char* to = room<char>(text.size());
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
}

void Arena::hold(const ArenaPtr& other) {
    if (other.get() == this || (held_ && held_->arena == other.get())) return;
    held_ = make(Held{other.get(), held_});
    intrusive_ptr_add_ref(other.get());
}

// A long chain of arenas that hold one another is freed by a list, not by recursion.
void Arena::free_all(Arena* arena) noexcept {
    Arena* dead = arena;
    while (dead) {
        Arena* const now = dead;
        dead = now->next_dead_;
        for (const Held* held = now->held_; held; held = held->next) {
            if (--held->arena->count_ > 0) continue;
            held->arena->next_dead_ = dead;
            dead = held->arena;
        }
        for (Piece* piece = now->pieces_; piece;) {
            Piece* const next = piece->next;
            ::operator delete(piece);
            piece = next;
        }
        now->~Arena();
        ::operator delete(now);
    }
}

}  // namespace xml
