// SPDX-License-Identifier: MIT
#include "net/compression.h"

#include <doctest/doctest.h>

#include <string>

using net::Compression;

namespace {

// All that comes out; nothing when it is refused.
std::optional<std::string> inflated(Compression& compression, std::size_t room = 64 * 1024) {
    std::string buffer(room, '\0');
    std::string text;
    while (true) {
        const auto made = compression.inflate(buffer);
        if (!made) return std::nullopt;
        if (*made == 0) return text;
        text.append(buffer, 0, *made);
    }
}

}  // namespace

TEST_CASE("XEP-0138 6: what is compressed can be read at once, piece by piece, at any segmentation") {
    Compression ours, theirs;
    for (const std::string& text : {std::string("<presence/>"), std::string(100'000, 'x'), std::string("<message/>")}) {
        std::string wire;
        ours.deflate(text, wire);
        CHECK(wire.size() < text.size() + 32);
        std::string found;
        for (const char byte : wire) {
            theirs.feed({&byte, 1});
            found += inflated(theirs, 1000).value();
        }
        CHECK(found == text);
    }
}

TEST_CASE("what does not fit waits for the next call") {
    Compression ours, theirs;
    std::string wire;
    ours.deflate(std::string(10'000, 'x'), wire);
    theirs.feed(wire);
    char small[100];
    CHECK(theirs.inflate(small) == 100U);
    CHECK(inflated(theirs)->size() == 9'900);
}

TEST_CASE("what is no zlib is refused") {
    Compression compression;
    compression.feed("<stream:stream>");
    CHECK_FALSE(inflated(compression));
}

TEST_CASE("DESIGN 4.3: a decompression bomb is refused") {
    Compression ours, theirs;
    std::string wire;
    ours.deflate(std::string(20'000'000, ' '), wire);
    CHECK(wire.size() < 100'000);
    theirs.feed(wire);
    CHECK_FALSE(inflated(theirs));
}
