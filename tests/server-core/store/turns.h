// SPDX-License-Identifier: MIT
// The loop's part in a store's test: collects what other threads post and runs it, one turn at a time.
#pragma once
#include "store/store.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

namespace store::test {

class Turns {
public:
    // A Post; safe from any thread.
    void post(std::function<void()> fn) {
        const std::lock_guard lock(mutex_);
        posted_.push_back(std::move(fn));
        ++posts_;
        wake_.notify_one();
    }
    auto poster() {
        return [this](std::function<void()> fn) { post(std::move(fn)); };
    }

    // Ends the turn, runs what was posted, and again, until `reached`; throws after ten seconds.
    template <class Reached>
    void until(Store& store, Reached reached) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        for (;;) {
            store.end_turn();
            if (reached()) return;
            std::unique_lock lock(mutex_);
            if (!wake_.wait_until(lock, deadline, [this] { return !posted_.empty(); }))
                throw std::runtime_error("what the test waits for did not come");
            const auto turn = std::exchange(posted_, {});
            lock.unlock();
            for (const auto& fn : turn) fn();
        }
    }

    std::size_t posts() {
        const std::lock_guard lock(mutex_);
        return posts_;
    }

private:
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<std::function<void()>> posted_;
    std::size_t posts_ = 0;
};

// The store's calls as plain functions that wait.
class Asked {
public:
    Asked(Store& store, Turns& turns) : store_(store), turns_(turns) {}

    std::optional<Refusal> commit(Batch batch) {
        std::optional<std::optional<Refusal>> answer;
        store_.commit(std::move(batch), [&](std::optional<Refusal> refusal) { answer = refusal; });
        turns_.until(store_, [&] { return answer.has_value(); });
        return *answer;
    }
    Loaded load(std::string owner, std::vector<std::string> drawers) {
        return wait<Loaded>([&](auto answer) { store_.load(owner, drawers, answer); });
    }
    std::optional<std::string> find(std::string owner, std::string drawer, std::string name) {
        return wait<std::optional<std::string>>([&](auto answer) { store_.find(owner, drawer, name, answer); });
    }
    std::vector<Entry> page(std::string owner, PageQuery query = {}) {
        return wait<std::vector<Entry>>([&](auto answer) { store_.page(owner, query, answer); });
    }
    Counted count(std::string owner, PageQuery query, std::uint64_t below = 0, std::size_t limit = SIZE_MAX) {
        return wait<Counted>([&](auto answer) { store_.count(owner, query, below, limit, answer); });
    }
    std::vector<std::string> owners(std::string drawer) {
        return wait<std::vector<std::string>>([&](auto answer) { store_.owners(drawer, answer); });
    }

private:
    template <class T, class Start>
    T wait(Start start) {
        std::optional<base::Result<T, Refusal>> result;
        start([&](base::Result<T, Refusal> answer) { result = std::move(answer); });
        turns_.until(store_, [&] { return result.has_value(); });
        return std::move(result->value());
    }
    Store& store_;
    Turns& turns_;
};

inline Put put(std::string owner, std::string drawer, std::string name, std::string value) {
    return {std::move(owner), {std::move(drawer), std::move(name), std::move(value)}};
}

// An entry whose texts follow from its id.
inline Append append(std::string owner, std::uint64_t id) {
    const auto number = std::to_string(id);
    return {std::move(owner),
            {id, Time(std::chrono::milliseconds(1'700'000'000'000 + id % 1000)), "with-" + number + "@capulet.example",
             "<message><body>" + number + "</body></message>", id % 2 == 0}};
}

inline std::vector<std::uint64_t> ids(const std::vector<Entry>& page) {
    std::vector<std::uint64_t> found;
    for (const Entry& entry : page) found.push_back(entry.id);
    return found;
}

} // namespace store::test
