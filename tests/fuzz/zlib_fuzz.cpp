// SPDX-License-Identifier: MIT
// Any bytes as a compressed stream (XEP-0138), cut in pieces: what comes out is bounded. And back: what was compressed is
// read as it was. The first byte is the size of the pieces.
#include "net/compression.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void demand(bool fact) {
    if (!fact) std::abort();
}

// All that comes out, and whether it was zlib to the end.
std::pair<std::string, bool> inflated(std::string_view wire, std::size_t piece) {
    net::Compression compression;
    std::string all;
    std::array<char, 4096> into{};
    for (; !wire.empty(); wire.remove_prefix(std::min(piece, wire.size()))) {
        compression.feed(wire.substr(0, piece));
        while (true) {
            const auto made = compression.inflate(into);
            if (!made) return {all, false};
            if (*made == 0) break;
            demand(*made <= into.size());
            all.append(into.data(), *made);
        }
    }
    return {all, true};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view wire(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t piece = 1 + data[0];
    const auto [out, is_whole] = inflated(wire, piece);
    demand(out.size() <= 2 * 1024 * 1024 + 128 * wire.size());
    if (is_whole) demand(inflated(wire, wire.size() + 1).first == out);

    net::Compression sender;
    std::string compressed;
    for (std::string_view rest = wire; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size())))
        sender.deflate(rest.substr(0, piece), compressed);
    const auto back = inflated(compressed, 7);
    demand(back.second && back.first == wire);
    return 0;
}
