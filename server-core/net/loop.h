// SPDX-License-Identifier: MIT
// The event loop, in turns: whatever is ready is handled, then each socket with output is written once.
#pragma once
#include "base/task.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/intrusive/list.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace net {

// Something with output to send when the turn ends. Unlinks itself when destroyed.
class Flushable : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
public:
    virtual ~Flushable() = default;
    virtual void flush() = 0;
};

class Loop {
public:
    Loop() = default;
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    // Runs turns until `stop`, the last one to its end; exceptions of handlers pass through.
    void run();
    // Handles what is ready, without waiting and however long it takes, as one turn; for tests.
    void poll();
    // Safe from any thread.
    void stop();

    boost::asio::io_context& context() { return context_; }
    // Runs `task` by itself; an exception in it comes out of `run`, it is a bug.
    void spawn(base::Task<> task);
    // Safe from any thread: runs `fn` in a turn.
    void post(std::function<void()> fn);
    // Lets all others go first: resumes in the next turn, when this turn's output is written.
    base::Task<> next_turn();
    // Which turn this is: what takes only a share of each turn compares it.
    std::uint64_t turn() const { return turn_; }
    // Whether this turn may go on; what handles many things at once asks behind each, and lets all others go first.
    bool has_time();
    // `flushable.flush()` runs once at the end of this turn, however often it is asked for.
    void at_turn_end(Flushable& flushable);
    // Runs `fn` at the end of every turn, before the sockets are written (the store hands its group over here).
    void each_turn(std::function<void()> fn);
    // Scratch space for reading, shared by all connections; valid until the reader waits.
    std::span<char> read_buffer() { return read_buffer_; }

    // Connections that were closed and still send their last bytes: who stops the program may wait until none is left.
    std::size_t departing() const { return departing_; }
    // Counts one of them for as long as it lives.
    class Departure {
    public:
        explicit Departure(Loop& loop) : loop_(loop) { ++loop_.departing_; }
        ~Departure() { --loop_.departing_; }
        Departure(const Departure&) = delete;
        Departure& operator=(const Departure&) = delete;

    private:
        Loop& loop_;
    };

private:
    using Moment = std::chrono::steady_clock::time_point;
    using Flushables = boost::intrusive::list<Flushable, boost::intrusive::constant_time_size<false>>;

    void take_turn(bool may_wait);
    void end_turn();

    Flushables flushables_;
    std::vector<std::function<void()>> each_turn_;
    std::vector<std::function<void()>> next_turn_;
    std::vector<char> read_buffer_ = std::vector<char>(64 * 1024);
    std::uint64_t turn_ = 0;
    Moment turn_ends_;
    std::size_t departing_ = 0;
    std::atomic<bool> stopping_ = false;
    // Last, so that it goes first: coroutines that die with it still find the rest.
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
};

} // namespace net
