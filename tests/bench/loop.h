// SPDX-License-Identifier: MIT
// The generator's one thread: who has bytes, who has bytes to send, until when.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

namespace bench {

using Seconds = std::chrono::duration<double>;
using Clock = std::chrono::steady_clock;

class Watched {
public:
    virtual ~Watched() = default;
    // The socket may be read or written: do both until it says EAGAIN (it is watched for edges).
    virtual void ready() = 0;
    // Asked for by `later`: send what the turn has queued.
    virtual void flush() {}

private:
    friend class Loop;
    bool is_queued_ = false;
};

class Loop {
public:
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void watch(int socket, Watched& watched);
    // Calls `flush` when everything that was readable has been handled.
    void later(Watched& watched);
    // To be called before a Watched goes away. Its socket leaves the loop by being closed.
    void forget(Watched& watched);

    // Runs until `done`; false when `limit` passed first.
    bool run_until(const std::function<bool()>& done, Seconds limit);
    void run_for(Seconds time);

private:
    void turn();
    int epoll_;
    std::vector<Watched*> queued_;
};

} // namespace bench
