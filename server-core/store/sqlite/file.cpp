// SPDX-License-Identifier: MIT
#include "store/sqlite/file.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace store {
namespace {

std::string system_reason() { return std::error_code(errno, std::generic_category()).message(); }

std::string permission_sentence(const std::string& file, const std::string& reason) {
    return file + " cannot be opened: " + reason +
           ". Its folder must exist, and both must belong to the user who runs the server.";
}

} // namespace

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

base::Result<Connection, std::string> open_file(const std::string& file, const char* vfs) {
    // One thread at a time uses the connection, so it needs no mutex.
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    sqlite3* opened = nullptr;
    int code = sqlite3_open_v2(file.c_str(), &opened, flags, vfs);
    Connection connection(opened);
    if (code != SQLITE_OK)
        return base::Unexpected(explain(file, code, opened ? sqlite3_errmsg(opened) : sqlite3_errstr(code)));
    if (sqlite3_db_readonly(opened, "main") == 1)
        return base::Unexpected(permission_sentence(file, "it may be read but not written"));
    // EXCLUSIVE: no second process, and the index of the WAL needs no shared memory.
    code = run_sql(opened, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA trusted_schema = OFF;");
    if (code != SQLITE_OK) return base::Unexpected(explain(file, opened, code));
    return connection;
}

int run_sql(sqlite3* connection, const std::string& sql) {
    return sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr);
}

int read_number(sqlite3* connection, const char* sql, std::int64_t& number) {
    Statement statement;
    const int code = statement.prepare(connection, sql);
    return code == SQLITE_OK ? statement.each([&](const Statement& row) { number = row.number(0); }) : code;
}

std::optional<std::string> find_damage(sqlite3* connection) {
    std::string found;
    Statement statement;
    int code = statement.prepare(connection, "PRAGMA integrity_check(1)");
    if (code == SQLITE_OK) code = statement.each([&](const Statement& row) { found = row.text(0); });
    if (code != SQLITE_OK) return sqlite3_errmsg(connection);
    if (found == "ok") return std::nullopt;
    return found.substr(0, found.find('\n'));
}

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
               ". Keep a copy of it and of the files beside it, then restore the last backup: server-core restore FILE";
    }
}

std::string explain(const std::string& file, sqlite3* connection, int code) {
    return explain(file, code, sqlite3_errmsg(connection));
}

} // namespace store
