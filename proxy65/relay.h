// SPDX-License-Identifier: MIT
// One transfer: bytes both ways by splice(2), none of them in user space, each passed on at once.
#pragma once
#include "counters.h"
#include "lane.h"
#include "pipes.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace proxy65 {

// As the log says it.
const char* to_text(Ending ending);

// Runs in its lane's thread; what others may call from theirs says so.
class Relay : public std::enable_shared_from_this<Relay> {
public:
    using Clock = std::chrono::steady_clock;

    //   sockets  connected, without blocking; theirs is the relay from now on
    //   ended    called once, in the lane's thread. Half-close is passed on: the end of one direction is shut down on the
    //            other socket after its last byte; the transfer is finished when both directions are
    Relay(Lane& lane, std::array<int, 2> sockets, std::function<void(Ending)> ended);
    ~Relay();
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;

    // By who made it.
    void start();
    void end(Ending ending);
    // Bytes per second each way from now on; nothing: as fast as it goes. The kernel holds back what would be more, so
    // that the sender feels it. Also before the start.
    void pace(std::optional<std::uint64_t> rate);

    // From any thread: bytes that the kernel took, and when it took the last ones.
    std::uint64_t bytes_from_first() const { return directions_[0].moved.load(std::memory_order_relaxed); }
    std::uint64_t bytes_from_second() const { return directions_[1].moved.load(std::memory_order_relaxed); }
    Clock::time_point last_moved() const { return last_moved_.load(std::memory_order_relaxed); }
    Clock::time_point started() const { return started_; }

    // By the lane: what epoll says of the socket of one side.
    void ready(int side, std::uint32_t events);
    // By the lane, once it has been asked for: moves bytes from side `way` to the other.
    void pump(int way);

private:
    struct Direction {
        std::optional<Pipe> pipe;
        std::size_t held = 0; // bytes in the pipe: the target was full
        std::atomic<std::uint64_t> moved = 0; // others read it
        bool is_done = false;   // its end has been passed on
        bool is_called = false; // the lane will call pump()
    };
    enum class Step { moved, source_empty, target_full, no_pipe, source_ended, failed };

    int source(int way) const { return ends_[static_cast<std::size_t>(way)].socket; }
    int target(int way) const { return ends_[static_cast<std::size_t>(1 - way)].socket; }
    Direction& direction(int way) { return directions_[static_cast<std::size_t>(way)]; }

    void begin();
    void finish(Ending ending);
    void set_rate(std::uint64_t bytes_a_second);
    Step fill(int way);
    Step drain(int way);
    void go_on(int way, Step last);
    void pass_end_on(int way);
    void close_sockets();

    Lane& lane_;
    std::array<RelayEnd, 2> ends_;
    std::array<Direction, 2> directions_; // [0] from the first socket to the second
    std::function<void(Ending)> ended_;
    const Clock::time_point started_ = Clock::now();
    std::atomic<Clock::time_point> last_moved_ = started_;
    bool is_started_ = false; // of the thread that starts
    bool is_over_ = false;
};

} // namespace proxy65
