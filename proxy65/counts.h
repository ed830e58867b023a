// SPDX-License-Identifier: MIT
// How many of something each one has, and whether one more fits a limit. What has none takes no memory.
#pragma once
#include <cstdint>
#include <unordered_map>

namespace proxy65 {

template <class Key>
class Counts {
public:
    void add(const Key& key) { ++counts_[key]; }
    void remove(const Key& key) {
        const auto at = counts_.find(key);
        if (at != counts_.end() && --at->second == 0) counts_.erase(at);
    }
    std::int64_t of(const Key& key) const {
        const auto at = counts_.find(key);
        return at == counts_.end() ? 0 : at->second;
    }
    //   limit  0: none
    bool fits(const Key& key, std::int64_t more, std::int64_t limit) const {
        return limit == 0 || of(key) + more <= limit;
    }

private:
    std::unordered_map<Key, std::int64_t> counts_;
};

} // namespace proxy65
