// SPDX-License-Identifier: MIT
#include "net/compression.h"

#include <algorithm>
#include <cstdint>
#include <new>

#include <zlib.h>

namespace net {
namespace {

// 24 KB a connection instead of 256 KB; stanzas are short, so more would find little more.
constexpr int window_bits = 12;
constexpr int memory_level = 4;
// A peer may have compressed with any window.
constexpr int any_window_bits = 15;
// XMPP shrinks to a third or a tenth; whoever sends the same stanza all the time, to a fiftieth.
constexpr std::uint64_t most_expansion = 100;
constexpr std::uint64_t free_bytes = 1024 * 1024;

Bytef* writable(std::string_view bytes) {
    // zlib's input is not const, and not written to.
    return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

}  // namespace

struct Compression::Streams {
    z_stream out{};
    z_stream in{};
    bool has_out = false;
    bool has_in = false;
    ~Streams() {
        if (has_out) deflateEnd(&out);
        if (has_in) inflateEnd(&in);
    }
};

Compression::Compression() : streams_(std::make_unique<Streams>()) {}
Compression::~Compression() = default;

void Compression::deflate(std::string_view bytes, std::string& wire) {
    z_stream& stream = streams_->out;
    if (!streams_->has_out) {
        if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits, memory_level, Z_DEFAULT_STRATEGY) != Z_OK)
            throw std::bad_alloc();
        streams_->has_out = true;
    }
    stream.next_in = writable(bytes);
    stream.avail_in = static_cast<uInt>(bytes.size());
    char chunk[4096];
    do {
        stream.next_out = reinterpret_cast<Bytef*>(chunk);
        stream.avail_out = sizeof chunk;
        ::deflate(&stream, Z_SYNC_FLUSH);
        wire.append(chunk, sizeof chunk - stream.avail_out);
    } while (stream.avail_out == 0);
}

void Compression::feed(std::string_view wire) {
    if (taken_ == fed_.size()) {
        fed_.clear();
        taken_ = 0;
    }
    fed_ += wire;
}

std::optional<std::size_t> Compression::inflate(std::span<char> into) {
    z_stream& stream = streams_->in;
    if (!streams_->has_in) {
        if (fed_.empty()) return 0;
        if (inflateInit2(&stream, any_window_bits) != Z_OK) throw std::bad_alloc();
        streams_->has_in = true;
    }
    const std::string_view rest = std::string_view(fed_).substr(taken_);
    stream.next_in = writable(rest);
    stream.avail_in = static_cast<uInt>(rest.size());
    stream.next_out = reinterpret_cast<Bytef*>(into.data());
    stream.avail_out = static_cast<uInt>(into.size());
    // zlib may hold output although all input is taken, so it is asked even then; Z_BUF_ERROR: it has nothing.
    const int code = ::inflate(&stream, Z_SYNC_FLUSH);
    taken_ += rest.size() - stream.avail_in;
    const bool is_over = code == Z_STREAM_END && stream.avail_in == 0;  // the peer's last words
    if (code != Z_OK && code != Z_BUF_ERROR && !is_over) return std::nullopt;
    if (stream.total_out > free_bytes + most_expansion * stream.total_in) return std::nullopt;
    const std::size_t made = into.size() - stream.avail_out;
    if (made == 0) {
        fed_ = {};  // an idle connection holds no buffer
        taken_ = 0;
    }
    return made;
}

}  // namespace net
