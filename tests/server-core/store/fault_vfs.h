// SPDX-License-Identifier: MIT
// A SQLite VFS over the default one whose disk is slow, full or broken when a test says so, and which counts.
#pragma once
#include "power_cut.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <mutex>
#include <string>

#include <sqlite3.h>

namespace store::test {

class FaultVfs {
public:
    FaultVfs();
    ~FaultVfs();
    FaultVfs(const FaultVfs&) = delete;
    FaultVfs& operator=(const FaultVfs&) = delete;
    const char* name() const { return name_.c_str(); }

    // Counted since the start.
    std::atomic<int> wal_syncs = 0;
    std::atomic<int> database_syncs = 0;

    // Faults; set them while no sync is under way, or live with either.
    std::atomic<std::int64_t> largest_wal = std::numeric_limits<std::int64_t>::max(); // a byte beyond it: SQLITE_FULL
    std::atomic<bool> disk_is_full = false;                                           // every write: SQLITE_FULL
    std::atomic<bool> writes_fail = false; // SQLITE_IOERR
    std::atomic<bool> sync_fails = false;
    std::atomic<int> sync_milliseconds = 0; // each sync takes so much longer
    std::atomic<bool> read_fails = false;
    std::atomic<bool> skip_disk = false; // syncs return at once
    // A write of bytes that hold this text fails; empty: none does. Set it before the store is opened.
    std::string poison;

    // Told of every change that reached a file. Set it before the store is opened; null: nobody is.
    PowerCut* power = nullptr;

    // From the `number`-th operation on that changes a file (write, sync, truncate, delete; 1 is the next), `count` of them
    // fail by `code`.
    void fail_from(int number, int code, int count = std::numeric_limits<int>::max());
    int operations() const { return operations_; } // since the last `fail_from`

    // Syncs of the WAL wait from `hold_syncs` to `release_syncs`; `wait_for_held_sync` returns when one waits.
    void hold_syncs();
    void release_syncs();
    void wait_for_held_sync();

    // Called by the files of this VFS.
    int before_write(bool is_wal, const void* bytes, int size, std::int64_t offset);
    int before_sync(bool is_wal);
    int before_change(); // truncate, delete
    sqlite3_vfs* below() const { return below_; }

private:
    std::string name_;
    sqlite3_vfs* below_;
    sqlite3_vfs vfs_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool held_ = false;
    bool waits_ = false;
    std::atomic<int> operations_ = 0;
    int first_failing_ = std::numeric_limits<int>::max();
    int failing_count_ = 0;
    int failing_code_ = SQLITE_OK;
};

} // namespace store::test
