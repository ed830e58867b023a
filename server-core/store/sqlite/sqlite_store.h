// SPDX-License-Identifier: MIT
// The embedded store: SQLite in WAL mode, synchronous=FULL, on a thread of its own that commits in groups.
#pragma once
#include "base/log.h"
#include "base/result.h"
#include "store/store.h"
#include "store/workers.h"

#include <memory>
#include <string>

namespace store {

class DiskThread;

class SqliteStore final : public Store {
public:
    // Opens or makes `file` (mode 0600). The error is a sentence that says what to do: newer schema, damaged, no
    // permission, locked.
    //   log   hears, now and then, why nothing can be written; it outlives the store
    static base::Result<std::unique_ptr<SqliteStore>, std::string> open(const std::string& file, Post post,
                                                                        const base::Log& log);
    // The same through the SQLite VFS named `vfs`, with which a test makes the disk slow, full or broken.
    static base::Result<std::unique_ptr<SqliteStore>, std::string> open_through(const char* vfs,
                                                                                const std::string& file, Post post,
                                                                                const base::Log& log);
    ~SqliteStore() override; // commits what is queued, then closes

    void commit(Batch batch, Done done) override;
    void load(std::string owner, std::vector<std::string> drawers, Answer<Loaded> answer) override;
    void find(std::string owner, std::string drawer, std::string name,
              Answer<std::optional<std::string>> answer) override;
    void page(std::string owner, PageQuery query, Answer<std::vector<Entry>> answer) override;
    void count(std::string owner, PageQuery query, std::uint64_t below, std::size_t limit,
               Answer<Counted> answer) override;
    void owners(std::string drawer, Answer<std::vector<std::string>> answer) override;
    void end_turn() override;
    // Copies all of the store, as it is when `done` is called, into `file`, which must not be there. Commits go on meanwhile.
    void copy_to(std::string file, std::function<void(std::optional<std::string> mistake)> done);

private:
    explicit SqliteStore(std::unique_ptr<DiskThread> disk);
    std::unique_ptr<DiskThread> disk_;
};

} // namespace store
