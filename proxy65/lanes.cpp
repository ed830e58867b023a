// SPDX-License-Identifier: MIT
#include "lanes.h"

#include <algorithm>
#include <thread>

namespace proxy65 {
namespace {

constexpr std::size_t most_threads = 16; // where nobody says how many

} // namespace

Lanes::Lanes(std::size_t threads) {
    if (threads == 0) threads = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, most_threads);
    for (std::size_t i = 0; i < threads; ++i) lanes_.push_back({std::make_unique<Lane>()});
}

std::size_t Lanes::take() {
    const auto fewest = std::min_element(lanes_.begin(), lanes_.end(), [](const Used& a, const Used& b) {
        return a.transfers < b.transfers;
    });
    ++fewest->transfers;
    return static_cast<std::size_t>(fewest - lanes_.begin());
}

} // namespace proxy65
