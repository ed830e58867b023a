// SPDX-License-Identifier: MIT
#include "store/sqlite/sqlite_store.h"

#include "store/sqlite/disk_thread.h"
#include "store/sqlite/file.h"
#include "store/sqlite/schema.h"

#include <utility>

namespace store {
namespace {

// Asks `query` of the tables on the disk's thread, and gives its result to `answer` on the loop's.
template <class T, class Query>
Read read(Answer<T> answer, Query query) {
    return [answer = std::move(answer), query = std::move(query)](Tables& tables) mutable {
        return [answer = std::move(answer), result = query(tables)]() mutable { answer(std::move(result)); };
    };
}

} // namespace

base::Result<std::unique_ptr<SqliteStore>, std::string> SqliteStore::open(const std::string& file, Post post,
                                                                         const base::Log& log) {
    return open_through(nullptr, file, std::move(post), log);
}

base::Result<std::unique_ptr<SqliteStore>, std::string> SqliteStore::open_through(const char* vfs,
                                                                                  const std::string& file, Post post,
                                                                                  const base::Log& log) {
    auto connection = open_database(file, vfs);
    if (!connection) return base::Unexpected(std::move(connection).error());
    auto tables = std::make_unique<Tables>(connection->get());
    if (const int code = tables->prepare(); code != SQLITE_OK)
        return base::Unexpected(explain(file, connection->get(), code));
    auto disk = std::make_unique<DiskThread>(std::move(*connection), std::move(tables), std::move(post), log);
    return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(disk)));
}

SqliteStore::SqliteStore(std::unique_ptr<DiskThread> disk) : disk_(std::move(disk)) {}

SqliteStore::~SqliteStore() = default;

void SqliteStore::commit(Batch batch, Done done) { disk_->add(Write{std::move(batch), std::move(done)}); }

void SqliteStore::load(std::string owner, std::vector<std::string> drawers, Answer<Loaded> answer) {
    disk_->add(read(std::move(answer), [owner = std::move(owner), drawers = std::move(drawers)](Tables& tables) {
        return tables.load(owner, drawers);
    }));
}

void SqliteStore::find(std::string owner, std::string drawer, std::string name,
                       Answer<std::optional<std::string>> answer) {
    disk_->add(read(std::move(answer), [owner = std::move(owner), drawer = std::move(drawer), name = std::move(name)](
                                           Tables& tables) { return tables.find(owner, drawer, name); }));
}

void SqliteStore::page(std::string owner, PageQuery query, Answer<std::vector<Entry>> answer) {
    disk_->add(read(std::move(answer),
                    [owner = std::move(owner), query = std::move(query)](Tables& tables) { return tables.page(owner, query); }));
}

void SqliteStore::count(std::string owner, PageQuery query, std::uint64_t below, std::size_t limit,
                        Answer<Counted> answer) {
    disk_->add(read(std::move(answer), [owner = std::move(owner), query = std::move(query), below, limit](
                                           Tables& tables) { return tables.count(owner, query, below, limit); }));
}

void SqliteStore::owners(std::string drawer, Answer<std::vector<std::string>> answer) {
    disk_->add(read(std::move(answer), [drawer = std::move(drawer)](Tables& tables) { return tables.owners(drawer); }));
}

void SqliteStore::copy_to(std::string file, CopyDone done) { disk_->add(Copy{std::move(file), std::move(done)}); }

void SqliteStore::end_turn() { disk_->hand_over(); }

} // namespace store
