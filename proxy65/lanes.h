// SPDX-License-Identifier: MIT
// Where bytes are moved: in threads of their own, each transfer in one of them from its activation to its end.
// Everything else, and all state but the bytes under way, is the main thread's.
#pragma once
#include "lane.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace proxy65 {

class Lanes {
public:
    //   threads   0: as many as there are cores
    explicit Lanes(std::size_t threads);

    // The number of the one with the fewest transfers, with one more.
    std::size_t take();
    void give_back(std::size_t number) { --lanes_[number].transfers; }
    Lane& at(std::size_t number) { return *lanes_[number].lane; }

private:
    struct Used {
        std::unique_ptr<Lane> lane;
        std::size_t transfers = 0;
    };
    std::vector<Used> lanes_;
};

} // namespace proxy65
