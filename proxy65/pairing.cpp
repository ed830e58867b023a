// SPDX-License-Identifier: MIT
#include "pairing.h"

#include "xmpp/scram.h"

namespace proxy65 {

bool Pairing::join(const std::string& hash, Ticket ticket) {
    auto& places = places_[hash];
    if (places.first == 0)
        places.first = ticket;
    else if (places.second == 0 && !places.is_running)
        places.second = ticket;
    else
        return false;
    return true;
}

void Pairing::leave(const std::string& hash, Ticket ticket) {
    const auto at = places_.find(hash);
    if (at == places_.end() || at->second.is_running) return;
    auto& places = at->second;
    if (places.first == ticket) places.first = std::exchange(places.second, 0);
    if (places.second == ticket) places.second = 0;
    if (places.first == 0) places_.erase(at);
}

Pairing::Pair Pairing::find(const std::string& hash) const {
    const auto at = places_.find(hash);
    if (at == places_.end()) return {};
    const auto& places = at->second;
    const auto found = places.is_running ? Found::running : places.second == 0 ? Found::only_one : Found::pair;
    return {found, places.first, places.second};
}

void Pairing::mark_running(const std::string& hash) { places_.at(hash).is_running = true; }

void Pairing::forget(const std::string& hash) { places_.erase(hash); }

std::string bytestream_hash(std::string_view session_id, std::string_view initiator, std::string_view target) {
    std::string text(session_id);
    text += initiator;
    text += target;
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const unsigned char byte : xmpp::digest(xmpp::ScramHash::sha1, text)) {
        hex += digits[byte >> 4];
        hex += digits[byte & 15];
    }
    return hex;
}

} // namespace proxy65
