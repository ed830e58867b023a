// SPDX-License-Identifier: MIT
#include "purple-plugin/reconnect.h"

#include <doctest/doctest.h>

using purple_plugin::seconds_before_try;

TEST_CASE("the wait doubles from ten seconds and stops at two minutes") {
    const unsigned least[] = {10, 20, 40, 80, 120, 120, 120};
    for (unsigned tries = 0; tries < std::size(least); ++tries) CHECK(seconds_before_try(tries, 0) == least[tries]);
    CHECK(seconds_before_try(1000, 0) == 120);
}

TEST_CASE("chance spreads the desks over as much time again") {
    CHECK(seconds_before_try(0, 0.5) == 15);
    CHECK(seconds_before_try(0, 0.999) == 19);
    CHECK(seconds_before_try(9, 0.999) < 240);
}

TEST_CASE("a server that is away for an hour is asked thirty-three times at most by a desk") {
    unsigned seconds = 0, tries = 0;
    while (seconds < 3600) seconds += seconds_before_try(tries++, 0);
    CHECK(tries == 33);
}
