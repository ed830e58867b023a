// SPDX-License-Identifier: MIT
#include "store/memory/memory_store.h"
#include "store/workers.h"
#include "turns.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

using namespace store;
using namespace store::test;

TEST_CASE("DESIGN 4.6: work runs on other threads, what follows it on the loop's") {
    Turns turns;
    MemoryStore none;
    Workers workers(2, turns.poster());
    const auto loop = std::this_thread::get_id();
    std::atomic<int> elsewhere = 0;
    int finished = 0;
    for (int i = 0; i < 100; ++i) {
        workers.run([&] { elsewhere += std::this_thread::get_id() != loop; },
                    [&] { finished += std::this_thread::get_id() == loop; });
    }
    turns.until(none, [&] { return finished == 100; });
    CHECK(elsewhere == 100);
}

TEST_CASE("work that has begun ends with its workers, work that waits is dropped") {
    constexpr int most = 10000;
    Turns turns;
    std::atomic<bool> begun = false;
    std::atomic<int> ended = 0;
    {
        Workers workers(1, turns.poster());
        for (int i = 0; i < most; ++i) {
            workers.run(
                [&] {
                    begun = true;
                    begun.notify_one();
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                    ++ended;
                },
                [] {});
        }
        begun.wait(false);
    }
    CHECK(ended >= 1);
    CHECK(ended < most);
    CHECK(turns.posts() == static_cast<std::size_t>(ended));
}
