// SPDX-License-Identifier: MIT
// The thread that owns the connection: writes in groups, serves reads behind them, makes checkpoints (DESIGN 4.1).
#pragma once
#include "base/log.h"
#include "store/sqlite/copying.h"
#include "store/sqlite/tables.h"
#include "store/workers.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <variant>
#include <vector>

namespace store {

struct Write {
    Batch batch;
    Done done;
};
// Reads on the disk's thread and returns what hands the answer over on the loop's.
using Read = std::function<std::function<void()>(Tables&)>;

// A copy of the whole store, made between commits and reads.
struct Copy {
    std::string file;
    CopyDone done;
};

class DiskThread {
public:
    // `tables` are prepared, on `connection`; both are the thread's from now on.
    DiskThread(Connection connection, std::unique_ptr<Tables> tables, Post post, const base::Log& log);
    ~DiskThread(); // all that was added is written and answered, a copy given up; then the file is closed

    // On the loop's thread: keeps the job until the turn ends, then hands the turn's jobs over at once.
    void add(Write write);
    void add(Read read);
    void add(Copy copy);
    void hand_over();

private:
    using Job = std::variant<Write, Read, Copy>;
    using Clock = std::chrono::steady_clock;

    void run();
    bool take_jobs();
    void wait_for_work(std::unique_lock<std::mutex>& lock);
    void sort_in(std::vector<Job> jobs);
    bool may_commit() const;
    void commit_group();
    std::vector<std::optional<Refusal>> write(const std::vector<Write>& group);
    void complain(int code);
    void say_it_writes();
    void serve_reads();
    void begin(Copy copy);
    void copy_pages();
    void checkpoint();
    void checkpoint_when_large();

    Post post_;
    const base::Log& log_;
    std::vector<Job> turn_; // the loop's thread only

    std::mutex mutex_; // guards these four
    std::condition_variable wake_;
    std::vector<Job> incoming_;
    bool idle_ = false; // waits for jobs, so it must be woken
    bool stopping_ = false;

    // The disk's thread only.
    Connection connection_;
    std::unique_ptr<Tables> tables_; // after the connection: one that closes with statements open leaves its WAL
    std::optional<Copying> copying_; // after the connection that it reads
    std::vector<Write> writes_;      // the next group
    std::deque<Read> behind_;        // came after one of `writes_`
    std::deque<Read> ready_;         // every write before them is committed
    Clock::time_point last_commit_{};
    bool last_one_ = false; // `stopping_` was seen
    Clock::time_point last_complaint_{};
    unsigned complaints_held_back_ = 0;
    bool has_complained_ = false; // and nothing was written since
    int wal_frames_ = 0;    // set by SQLite after each commit
    int checkpoint_at_;

    std::thread thread_; // last: it uses all of the above
};

} // namespace store
