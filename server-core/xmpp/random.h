// SPDX-License-Identifier: MIT
// Randomness as an object (GnuTLS's generator): a test gives a seed and knows every id before.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>

namespace xmpp {

class Random {
public:
    std::string bytes(std::size_t count);
    // Letters and digits, 5 bits each: ids, resources, nonces.
    std::string text(std::size_t characters);
    void set_by_hand(std::uint64_t seed) { by_hand_.emplace(seed); }

private:
    std::optional<std::mt19937_64> by_hand_;
};

}  // namespace xmpp
