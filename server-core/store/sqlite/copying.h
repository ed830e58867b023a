// SPDX-License-Identifier: MIT
// A copy of the store made while it is written, by SQLite's online backup on the store's own connection: what is committed
// meanwhile goes into the copy as well, which so shows one moment, the one when it was finished.
#pragma once
#include "store/sqlite/statement.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace store {

// Called once: nothing, or a sentence that says why there is no copy.
using CopyDone = std::function<void(std::optional<std::string>)>;

class Copying {
public:
    // Into `file`, which must not be there (mode 0600). It is not synchronised: who moves it to its place does that.
    Copying(sqlite3* source, std::string file, CopyDone done);
    ~Copying(); // an unfinished copy is removed
    Copying(const Copying&) = delete;
    Copying& operator=(const Copying&) = delete;

    // Copies some pages, which takes less than a millisecond; false when it is over.
    bool step();
    // When it is over: what calls `done` with the result.
    std::function<void()> answer();

private:
    struct Finish {
        void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
    };
    bool end(int code);

    std::string file_;
    CopyDone done_;
    Connection target_;
    std::unique_ptr<sqlite3_backup, Finish> backup_;
    std::optional<std::string> mistake_;
    bool is_whole_ = false;
};

} // namespace store
