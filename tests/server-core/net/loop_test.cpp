// SPDX-License-Identifier: MIT
#include "play.h"

#include "net/timer.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace {

struct Counting : net::Flushable {
    void flush() override { ++flushes; }
    int flushes = 0;
};

base::Task<> count_turns(net::Loop& loop, std::vector<std::uint64_t>& turns) {
    for (int i = 0; i < 3; ++i) {
        turns.push_back(loop.turn());
        co_await loop.next_turn();
    }
    loop.stop();
}

base::Task<> throws() {
    throw std::runtime_error("a bug");
    co_return;
}

} // namespace

TEST_CASE("what asks for a flush many times is flushed once a turn, after the functions of each turn") {
    net::Loop loop;
    Counting output;
    std::vector<int> seen;
    loop.each_turn([&] { seen.push_back(output.flushes); });
    for (int i = 0; i < 3; ++i) loop.post([&] { loop.at_turn_end(output); });
    loop.poll();
    CHECK(output.flushes == 1);
    CHECK(seen == std::vector<int>{0});
    loop.poll();
    CHECK(output.flushes == 1);
}

TEST_CASE("what is destroyed before the end of the turn is not flushed") {
    net::Loop loop;
    auto output = std::make_unique<Counting>();
    loop.at_turn_end(*output);
    output.reset();
    loop.poll();
}

TEST_CASE("next_turn resumes in another turn, even when nothing else happens") {
    net::Loop loop;
    std::vector<std::uint64_t> turns;
    loop.spawn(count_turns(loop, turns));
    play::run(loop);
    REQUIRE(turns.size() == 3);
    CHECK(turns[1] == turns[0] + 1);
    CHECK(turns[2] == turns[1] + 1);
}

TEST_CASE("DESIGN 4.6: a turn that has taken long ends, and its output is written before what else is ready is handled") {
    net::Loop loop;
    Counting output;
    std::vector<int> flushed_before;
    for (int i = 0; i < 20; ++i)
        loop.post([&] {
            flushed_before.push_back(output.flushes);
            loop.at_turn_end(output);
            for (const auto begin = std::chrono::steady_clock::now(); std::chrono::steady_clock::now() < begin + 2ms;) continue;
            if (flushed_before.size() == 20) loop.stop();
        });
    play::run(loop);
    CHECK(flushed_before.back() >= 4);
}

TEST_CASE("DESIGN 4.6: who asks hears that a turn has no time left; the next one has") {
    net::Loop loop;
    std::vector<bool> had_time;
    loop.post([&] {
        had_time.push_back(loop.has_time());
        for (const auto begin = std::chrono::steady_clock::now(); std::chrono::steady_clock::now() < begin + 6ms;) continue;
        had_time.push_back(loop.has_time());
        loop.post([&] {
            had_time.push_back(loop.has_time());
            loop.stop();
        });
    });
    play::run(loop);
    CHECK(had_time == std::vector<bool>{true, false, true});
}

TEST_CASE("an exception in a spawned task comes out of run") {
    net::Loop loop;
    loop.spawn(throws());
    CHECK_THROWS_WITH(loop.run(), "a bug");
}

TEST_CASE("stop from another thread wakes the loop") {
    net::Loop loop;
    std::thread other([&loop] { loop.stop(); });
    play::run(loop);
    other.join();
}

TEST_CASE("a loop that ends destroys the tasks that wait in it") {
    std::vector<std::uint64_t> turns;
    net::Loop loop;
    loop.spawn(count_turns(loop, turns));
    loop.poll();
    CHECK(turns.size() == 1);
}

TEST_CASE("a timer runs once, not before its delay and at most two ticks later") {
    net::Loop loop;
    net::Timers timers(loop);
    const auto start = std::chrono::steady_clock::now();
    std::chrono::steady_clock::duration passed{};
    int runs = 0;
    const auto timer = timers.after(150ms, [&] {
        ++runs;
        passed = std::chrono::steady_clock::now() - start;
    });
    const auto later = timers.after(500ms, [&] { loop.stop(); });
    CHECK(timer.is_running());
    play::run(loop);
    CHECK(runs == 1);
    CHECK(passed >= 150ms);
    CHECK(passed < 150ms + 10 * 200ms); // ten times the promise: a busy machine
    CHECK_FALSE(timer.is_running());
}

TEST_CASE("a cancelled, replaced or destroyed timer never runs") {
    net::Loop loop;
    net::Timers timers(loop);
    bool ran = false;
    auto cancelled = timers.after(1ms, [&] { ran = true; });
    cancelled.cancel();
    CHECK_FALSE(cancelled.is_running());
    auto replaced = timers.after(1ms, [&] { ran = true; });
    replaced = timers.after(1ms, [] {});
    {
        const auto destroyed = timers.after(1ms, [&] { ran = true; });
    }
    const auto end = timers.after(300ms, [&] { loop.stop(); });
    play::run(loop);
    CHECK_FALSE(ran);
}

TEST_CASE("a timer's function may destroy its own timer, cancel another of its tick and start a new one") {
    net::Loop loop;
    net::Timers timers(loop);
    net::Timer first, second, third;
    bool second_ran = false;
    first = timers.after(0ms, [&] {
        second.cancel();
        first = net::Timer();
        third = timers.after(0ms, [&] { loop.stop(); });
    });
    second = timers.after(0ms, [&] { second_ran = true; });
    play::run(loop);
    CHECK_FALSE(second_ran);
}

TEST_CASE("10,000 timers all run, in the order of their ticks") {
    net::Loop loop;
    net::Timers timers(loop);
    std::vector<net::Timer> kept;
    std::vector<std::chrono::steady_clock::time_point> order;  // when each was due
    for (int i = 0; i < 10000; ++i) {
        const std::chrono::milliseconds delay(i % 5 * 120);
        kept.push_back(timers.after(delay, [&order, &loop, due = std::chrono::steady_clock::now() + delay] {
            order.push_back(due);
            if (order.size() == 10000) loop.stop();
        }));
    }
    play::run(loop);
    CHECK(order.size() == 10000);
    const auto is_a_tick_before = [](const auto& one, const auto& other) { return one + 150ms < other; };
    CHECK(std::is_sorted(order.begin(), order.end(), is_a_tick_before));
}

TEST_CASE("a timer outlives its wheel without running") {
    net::Loop loop;
    net::Timer timer;
    {
        net::Timers timers(loop);
        timer = timers.after(0ms, [] { FAIL("it ran"); });
    }
    CHECK_FALSE(timer.is_running());
    loop.poll();
}
