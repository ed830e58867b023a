// SPDX-License-Identifier: MIT
// One thread that moves bytes. It waits in an epoll set of its own, in which each socket is registered once, by edges:
// Asio would register it anew for each wait (docs/decisions/0135).
#pragma once
#include "pipes.h"

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <vector>

namespace proxy65 {

class Relay;

// One socket of a relay, as the set knows it.
struct RelayEnd {
    Relay* relay = nullptr;
    int side = 0;
    int socket = -1;
};

class Lane {
public:
    Lane();
    // Ends the thread, and with it what still runs there, without a word.
    ~Lane();
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;

    // From any thread: runs `fn` in this one, after what was posted before.
    void post(std::function<void()> fn);

    // The rest is for relays, in this thread.

    // Tells the relay from now on what each of its ends is ready for; false: the kernel watches no more sockets.
    bool add(std::shared_ptr<Relay> relay, std::array<RelayEnd, 2>& ends);
    // Lets go of the relay, whose sockets are closed, when no event under way knows it any more.
    void remove(std::shared_ptr<Relay> relay);
    // Calls pump(way) again when the others have had their turn and, at the latest, that time has passed.
    void again(std::shared_ptr<Relay> relay, int way, std::chrono::milliseconds pause);
    Pipes& pipes() { return pipes_; }

private:
    struct Unfinished {
        std::shared_ptr<Relay> relay;
        int way;
    };

    bool watch(int socket, void* whom) const;
    void run();
    void take_turn();
    void run_posted();

    const int epoll_, wake_;
    Pipes pipes_;
    std::unordered_set<std::shared_ptr<Relay>> relays_;
    std::vector<std::shared_ptr<Relay>> removed_;
    std::vector<Unfinished> unfinished_;
    std::chrono::milliseconds patience_; // until the unfinished ones are called
    bool is_stopping_ = false;
    std::mutex mutex_; // guards `posted_`
    std::vector<std::function<void()>> posted_;
    std::thread thread_; // last: it uses all of the above
};

} // namespace proxy65
