// SPDX-License-Identifier: MIT
#include "store/sqlite/disk_thread.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace store {
namespace {

// Under load a group waits this long after the start of the last one: fewer, larger groups cost less CPU a message.
constexpr auto group_interval = std::chrono::milliseconds(2);
// So long may reads hold up the next group.
constexpr auto read_share = std::chrono::milliseconds(2);
// Frames of 4 KiB. A checkpoint is made under load at the first, when idle for a second at the second.
constexpr int many_frames = 2048;
constexpr int some_frames = 256;
constexpr auto idle_time = std::chrono::seconds(1);
// A full disk refuses many groups a second: one line of the log stands for all of them.
constexpr auto complaint_interval = std::chrono::seconds(10);

const char* remedy_for(int code) {
    switch (code & 0xff) {
    case SQLITE_FULL: return "make room on its disk";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM: return "its folder and it must belong to the user who runs the server";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return "stop the server, keep a copy and restore the last backup";
    default: return "check the disk and the system's log";
    }
}

} // namespace

DiskThread::DiskThread(Connection connection, std::unique_ptr<Tables> tables, Post post, const base::Log& log)
    : post_(std::move(post)),
      log_(log),
      connection_(std::move(connection)),
      tables_(std::move(tables)),
      checkpoint_at_(many_frames) {
    const auto note_frames = [](void* frames, sqlite3*, const char*, int count) {
        *static_cast<int*>(frames) = count;
        return SQLITE_OK;
    };
    sqlite3_wal_hook(connection_.get(), note_frames, &wal_frames_);
    thread_ = std::thread(&DiskThread::run, this);
}

DiskThread::~DiskThread() {
    hand_over();
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void DiskThread::add(Write write) { turn_.emplace_back(std::in_place_type<Write>, std::move(write)); }

void DiskThread::add(Read read) { turn_.emplace_back(std::in_place_type<Read>, std::move(read)); }

void DiskThread::add(Copy copy) { turn_.emplace_back(std::in_place_type<Copy>, std::move(copy)); }

void DiskThread::hand_over() {
    if (turn_.empty()) return;
    bool must_wake = false;
    {
        const std::lock_guard lock(mutex_);
        if (incoming_.empty())
            incoming_.swap(turn_);
        else
            std::move(turn_.begin(), turn_.end(), std::back_inserter(incoming_));
        must_wake = std::exchange(idle_, false);
    }
    turn_.clear();
    if (must_wake) wake_.notify_one();
}

void DiskThread::run() {
    while (take_jobs()) {
        if (may_commit()) commit_group();
        serve_reads();
        copy_pages();
    }
}

// Waits for something to do and takes it in; false when nothing will come any more.
bool DiskThread::take_jobs() {
    std::vector<Job> jobs;
    {
        std::unique_lock lock(mutex_);
        wait_for_work(lock);
        jobs.swap(incoming_);
        last_one_ = stopping_;
    }
    sort_in(std::move(jobs));
    return !last_one_ || !writes_.empty() || !ready_.empty();
}

void DiskThread::wait_for_work(std::unique_lock<std::mutex>& lock) {
    if (!ready_.empty() || copying_ || stopping_) return;
    if (!writes_.empty()) {
        // What comes meanwhile joins the group, without a wake-up for each turn.
        wake_.wait_until(lock, last_commit_ + group_interval, [this] { return stopping_; });
        return;
    }
    const auto has_work = [this] { return stopping_ || !incoming_.empty(); };
    idle_ = !has_work();
    if (wal_frames_ >= some_frames && !wake_.wait_for(lock, idle_time, has_work)) {
        lock.unlock();
        checkpoint();
        lock.lock();
    }
    wake_.wait(lock, has_work);
    idle_ = false;
}

void DiskThread::sort_in(std::vector<Job> jobs) {
    for (Job& job : jobs) {
        if (auto* write = std::get_if<Write>(&job))
            writes_.push_back(std::move(*write));
        else if (auto* copy = std::get_if<Copy>(&job))
            begin(std::move(*copy));
        else
            (writes_.empty() ? ready_ : behind_).push_back(std::move(std::get<Read>(job)));
    }
}

bool DiskThread::may_commit() const {
    return !writes_.empty() && (last_one_ || Clock::now() >= last_commit_ + group_interval);
}

void DiskThread::commit_group() {
    last_commit_ = Clock::now();
    auto group = std::exchange(writes_, {});
    auto refusals = write(group);
    post_([group = std::move(group), refusals = std::move(refusals)] {
        for (std::size_t i = 0; i < group.size(); ++i) {
            if (group[i].done) group[i].done(refusals[i]);
        }
    });
    std::move(behind_.begin(), behind_.end(), std::back_inserter(ready_));
    behind_.clear();
    checkpoint_when_large();
}

// All of `group` in one transaction, or, when that fails, each batch in its own. A batch that is refused because fsync
// failed may be there after a crash all the same: operations are repeatable, so its sender may send it again.
std::vector<std::optional<Refusal>> DiskThread::write(const std::vector<Write>& group) {
    std::vector<std::optional<Refusal>> refusals(group.size());
    std::vector<const Batch*> batches;
    for (const Write& one : group) batches.push_back(&one.batch);
    const int code = tables_->commit(batches);
    if (code == SQLITE_OK) {
        say_it_writes();
        return refusals;
    }

    // The WAL itself may be what fills the disk; after a checkpoint its space is used again.
    if (refusal_of(code) == Refusal::resource_constraint) checkpoint();
    int refused = SQLITE_OK;
    for (std::size_t i = 0; i < group.size(); ++i) {
        const int alone = tables_->commit({&batches[i], 1});
        if (alone == SQLITE_OK) continue;
        refusals[i] = refusal_of(alone);
        refused = alone;
    }
    refused != SQLITE_OK ? complain(refused) : say_it_writes();
    return refusals;
}

void DiskThread::complain(int code) {
    if (last_complaint_ != Clock::time_point() && Clock::now() < last_complaint_ + complaint_interval) {
        ++complaints_held_back_;
        return;
    }
    last_complaint_ = Clock::now();
    std::string line = "the store refuses to write: " + std::string(sqlite3_db_filename(connection_.get(), "main")) + ": " +
                       sqlite3_errstr(code) + "; " + remedy_for(code) + "; who asked for it is told";
    if (const unsigned more = std::exchange(complaints_held_back_, 0); more > 0)
        line += " (and " + std::to_string(more) + " times since the last such line)";
    has_complained_ = true;
    post_([this, line = std::move(line)] { log_.error(line); });
}

// One such line for each complaint: while a disk refuses some writes and takes others, no more than complaints.
void DiskThread::say_it_writes() {
    if (!std::exchange(has_complained_, false)) return;
    post_([this, file = std::string(sqlite3_db_filename(connection_.get(), "main"))] { log_.info("the store writes again: " + file); });
}

void DiskThread::serve_reads() {
    if (ready_.empty()) return;
    const auto until = Clock::now() + read_share;
    std::vector<std::function<void()>> answers;
    do {
        answers.push_back(ready_.front()(*tables_));
        ready_.pop_front();
    } while (!ready_.empty() && Clock::now() < until);
    post_([answers = std::move(answers)] {
        for (const auto& answer : answers) answer();
    });
}

void DiskThread::begin(Copy copy) {
    if (!copying_)
        copying_.emplace(connection_.get(), std::move(copy.file), std::move(copy.done));
    else
        post_([done = std::move(copy.done)] { done("another copy of the store is being made; wait for its end"); });
}

void DiskThread::copy_pages() {
    if (!copying_ || copying_->step()) return;
    auto answer = copying_->answer();
    copying_.reset(); // closes the file, before somebody hears that it is there
    post_(std::move(answer));
}

void DiskThread::checkpoint() {
    const int code = sqlite3_wal_checkpoint_v2(connection_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    // A checkpoint that failed is tried again when the WAL has grown as much once more; nothing is lost meanwhile.
    if (code == SQLITE_OK) wal_frames_ = 0;
    checkpoint_at_ = wal_frames_ + many_frames;
}

void DiskThread::checkpoint_when_large() {
    if (wal_frames_ >= checkpoint_at_) checkpoint();
}

} // namespace store
