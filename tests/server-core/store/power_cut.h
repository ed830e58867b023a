// SPDX-License-Identifier: MIT
// What a disk holds when the power fails: all that was synced and, of what was written since, any sectors. Fed by FaultVfs.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace store::test {

class PowerCut {
public:
    // Files by name, and their bytes.
    using Files = std::map<std::string, std::string>;
    struct File; // outlives its name, as an inode does

    // Called before each change of a file, on the thread that makes it.
    std::function<void()> before_change;

    std::shared_ptr<File> opens(const std::string& path);
    void writes(File& file, std::string_view bytes, std::uint64_t offset);
    void truncates(File& file, std::uint64_t size);
    void syncs(File& file);
    void deletes(const std::string& path, bool is_synced);

    // Of each sector that was written and not synced, of truncations, new and deleted names, `chance` (0 to 1) is kept:
    // an earlier one may be missing where a later one is there.
    Files left(double chance, unsigned seed) const;
    // The same, and no change is made any more: who makes one waits for ever.
    Files fail(double chance, unsigned seed) const;

private:
    struct Change {
        std::string bytes;
        std::uint64_t offset = 0; // or the new size
        bool truncates = false;
    };
    using Names = std::map<std::string, std::shared_ptr<File>>;
    static void apply(std::string& bytes, const Change& change, const std::function<bool()>& is_kept);
    void changes() const;
    Files left_now(double chance, unsigned seed) const;

    mutable std::mutex mutex_;
    Names names_;  // as a process sees them
    Names synced_; // as the disk has them for certain
};

} // namespace store::test
