// SPDX-License-Identifier: MIT
// Cuts a server's stream into its top-level elements. No XML parser: a server under test is trusted to write
// well-formed XML without comments and CDATA sections, and the generator must not cost more than what it measures.
#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace bench {

class Scanner {
public:
    // `element` gets each child of the stream as it was written. It may call `restart`, but not `feed`.
    using Element = std::function<void(std::string_view)>;

    void feed(std::string_view bytes, const Element& element);
    // A new stream begins (after STARTTLS, after login); bytes not handled yet are thrown away.
    void restart();
    bool is_closed() const { return closed_; } // </stream:stream> came

private:
    bool take_tag(const Element& element);
    std::size_t end_of_tag(std::size_t from) const;
    std::string bytes_;
    std::size_t at_ = 0;    // handled up to here
    std::size_t begin_ = 0; // of the element that is open
    unsigned depth_ = 0;    // 1: inside the stream header
    bool closed_ = false;
    bool restarted_ = false;
};

// The value of an attribute of the first tag; empty when it has none.
std::string_view attribute(std::string_view element, std::string_view name);
// What stands between the first `open` and the next '<'; empty when there is no `open`.
std::string_view text_behind(std::string_view element, std::string_view open);

} // namespace bench
