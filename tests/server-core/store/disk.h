// SPDX-License-Identifier: MIT
// A store on a disk that fails when told to, with the loop's part and what its log was told.
#pragma once
#include "fault_vfs.h"
#include "folder.h"
#include "store/sqlite/sqlite_store.h"
#include "turns.h"

#include <array>

#include <fcntl.h>
#include <unistd.h>

namespace store::test {

using Refusals = std::vector<std::optional<Refusal>>;

inline std::array<int, 2> opened_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    return ends;
}

struct Disk {
    Folder folder;
    FaultVfs faults;
    Turns turns;
    std::string file = folder.file("store.sqlite");
    std::array<int, 2> log_pipe = opened_pipe();
    base::Log log{base::LogLevel::info, log_pipe[1]};
    std::unique_ptr<SqliteStore> store;

    // `skip`: no sync waits for a real disk. `later`: who makes it opens it.
    explicit Disk(bool skip = false, bool later = false) {
        faults.skip_disk = skip;
        if (!later) open();
    }
    ~Disk() {
        faults.release_syncs(); // or the store could not close
        store.reset();
        for (const int end : log_pipe) ::close(end);
    }
    // What the log was told.
    std::string logged() const {
        std::array<char, 4096> text{};
        const auto length = ::read(log_pipe[0], text.data(), text.size());
        return std::string(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    }
    void open() {
        store.reset();
        auto opened = SqliteStore::open_through(faults.name(), file, turns.poster(), log);
        if (!opened) throw std::runtime_error(opened.error());
        store = std::move(*opened);
    }
    Asked asked() { return Asked(*store, turns); }

    // Commits `batches` so that they queue behind a commit that is under way, hence in one group; their answers.
    Refusals as_one_group(std::vector<Batch> batches) {
        faults.hold_syncs();
        bool first = false;
        store->commit({put("first", "vcard", "a", "1")}, [&](auto) { first = true; });
        store->end_turn();
        faults.wait_for_held_sync();
        Refusals answers;
        const auto count = batches.size();
        for (Batch& batch : batches) {
            store->commit(std::move(batch), [&](auto refusal) { answers.push_back(refusal); });
            store->end_turn();
        }
        faults.release_syncs();
        turns.until(*store, [&] { return first && answers.size() == count; });
        return answers;
    }
};

} // namespace store::test
