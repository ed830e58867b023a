// SPDX-License-Identifier: MIT
#include "store/sqlite/schema.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace store {
namespace {

// Step n brings version n to n + 1. A step that a release has shipped is never changed again.
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

// EXCLUSIVE: no second process, and the index of the WAL needs no shared memory. FULL: a commit returns after fsync.
// Checkpoints are made by the store's thread when it has time. No mmap: an I/O error would be a SIGBUS.
constexpr const char* set_up = "PRAGMA locking_mode = EXCLUSIVE;"
                               "PRAGMA page_size = 4096;"
                               "PRAGMA journal_mode = WAL;"
                               "PRAGMA synchronous = FULL;"
                               "PRAGMA wal_autocheckpoint = 0;"
                               "PRAGMA journal_size_limit = 16777216;"
                               "PRAGMA cache_size = -4096;"
                               "PRAGMA mmap_size = 0;"
                               "PRAGMA temp_store = MEMORY;"
                               "PRAGMA foreign_keys = OFF;"
                               "PRAGMA trusted_schema = OFF;";

std::string system_reason() { return std::error_code(errno, std::generic_category()).message(); }

std::string permission_sentence(const std::string& file, const std::string& reason) {
    return file + " cannot be opened: " + reason +
           ". Its folder must exist, and both must belong to the user who runs the server.";
}

// SQLite would make the file with the umask's mode; its journal takes the mode of the file. An existing file is not
// opened here: closing it would release the locks that this process may have on it.
std::optional<std::string> make_private(const std::string& file) {
    const int made = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (made >= 0) {
        ::close(made);
        return std::nullopt;
    }
    struct stat status {};
    if (errno != EEXIST || ::stat(file.c_str(), &status) != 0) return permission_sentence(file, system_reason());
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0 && ::chmod(file.c_str(), S_IRUSR | S_IWUSR) != 0)
        return permission_sentence(file, system_reason());
    return std::nullopt;
}

struct Opening {
    const std::string& file;
    sqlite3* connection;

    int run(const char* sql) const { return sqlite3_exec(connection, sql, nullptr, nullptr, nullptr); }
    int read(const char* sql, std::int64_t& number) const {
        Statement statement;
        const int code = statement.prepare(connection, sql);
        if (code != SQLITE_OK) return code;
        return statement.each([&](const Statement& row) { number = row.number(0); });
    }
    std::string sentence(int code) const { return explain(file, code, sqlite3_errmsg(connection)); }
};

// One step and its version number, together or not at all.
int take_step(const Opening& opening, std::size_t version) {
    const auto sql = std::string("BEGIN IMMEDIATE;") + steps[version] +
                     "PRAGMA user_version = " + std::to_string(version + 1) + ";COMMIT;";
    return opening.run(sql.c_str());
}

std::optional<std::string> bring_up_to_date(const Opening& opening) {
    std::int64_t version = 0;
    std::int64_t tables = 0;
    int code = opening.read("PRAGMA user_version", version);
    if (code == SQLITE_OK) code = opening.read("SELECT count(*) FROM sqlite_schema", tables);
    if (code != SQLITE_OK) return opening.sentence(code);
    if (version > static_cast<std::int64_t>(steps.size()))
        return opening.file + " was written by a newer server (schema " + std::to_string(version) +
               ", this one knows up to " + std::to_string(steps.size()) +
               "). Install that version again, or restore a backup that this version made.";
    if (version < 0 || (version == 0 && tables > 0))
        return opening.file + " is the database of another program. Choose another data folder.";
    for (auto next = static_cast<std::size_t>(version); next < steps.size(); ++next) {
        code = take_step(opening, next);
        if (code != SQLITE_OK) return opening.sentence(code);
    }
    return std::nullopt;
}

} // namespace

std::string explain(const std::string& file, int code, const std::string& reason) {
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return file + " is in use by another process. Stop the other server first.";
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY: return permission_sentence(file, reason);
    case SQLITE_FULL: return "The disk that holds " + file + " is full. Make room, then start again.";
    case SQLITE_IOERR: return file + " cannot be read or written: " + reason + ". Check the disk and the system's log.";
    default:
        return file + " is damaged: " + reason +
               ". Keep a copy of it and of the files beside it, then restore the last backup.";
    }
}

base::Result<Connection, std::string> open_database(const std::string& file, const char* vfs) {
    if (auto sentence = make_private(file)) return base::Unexpected(std::move(*sentence));
    // One thread at a time uses the connection, so it needs no mutex.
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    sqlite3* opened = nullptr;
    int code = sqlite3_open_v2(file.c_str(), &opened, flags, vfs);
    Connection connection(opened);
    if (code != SQLITE_OK)
        return base::Unexpected(explain(file, code, opened ? sqlite3_errmsg(opened) : sqlite3_errstr(code)));
    const Opening opening{file, opened};
    if (sqlite3_db_readonly(opened, "main") == 1)
        return base::Unexpected(permission_sentence(file, "it may be read but not written"));
    code = opening.run(set_up);
    if (code != SQLITE_OK) return base::Unexpected(opening.sentence(code));
    if (auto sentence = bring_up_to_date(opening)) return base::Unexpected(std::move(*sentence));
    return connection;
}

} // namespace store
