// SPDX-License-Identifier: MIT
#include "back_off.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace std::chrono_literals;

TEST_CASE("DESIGN 6: the pause doubles from one second to one minute, a quarter more or less, and stays within both") {
    for (int round = 0; round < 100; ++round) { // each has its own jitter
        proxy65::BackOff back_off;
        for (const auto base : {1000ms, 2000ms, 4000ms, 8000ms, 16000ms, 32000ms}) {
            const auto pause = back_off.after_failure();
            CHECK(pause >= std::max(base * 3 / 4, 1000ms));
            CHECK(pause <= base * 5 / 4);
        }
    }
    proxy65::BackOff back_off;
    for (int failure = 0; failure < 6; ++failure) back_off.after_failure();
    auto shortest = 60000ms, longest = 0ms;
    for (int failure = 0; failure < 1000; ++failure) {
        const auto pause = back_off.after_failure();
        shortest = std::min(shortest, pause);
        longest = std::max(longest, pause);
    }
    CHECK(shortest >= 45000ms);
    CHECK(shortest < 50000ms); // they differ
    CHECK(longest == 60000ms);
}

TEST_CASE("once it was joined the pauses begin anew") {
    proxy65::BackOff back_off;
    for (int failure = 0; failure < 10; ++failure) back_off.after_failure();
    back_off.begin_anew();
    CHECK(back_off.after_failure() <= 1250ms);
}
