// SPDX-License-Identifier: MIT
// A store without a disk, for tests: everything is "durable" at once, or, when told so, waits or fails.
#pragma once
#include "store/store.h"

#include <deque>
#include <map>
#include <utility>

namespace store {

class MemoryStore final : public Store {
public:
    void commit(Batch batch, Done done) override;
    void load(std::string owner, std::vector<std::string> drawers, Answer<Loaded> answer) override;
    void find(std::string owner, std::string drawer, std::string name, Answer<std::optional<std::string>> answer) override;
    void page(std::string owner, PageQuery query, Answer<std::vector<Entry>> answer) override;
    void count(std::string owner, PageQuery query, std::uint64_t below, std::size_t limit, Answer<Counted> answer) override;
    void owners(std::string drawer, Answer<std::vector<std::string>> answer) override;

    // Commits (and the reads behind them) wait until `release`; `refuse_next` refuses the next commit, or one behind it.
    void hold() { held_ = true; }
    void release();
    void refuse_next(Refusal refusal, std::size_t passing_first = 0) {
        refuse_next_ = refusal;
        passing_first_ = passing_first;
    }

private:
    void apply(const Operation& operation);
    // What the query means, oldest first, whatever its page.
    std::vector<Entry> matching(const std::string& owner, const PageQuery& query) const;
    void later(std::function<void()> fn);
    std::map<std::string, std::map<std::pair<std::string, std::string>, std::string>> records_;
    std::map<std::string, std::map<std::uint64_t, Entry>> logs_;
    std::deque<std::function<void()>> waiting_;
    std::optional<Refusal> refuse_next_;
    std::size_t passing_first_ = 0;
    bool held_ = false;
};

}  // namespace store
