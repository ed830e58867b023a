// SPDX-License-Identifier: MIT
#include "xmpp/random.h"

#include <gnutls/crypto.h>

#include <stdexcept>
#include <string_view>

namespace xmpp {

std::string Random::bytes(std::size_t count) {
    std::string out(count, '\0');
    if (by_hand_) {
        for (char& c : out) c = static_cast<char>((*by_hand_)() & 0xFF);
    } else if (count > 0 && gnutls_rnd(GNUTLS_RND_KEY, out.data(), count) != 0) {
        throw std::runtime_error("the system gives no random bytes");
    }
    return out;
}

std::string Random::text(std::size_t characters) {
    // 32 of them, without l and o, which people read as 1 and 0.
    constexpr std::string_view alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
    static_assert(alphabet.size() == 32);
    std::string out = bytes(characters);
    for (char& c : out) c = alphabet[static_cast<unsigned char>(c) & 31];
    return out;
}

}  // namespace xmpp
