// SPDX-License-Identifier: MIT
#include "store/sqlite/schema.h"

#include "store/sqlite/file.h"

#include <array>

namespace store {
namespace {

// Step n brings version n to n + 1. A step that a release has shipped is never changed again; what it made is kept as a
// dump in tests/server-core/store/schemas, from which each later version is tried.
constexpr std::array steps = {
    // `entry` has rowids: docs/decisions/0010. `record_owner` serves Store::owners of the drawers that list who exists.
    "CREATE TABLE record(owner TEXT NOT NULL, drawer TEXT NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL,"
    " PRIMARY KEY(owner, drawer, name)) WITHOUT ROWID;"
    "CREATE INDEX record_owner ON record(drawer, owner) WHERE drawer IN ('account', 'room');"
    "CREATE TABLE entry(owner TEXT NOT NULL, id INTEGER NOT NULL, stamp INTEGER NOT NULL, with_jid TEXT NOT NULL,"
    " outgoing INTEGER NOT NULL, stanza TEXT NOT NULL, PRIMARY KEY(owner, id));",
    // Archives: docs/decisions/0031. `entry_with` serves one correspondent, `entry_passing` what is only kept until it was
    // delivered; `entry_stray` has the entries whose id is not near their time, by which ids stand for times: none.
    "ALTER TABLE entry ADD COLUMN resource TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE entry ADD COLUMN archived INTEGER NOT NULL DEFAULT 1;"
    "CREATE INDEX entry_with ON entry(owner, with_jid, id) WHERE archived = 1;"
    "CREATE INDEX entry_passing ON entry(owner, id) WHERE archived = 0;"
    "CREATE INDEX entry_stray ON entry(owner) WHERE id < stamp * 1000 OR id > stamp * 1000 + 3600000000;",
};

// FULL: a commit returns after fsync. Checkpoints are made by the store's thread when it has time. No mmap: an I/O error
// would be a SIGBUS.
constexpr const char* set_up = "PRAGMA page_size = 4096;"
                               "PRAGMA journal_mode = WAL;"
                               "PRAGMA synchronous = FULL;"
                               "PRAGMA wal_autocheckpoint = 0;"
                               "PRAGMA journal_size_limit = 16777216;"
                               "PRAGMA cache_size = -4096;"
                               "PRAGMA mmap_size = 0;"
                               "PRAGMA temp_store = MEMORY;"
                               "PRAGMA foreign_keys = OFF;";

// One step and its version number, together or not at all.
int take_step(sqlite3* connection, std::size_t version) {
    return run_sql(connection, std::string("BEGIN IMMEDIATE;") + steps[version] +
                                   "PRAGMA user_version = " + std::to_string(version + 1) + ";COMMIT;");
}

std::optional<std::string> bring_up_to_date(const std::string& file, sqlite3* connection) {
    if (auto sentence = refuse_schema(file, connection)) return sentence;
    std::int64_t version = 0;
    int code = read_number(connection, "PRAGMA user_version", version);
    for (auto next = static_cast<std::size_t>(version); code == SQLITE_OK && next < steps.size(); ++next)
        code = take_step(connection, next);
    if (code != SQLITE_OK) return explain(file, connection, code);
    return std::nullopt;
}

} // namespace

int schema_version() { return static_cast<int>(steps.size()); }

std::optional<std::string> refuse_schema(const std::string& file, sqlite3* connection) {
    std::int64_t version = 0;
    std::int64_t tables = 0;
    int code = read_number(connection, "PRAGMA user_version", version);
    if (code == SQLITE_OK) code = read_number(connection, "SELECT count(*) FROM sqlite_schema", tables);
    if (code != SQLITE_OK) return explain(file, connection, code);
    if (version > schema_version())
        return file + " was written by a newer server (schema " + std::to_string(version) + ", this one knows up to " +
               std::to_string(schema_version()) + "). Install that version again, or restore a backup that this version made.";
    if (version < 0 || (version == 0 && tables > 0))
        return file + " is the database of another program. Choose another data folder.";
    return std::nullopt;
}

base::Result<Connection, std::string> open_database(const std::string& file, const char* vfs) {
    if (auto sentence = make_private(file)) return base::Unexpected(std::move(*sentence));
    auto connection = open_file(file, vfs);
    if (!connection) return connection;
    const int code = run_sql(connection->get(), set_up);
    if (code != SQLITE_OK) return base::Unexpected(explain(file, connection->get(), code));
    if (auto sentence = bring_up_to_date(file, connection->get())) return base::Unexpected(std::move(*sentence));
    return connection;
}

} // namespace store
