// SPDX-License-Identifier: MIT
// What the servers cost: CPU time and memory of their process trees, read at the borders of the measured span.
#pragma once
#include "loop.h"

#include <vector>

namespace bench {

struct Cost {
    double cpu_seconds = 0; // user and system
    double pss_kib = 0;
    Clock::time_point when{};
};

class Meter {
public:
    // `processes`: the roots; their children count as well.
    explicit Meter(std::vector<int> processes) : processes_(std::move(processes)) {}

    // CPU alone: reading PSS walks all pages, which costs the server nothing but the machine some time.
    Cost cpu() const;
    Cost cpu_and_memory() const;

private:
    std::vector<int> tree() const;
    std::vector<int> processes_;
};

} // namespace bench
