// SPDX-License-Identifier: MIT
// Threads for what computes (PBKDF2) or blocks, so that the loop never does.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace store {

// How another thread hands something back to the loop; must be safe from any thread.
using Post = std::function<void(std::function<void()>)>;

class Workers {
public:
    Workers(unsigned threads, Post post);
    ~Workers();  // what has begun ends; what waits is dropped
    // Runs `work` on some thread, then `done` on the loop's.
    void run(std::function<void()> work, std::function<void()> done);

private:
    void loop();
    Post post_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::pair<std::function<void()>, std::function<void()>>> queue_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace store
