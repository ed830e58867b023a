// SPDX-License-Identifier: MIT
#include "store/workers.h"

#include <utility>

namespace store {

Workers::Workers(unsigned threads, Post post) : post_(std::move(post)) {
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back(&Workers::loop, this);
}

Workers::~Workers() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void Workers::run(std::function<void()> work, std::function<void()> done) {
    {
        const std::lock_guard lock(mutex_);
        queue_.emplace_back(std::move(work), std::move(done));
    }
    wake_.notify_one();
}

void Workers::loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (stopping_) return;
        auto [work, done] = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        work();
        // Both go to the loop: what they captured is destroyed on the thread that made it.
        post_([finished_work = std::move(work), finished = std::move(done)] { finished(); });
        lock.lock();
    }
}

} // namespace store
