// SPDX-License-Identifier: MIT
#include "store/sqlite/copying.h"

#include "store/sqlite/file.h"

#include <utility>

#include <unistd.h>

namespace store {
namespace {

constexpr int pages_a_step = 32; // 128 KiB

} // namespace

Copying::Copying(sqlite3* source, std::string file, CopyDone done) : file_(std::move(file)), done_(std::move(done)) {
    mistake_ = make_private(file_);
    if (mistake_) return;
    auto opened = open_file(file_);
    if (!opened) {
        mistake_ = opened.error();
        return;
    }
    target_ = std::move(*opened);
    // No journal and no fsync: half a copy is worth nothing, and the store's thread must not wait for a whole one.
    run_sql(target_.get(), "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;");
    backup_.reset(sqlite3_backup_init(target_.get(), "main", source, "main"));
    if (!backup_) end(sqlite3_errcode(target_.get()));
}

Copying::~Copying() {
    backup_.reset();
    target_.reset();
    if (!is_whole_) ::unlink(file_.c_str());
}

bool Copying::step() {
    if (mistake_) return false;
    const int code = sqlite3_backup_step(backup_.get(), pages_a_step);
    return code == SQLITE_OK || end(code);
}

bool Copying::end(int code) {
    is_whole_ = code == SQLITE_DONE;
    if ((code & 0xff) == SQLITE_FULL)
        mistake_ = "there is no room for a copy of the store: " + file_ + ": " + sqlite3_errstr(code) + "; make room on its disk";
    else if (!is_whole_)
        mistake_ = "the store cannot be copied to " + file_ + ": " + sqlite3_errstr(code) + "; check the disk and the system's log";
    return false;
}

std::function<void()> Copying::answer() {
    return [done = std::move(done_), mistake = std::move(mistake_)] { done(mistake); };
}

} // namespace store
