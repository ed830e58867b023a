// SPDX-License-Identifier: MIT
// libFuzzer: a SOCKS5 handshake at any segmentation. The first byte of the input is the size of the pieces.
#include "socks5.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

struct Outcome {
    std::string replies;
    std::string hash;
    std::size_t taken = 0;
    bool is_refused = false;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome play(std::string_view input, std::size_t piece) {
    proxy65::Handshake handshake;
    Outcome outcome;
    while (handshake.wanted() > 0 && outcome.taken < input.size()) {
        const auto part = input.substr(outcome.taken, std::min(piece, handshake.wanted()));
        outcome.replies += handshake.take(part);
        outcome.taken += part.size();
    }
    if (handshake.hash()) outcome.hash = *handshake.hash();
    outcome.is_refused = handshake.is_refused();
    return outcome;
}

void demand(bool holds) {
    if (!holds) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view input(reinterpret_cast<const char*>(bytes) + 1, size - 1);
    const auto whole = play(input, input.size() + 1);
    demand(whole == play(input, bytes[0] + 1u));
    demand(whole == play(input, 1));
    demand(whole.hash.empty() || whole.hash.size() == 40);
    demand(whole.hash.empty() || !whole.is_refused);
    demand(whole.taken <= 2 + 255 + 4 + 1 + 255 + 2); // the longest handshake there is
    demand(whole.replies.size() <= 2 + 10);
    return 0;
}
