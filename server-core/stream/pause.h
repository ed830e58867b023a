// SPDX-License-Identifier: MIT
// Waiting in a coroutine: for a time, for a worker.
#pragma once
#include "base/task.h"
#include "net/timer.h"
#include "store/wait.h"
#include "store/workers.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace stream {

inline base::Task<> pause(net::Timers& timers, std::chrono::milliseconds time) {
    if (time.count() <= 0) co_return;
    net::Timer timer;
    co_await store::wait<int>([&](auto done) { timer = timers.after(time, [done] { done(0); }); });
}

// Runs `work` on a worker's thread; it may only touch what it holds itself. Give it a name first (store/wait.h).
template <class T>
base::Task<T> computed(store::Workers& workers, std::function<T()> work) {
    auto result = std::make_shared<std::optional<T>>();
    const auto start = [&](auto done) { workers.run([result, work] { *result = work(); }, [done] { done(0); }); };
    co_await store::wait<int>(start);
    co_return std::move(**result);
}

}  // namespace stream
