// SPDX-License-Identifier: MIT
// zlib for one connection (XEP-0138): small, made at the first byte, and with a bound on what comes out of little.
#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace net {

class Compression {
public:
    Compression();
    ~Compression();
    Compression(const Compression&) = delete;
    Compression& operator=(const Compression&) = delete;

    // Appends `bytes` to `wire` so that the peer can read all of them.
    void deflate(std::string_view bytes, std::string& wire);

    // What came from the wire; `inflate` reads it.
    void feed(std::string_view wire);
    // The next bytes, as many as there are and fit; 0: more must be fed first; nothing: this is no zlib, or it blows up
    // far beyond what XML does (a decompression bomb).
    std::optional<std::size_t> inflate(std::span<char> into);

private:
    struct Streams;
    std::unique_ptr<Streams> streams_;
    std::string fed_;
    std::size_t taken_ = 0;  // of fed_
};

}  // namespace net
