// SPDX-License-Identifier: MIT
#include "socks5.h"

#include <doctest/doctest.h>

#include <vector>

using proxy65::Handshake;
using proxy65::Reply;

namespace {

const std::string hash = "0123456789abcdef0123456789abcdef01234567";

std::string bytes(std::initializer_list<int> values) {
    std::string text;
    for (const int value : values) text += static_cast<char>(value);
    return text;
}

std::string request(const std::string& name, int port = 0, int command = 1) {
    return bytes({5, command, 0, 3, static_cast<int>(name.size())}) + name + bytes({port >> 8, port & 255});
}

const std::string greeting = bytes({5, 1, 0});

struct Played {
    Handshake handshake;
    std::string replies;
    std::size_t taken = 0;
};

// Feeds `input` the way the socket loop does, in pieces of at most `piece` bytes.
Played play(std::string_view input, std::size_t piece = 1000) {
    Played played;
    while (played.handshake.wanted() > 0 && played.taken < input.size()) {
        const auto part = input.substr(played.taken, std::min(piece, played.handshake.wanted()));
        played.replies += played.handshake.take(part);
        played.taken += part.size();
    }
    return played;
}

std::string refusal(int reply) { return bytes({5, reply, 0, 1, 0, 0, 0, 0, 0, 0}); }

} // namespace

TEST_CASE("RFC 1928 3, 4: a handshake is understood at any segmentation, to its last byte and no further") {
    const auto all = greeting + request(hash);
    for (std::size_t piece = 1; piece <= all.size(); ++piece) {
        const auto played = play(all + "the first bytes of the file", piece);
        CHECK(played.handshake.hash() == hash);
        CHECK(played.taken == all.size());
        CHECK(played.handshake.wanted() == 0);
        CHECK(played.replies == bytes({5, 0}));
        CHECK_FALSE(played.handshake.is_refused());
    }
}

TEST_CASE("DESIGN 6: at no moment more bytes are wanted than the handshake still has for certain") {
    const auto all = greeting + request(hash);
    Handshake handshake;
    for (std::size_t at = 0; at < all.size(); ++at) {
        CHECK(handshake.wanted() >= 1);
        CHECK(handshake.wanted() <= all.size() - at);
        handshake.take(all.substr(at, 1));
    }
    CHECK(handshake.wanted() == 0);
}

TEST_CASE("an unfinished handshake has no hash and is not refused") {
    const auto all = greeting + request(hash);
    for (std::size_t size = 0; size < all.size(); ++size) {
        const auto played = play(std::string_view(all).substr(0, size));
        CHECK_FALSE(played.handshake.hash());
        CHECK_FALSE(played.handshake.is_refused());
    }
}

TEST_CASE("RFC 1928 6, XEP-0065 6.3.2: the answer repeats address and port as the client wrote them") {
    const std::string upper = "0123456789ABCDEF0123456789ABCDEF01234567";
    const auto played = play(greeting + request(upper));
    CHECK(played.handshake.hash() == hash);
    CHECK(played.handshake.answer(Reply::succeeded) == bytes({5, 0, 0, 3, 40}) + upper + bytes({0, 0}));
    CHECK(played.handshake.answer(Reply::not_allowed) == bytes({5, 2, 0, 3, 40}) + upper + bytes({0, 0}));
}

TEST_CASE("RFC 1928 3: method 0 may stand anywhere among 255 methods") {
    std::string methods = bytes({5, 255});
    for (int method = 1; method < 255; ++method) methods += static_cast<char>(method);
    methods += '\0';
    CHECK(play(methods + request(hash)).handshake.hash() == hash);
}

TEST_CASE("RFC 1928 3: a wrong version, no method or only methods with a password are answered FF") {
    for (const auto& wrong :
         {bytes({4, 1, 0, 80}), bytes({5, 0}), bytes({5, 2, 1, 2}), std::string("GET / HTTP/1.1")}) {
        const auto played = play(wrong);
        CHECK(played.handshake.is_refused());
        CHECK(played.replies == bytes({5, 255}));
        CHECK_FALSE(played.handshake.hash());
    }
}

TEST_CASE("RFC 1928 6: each wrong request has its reply code") {
    struct Wrong {
        std::string request;
        int reply;
    };
    const std::vector<Wrong> wrongs{
        {bytes({4, 1, 0, 3}), 1},                               // version
        {request(hash, 0, 2), 7},                               // BIND
        {request(hash, 0, 3), 7},                               // UDP ASSOCIATE
        {request("example.org", 80), 2},                        // not a bytestream
        {request(hash.substr(1)), 2},                           // 39 digits
        {request(hash + "0"), 2},                               // 41 digits
        {request("g" + hash.substr(1)), 2},                     // not hexadecimal
        {request(""), 2},                                       // no name
        {request(hash, 1), 2},                                  // port (1 is XEP-0065's UDP)
        {bytes({5, 1, 0, 1, 127, 0, 0, 1, 0, 80}), 8},          // IPv4
        {bytes({5, 1, 0, 4}) + std::string(16, 'a') + "pp", 8}, // IPv6
        {bytes({5, 1, 0, 2}), 8},                               // unknown address type
    };
    for (const auto& wrong : wrongs) {
        const auto played = play(greeting + wrong.request);
        CHECK(played.handshake.is_refused());
        CHECK(played.replies == bytes({5, 0}) + refusal(wrong.reply));
        CHECK(played.taken == greeting.size() + wrong.request.size()); // nothing left that a reset could overtake with
    }
}
