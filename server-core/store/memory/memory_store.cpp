// SPDX-License-Identifier: MIT
#include "store/memory/memory_store.h"

#include "store/matching.h"

#include <algorithm>

namespace store {
namespace {

template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>; // clang 16 does not find it by itself

} // namespace

void MemoryStore::commit(Batch batch, Done done) {
    const bool passes = refuse_next_ && passing_first_ != 0;
    if (passes) --passing_first_;
    const auto refusal = passes ? std::nullopt : std::exchange(refuse_next_, std::nullopt);
    later([this, batch = std::move(batch), done = std::move(done), refusal] {
        if (!refusal) {
            for (const Operation& operation : batch) apply(operation);
        }
        if (done) done(refusal);
    });
}

void MemoryStore::load(std::string owner, std::vector<std::string> drawers, Answer<Loaded> answer) {
    later([this, owner = std::move(owner), drawers = std::move(drawers), answer = std::move(answer)] {
        Loaded loaded;
        if (const auto records = records_.find(owner); records != records_.end()) {
            for (const auto& [key, value] : records->second) {
                if (std::find(drawers.begin(), drawers.end(), key.first) == drawers.end()) continue;
                loaded.records.push_back({key.first, key.second, value});
            }
        }
        if (const auto log = logs_.find(owner); log != logs_.end() && !log->second.empty())
            loaded.last_entry_id = log->second.rbegin()->first;
        answer(std::move(loaded));
    });
}

void MemoryStore::find(std::string owner, std::string drawer, std::string name,
                       Answer<std::optional<std::string>> answer) {
    later([this, owner = std::move(owner), key = std::pair(std::move(drawer), std::move(name)),
           answer = std::move(answer)] {
        std::optional<std::string> found;
        if (const auto records = records_.find(owner); records != records_.end()) {
            if (const auto record = records->second.find(key); record != records->second.end()) found = record->second;
        }
        answer(std::move(found));
    });
}

void MemoryStore::page(std::string owner, PageQuery query, Answer<std::vector<Entry>> answer) {
    later([this, owner = std::move(owner), query = std::move(query), answer = std::move(answer)] {
        std::vector<Entry> page = matching(owner, query);
        cut_page(query, page);
        answer(std::move(page));
    });
}

void MemoryStore::count(std::string owner, PageQuery query, std::uint64_t below, std::size_t limit, Answer<Counted> answer) {
    later([this, owner = std::move(owner), query = std::move(query), below, limit, answer = std::move(answer)] {
        std::vector<Entry> found = matching(owner, query);
        found.resize(std::min(found.size(), limit));
        const auto first = std::ranges::find_if(found, [&](const Entry& entry) { return entry.id >= below; });
        answer(Counted{found.size(), static_cast<std::size_t>(first - found.begin())});
    });
}

std::vector<Entry> MemoryStore::matching(const std::string& owner, const PageQuery& query) const {
    std::vector<Entry> found;
    const auto log = logs_.find(owner);
    if (log == logs_.end()) return found;
    for (const auto& [id, entry] : log->second)
        if (matches(query, entry)) found.push_back(entry);
    return found;
}

void MemoryStore::owners(std::string drawer, Answer<std::vector<std::string>> answer) {
    later([this, drawer = std::move(drawer), answer = std::move(answer)] {
        std::vector<std::string> found;
        for (const auto& [owner, records] : records_) {
            const auto record = records.lower_bound({drawer, ""});
            if (record != records.end() && record->first.first == drawer) found.push_back(owner);
        }
        answer(std::move(found));
    });
}

void MemoryStore::release() {
    held_ = false;
    // A callback may hold again; the rest then waits on.
    while (!held_ && !waiting_.empty()) {
        const auto fn = std::move(waiting_.front());
        waiting_.pop_front();
        fn();
    }
}

void MemoryStore::apply(const Operation& operation) {
    std::visit(Overloaded{
                   [this](const Put& put) {
                       records_[put.owner][{put.record.drawer, put.record.name}] = put.record.value;
                   },
                   [this](const Erase& erase) {
                       records_[erase.owner].erase({erase.drawer, erase.name});
                   },
                   [this](const EraseDrawer& erase) {
                       std::erase_if(records_[erase.owner],
                                     [&](const auto& record) { return record.first.first == erase.drawer; });
                   },
                   [this](const EraseOwner& erase) {
                       records_.erase(erase.owner);
                       logs_.erase(erase.owner);
                   },
                   [this](const Append& append) {
                       Entry entry = append.entry;
                       entry.stamp = std::chrono::floor<std::chrono::milliseconds>(entry.stamp);
                       logs_[append.owner].try_emplace(entry.id, std::move(entry));
                   },
                   [this](const Trim& trim) {
                       auto& log = logs_[trim.owner];
                       log.erase(log.begin(), log.upper_bound(trim.up_to));
                   },
                   [this](const ForgetPassing& forget) {
                       std::erase_if(logs_[forget.owner],
                                     [&](const auto& one) { return one.first <= forget.up_to && !one.second.archived; });
                   },
                   [this](const Rewrite& rewrite) {
                       auto& log = logs_[rewrite.owner];
                       if (const auto found = log.find(rewrite.id); found != log.end()) found->second.stanza = rewrite.stanza;
                   },
               },
               operation);
}

void MemoryStore::later(std::function<void()> fn) {
    // While `release` works through what waits, what comes new stays behind it.
    if (held_ || !waiting_.empty())
        waiting_.push_back(std::move(fn));
    else
        fn();
}

} // namespace store
