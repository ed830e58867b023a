// SPDX-License-Identifier: MIT
// Any bytes as the client's first and final message of SCRAM, divided by the first zero byte.
#include "xmpp/scram.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto zero = text.find('\0');
    const auto first = xmpp::parse_scram_first(text.substr(0, zero));
    if (!first) return 0;
    if (first->username.empty() || first->nonce.empty() || first->gs2_header + first->bare != text.substr(0, zero)) std::abort();
    if ((first->binding == xmpp::BindingFlag::used) == first->binding_name.empty()) std::abort();
    if (zero == text.npos) return 0;
    static const auto keys = xmpp::derive_keys(xmpp::ScramHash::sha1, "pencil", "salt", 1);
    const xmpp::ScramExchange exchange(xmpp::ScramHash::sha1, *first, keys, "server", "binding");
    // Nobody guesses a proof.
    if (exchange.check(text.substr(zero + 1))) std::abort();
    return 0;
}
