// SPDX-License-Identifier: MIT
// The time, as an object: a test sets it by hand, so three nodes may live in one process with three times.
#pragma once
#include <chrono>

namespace base {

class Clock {
public:
    using Wall = std::chrono::system_clock::time_point;
    using Steady = std::chrono::steady_clock::time_point;

    Wall wall() const { return by_hand_ ? wall_ : std::chrono::system_clock::now(); }
    Steady steady() const { return by_hand_ ? steady_ : std::chrono::steady_clock::now(); }

    // From here on the time stands still until `advance`.
    void set_by_hand(Wall wall) {
        by_hand_ = true;
        wall_ = wall;
    }
    void advance(std::chrono::milliseconds by) {
        wall_ += by;
        steady_ += by;
    }

private:
    bool by_hand_ = false;
    Wall wall_{};
    Steady steady_{};
};

}  // namespace base
