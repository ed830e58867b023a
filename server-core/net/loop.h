// SPDX-License-Identifier: MIT
// The event loop, in turns: whatever is ready is handled, then each socket with output is written once.
#pragma once
#include "base/task.h"

#include <boost/asio/io_context.hpp>
#include <boost/intrusive/list.hpp>

#include <chrono>
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
    // Runs turns until `stop`; exceptions of handlers pass through.
    void run();
    // Handles what is ready, without waiting, as one turn; for tests.
    void poll();
    void stop();

    boost::asio::io_context& context() { return context_; }
    // Runs `task` by itself; an exception in it ends the program with a log line, it is a bug.
    void spawn(base::Task<> task);
    // Safe from any thread: runs `fn` in a turn.
    void post(std::function<void()> fn);
    // `flushable.flush()` runs once at the end of this turn, however often it is asked for.
    void at_turn_end(Flushable& flushable);
    // Runs `fn` at the end of every turn, before the sockets are written (the store hands its group over here).
    void each_turn(std::function<void()> fn);
    // Scratch space for reading, shared by all connections; valid until the reader waits.
    std::span<char> read_buffer();

private:
    void end_turn();
    boost::asio::io_context context_{1};
    boost::intrusive::list<Flushable, boost::intrusive::constant_time_size<false>> flushables_;
    std::vector<std::function<void()>> each_turn_;
    std::vector<char> read_buffer_ = std::vector<char>(64 * 1024);
};

}  // namespace net
