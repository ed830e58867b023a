// SPDX-License-Identifier: MIT
// One timer wheel for the whole process, a tick of 100 ms: thousands of limits cost one kernel timer.
#pragma once
#include "base/clock.h"
#include "net/loop.h"

#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace net {

// Something that happens later unless the handle is destroyed or reset before.
class Timer {
public:
    Timer() = default;
    bool is_running() const;
    void cancel();
    struct Entry;
    explicit Timer(std::shared_ptr<Entry> entry) : entry_(std::move(entry)) {}
    Timer(Timer&&) noexcept = default;
    Timer& operator=(Timer&& other) noexcept;
    ~Timer();

private:
    std::shared_ptr<Entry> entry_;
};

class Timers {
public:
    explicit Timers(Loop& loop);
    // Runs `fn` in a turn, not before `delay` has passed and at most two ticks later.
    [[nodiscard]] Timer after(std::chrono::milliseconds delay, std::function<void()> fn);

private:
    void tick();
    void arm();
    Loop& loop_;
    boost::asio::steady_timer timer_;
    std::vector<std::vector<std::shared_ptr<Timer::Entry>>> slots_;
    std::uint64_t now_ = 0;  // ticks
    std::size_t waiting_ = 0;
    bool armed_ = false;
};

}  // namespace net
