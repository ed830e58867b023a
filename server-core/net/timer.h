// SPDX-License-Identifier: MIT
// One timer wheel for the whole process, a tick of 100 ms: thousands of limits cost one kernel timer.
#pragma once
#include "net/loop.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace net {

// Something that happens later unless the handle is destroyed, cancelled or replaced before.
class Timer {
public:
    struct Entry;

    Timer();
    explicit Timer(std::unique_ptr<Entry> entry);
    Timer(Timer&&) noexcept;
    Timer& operator=(Timer&& other) noexcept;
    ~Timer();
    bool is_running() const;
    void cancel();

private:
    std::unique_ptr<Entry> entry_;
};

// May be destroyed before its Timers: they then never run.
class Timers {
public:
    explicit Timers(Loop& loop);
    ~Timers();
    Timers(const Timers&) = delete;
    Timers& operator=(const Timers&) = delete;

    // Runs `fn` in a turn, not before `delay` has passed and at most two ticks later. `fn` may destroy its own Timer.
    [[nodiscard]] Timer after(std::chrono::milliseconds delay, std::function<void()> fn);

private:
    struct Slot;

    std::uint64_t ticks_passed() const;
    void tick();
    void run_slot(Slot& slot);
    void arm();

    boost::asio::steady_timer timer_;
    std::chrono::steady_clock::time_point origin_ = std::chrono::steady_clock::now();
    std::vector<Slot> slots_;
    std::uint64_t now_ = 0;       // ticks since origin_ that have been run
    std::uint64_t armed_for_ = 0; // the tick that the kernel timer waits for; 0: none
};

} // namespace net
