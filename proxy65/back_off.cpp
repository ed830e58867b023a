// SPDX-License-Identifier: MIT
#include "back_off.h"

#include <algorithm>
#include <cstdint>

namespace proxy65 {
namespace {

using namespace std::chrono_literals;
constexpr std::chrono::milliseconds shortest = 1s, longest = 60s;
constexpr int most_doublings = 6; // which are more than the longest

} // namespace

std::chrono::milliseconds BackOff::after_failure() {
    const auto base = std::min(shortest * (1 << failures_), longest);
    failures_ = std::min(failures_ + 1, most_doublings);
    std::uniform_int_distribution<std::int64_t> spread(-base.count() / 4, base.count() / 4);
    return std::clamp(base + std::chrono::milliseconds(spread(jitter_)), shortest, longest);
}

} // namespace proxy65
