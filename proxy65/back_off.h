// SPDX-License-Identifier: MIT
// How long to wait before a server that was away is tried again: longer each time, up to a bound.
#pragma once
#include <chrono>
#include <random>

namespace proxy65 {

class BackOff {
public:
    // The pause after one more failure in a row: 1, 2, 4 and so on up to 60 seconds, each a quarter more or less, so that
    // many proxies do not come back in one instant; never below 1 nor above 60.
    std::chrono::milliseconds after_failure();
    void begin_anew() { failures_ = 0; }

private:
    int failures_ = 0;
    std::minstd_rand jitter_{std::random_device{}()};
};

} // namespace proxy65
