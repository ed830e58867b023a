// SPDX-License-Identifier: MIT
// Where bytes are moved: threads with a loop of their own, each transfer in one of them from its activation to its end.
// Everything else, and all state but the bytes under way, is the main thread's.
#pragma once
#include "net/loop.h"
#include "net/timer.h"
#include "pipes.h"
#include "relay.h"

#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

namespace proxy65 {

class Lanes {
public:
    //   threads   0: as many as there are cores; 1: none of its own, bytes are moved in `main`
    Lanes(net::Loop& main, net::Timers& timers, std::size_t threads);
    // Ends the threads.
    ~Lanes();
    Lanes(const Lanes&) = delete;
    Lanes& operator=(const Lanes&) = delete;

    // The one with the fewest transfers, with one more.
    std::size_t take();
    void give_back(std::size_t lane) { --lanes_[lane].transfers; }
    RelayRoom& room(std::size_t lane) { return lanes_[lane].room; }
    // The socket as one of that lane's.
    Relay::Socket moved(std::size_t lane, Relay::Socket socket);

private:
    struct Engine {
        net::Loop loop;
        net::Timers timers{loop};
        std::thread thread;
    };
    struct Lane {
        std::unique_ptr<Engine> engine; // none: the main thread
        std::unique_ptr<Pipes> pipes;
        RelayRoom room;
        std::size_t transfers = 0;
    };
    std::vector<Lane> lanes_;
};

} // namespace proxy65
