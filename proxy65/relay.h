// SPDX-License-Identifier: MIT
// One transfer: bytes both ways by splice(2), none of them in user space, each passed on at once.
#pragma once
#include "counters.h"
#include "net/loop.h"
#include "net/timer.h"
#include "pipes.h"

#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace proxy65 {

// As the log says it.
const char* to_text(Ending ending);

// 0: no limit.
struct RelayLimits {
    std::chrono::seconds idle{0};
    std::chrono::seconds lifetime{0};
};

// What relays share; must outlive them.
struct RelayRoom {
    net::Loop& loop;
    net::Timers& timers;
    Pipes& pipes;
};

// Lives until it has ended and the last event that knows it has gone by. Runs in its room's thread; what others may call
// from theirs says so.
class Relay : public std::enable_shared_from_this<Relay> {
public:
    using Socket = boost::asio::ip::tcp::socket;
    using Clock = std::chrono::steady_clock;

    // `ended` is called once, in the room's thread. Half-close is passed on: the end of one direction is shut down on the other socket after
    // its last byte; the transfer is finished when both directions are.
    Relay(RelayRoom& room, RelayLimits limits, Socket first, Socket second, std::function<void(Ending)> ended);
    // From any thread.
    void start();
    void end(Ending ending);
    // Bytes per second each way from now on; nothing: as fast as it goes. The kernel holds back what would be more, so
    // that the sender feels it. From any thread, or before the start.
    void pace(std::optional<std::uint64_t> rate);

    // From any thread: bytes that the kernel took.
    std::uint64_t bytes_from_first() const { return directions_[0].moved.load(std::memory_order_relaxed); }
    std::uint64_t bytes_from_second() const { return directions_[1].moved.load(std::memory_order_relaxed); }
    Clock::duration age() const { return Clock::now() - started_; }

private:
    struct Direction {
        std::optional<Pipe> pipe;
        std::size_t held = 0; // bytes in the pipe
        std::atomic<std::uint64_t> moved = 0; // others read it
        bool is_done = false; // its end has been passed on
    };
    enum class Step { moved, source_empty, target_full, no_pipe, source_ended, failed };

    Socket& source(int way) { return sockets_[static_cast<std::size_t>(way)]; }
    Socket& target(int way) { return sockets_[static_cast<std::size_t>(1 - way)]; }
    Direction& direction(int way) { return directions_[static_cast<std::size_t>(way)]; }

    void begin();
    void finish(Ending ending);
    void set_rate(std::uint64_t bytes_a_second);
    void pump(int way);
    Step fill(int way);
    Step drain(int way);
    void wait(int way, Step blocked);
    void pass_end_on(int way);
    void check_limits();

    RelayRoom& room_;
    const RelayLimits limits_;
    std::array<Socket, 2> sockets_;
    std::array<Direction, 2> directions_; // [0] from the first socket to the second
    std::function<void(Ending)> ended_;
    Clock::time_point started_ = Clock::now();
    Clock::time_point last_moved_ = started_;
    net::Timer limit_;
    std::array<net::Timer, 2> retries_;
    bool is_started_ = false; // of the thread that starts
    bool is_over_ = false;
};

} // namespace proxy65
