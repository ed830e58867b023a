// SPDX-License-Identifier: MIT
// The memory of one XML tree: a bump allocator, counted without atomics, freed whole.
#pragma once
#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>
#include <type_traits>

namespace xml {

struct Attribute;
struct Content;
struct Node;
class Arena;
void intrusive_ptr_add_ref(Arena* arena) noexcept;
void intrusive_ptr_release(Arena* arena) noexcept;
using ArenaPtr = boost::intrusive_ptr<Arena>;

// Grows by pieces, is freed with the last Element that points into it; its contents have no destructors. One thread
// only. An arena may hold other arenas, whose nodes its own nodes point to.
class Arena {
public:
    // The arena itself lies in its first piece, so that a small element costs one allocation.
    static ArenaPtr make(std::size_t first_piece_bytes = 512);
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    // Memory for `count` objects of T, not initialised.
    template <class T>
    T* room(std::size_t count) {
        static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= alignof(void*));
        return static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
    }
    template <class T>
    T* make(const T& value) {
        return new (room<T>(1)) T(value);
    }
    std::string_view copy(std::string_view text);

    // Keeps `other` alive as long as this. `other` must not hold this one already (nobody can: an arena that is held
    // is shared, and only unshared ones are extended).
    void hold(const ArenaPtr& other);
    bool is_shared() const { return count_ > 1; }
    std::size_t bytes() const { return bytes_; }  // taken from the heap, without what it holds

private:
    friend class Element;
    friend void intrusive_ptr_add_ref(Arena* arena) noexcept;
    friend void intrusive_ptr_release(Arena* arena) noexcept;

    struct Piece {
        Piece* next;
    };
    struct Held {
        Arena* arena;
        Held* next;
    };
    // The one top tag that `Element::with` may extend in place, and the spare room behind its lists.
    struct Growing {
        Node* node = nullptr;
        Attribute* attributes = nullptr;
        std::size_t attribute_room = 0;
        Content* content = nullptr;
        const Node** nodes = nullptr;
        std::size_t node_room = 0;
    };

    explicit Arena(std::size_t first_piece_bytes);
    ~Arena() = default;
    void* allocate(std::size_t bytes, std::size_t alignment) {
        const auto start = (at_ + alignment - 1) & ~(alignment - 1);
        if (start + bytes > end_) return allocate_in_new_piece(bytes, alignment);
        at_ = start + bytes;
        return reinterpret_cast<void*>(start);
    }
    void* allocate_in_new_piece(std::size_t bytes, std::size_t alignment);
    static void free_all(Arena* arena) noexcept;

    std::size_t count_ = 0;
    std::uintptr_t at_;
    std::uintptr_t end_;
    std::size_t bytes_;
    Piece* pieces_ = nullptr;  // all but the first
    Held* held_ = nullptr;
    Arena* next_dead_ = nullptr;
    Growing growing_;
};

inline void intrusive_ptr_add_ref(Arena* arena) noexcept {
    ++arena->count_;
}
inline void intrusive_ptr_release(Arena* arena) noexcept {
    if (--arena->count_ == 0) Arena::free_all(arena);
}

}  // namespace xml
