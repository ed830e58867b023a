// SPDX-License-Identifier: MIT
// A database's file: made for one user's eyes, opened as it is, read whole, and what to do when any of that fails.
#pragma once
#include "base/result.h"
#include "store/sqlite/statement.h"

#include <cstdint>
#include <optional>
#include <string>

namespace store {

// Makes `file` (mode 0600) when it is missing, and closes it to others. The error is a sentence.
std::optional<std::string> make_private(const std::string& file);

// Opens `file` for this process and one thread at a time; it is not made, and nothing in it is changed.
//   vfs   the name of the SQLite VFS to go through; null: the default one
base::Result<Connection, std::string> open_file(const std::string& file, const char* vfs = nullptr);

int run_sql(sqlite3* connection, const std::string& sql);
// SQLITE_OK, or why the one number that `sql` asks for is not known.
int read_number(sqlite3* connection, const char* sql, std::int64_t& number);

// Reads every page and index: nothing, or what is wrong with it, in SQLite's words.
std::optional<std::string> find_damage(sqlite3* connection);

// What to do about `code`, as SQLite gave it for `file`.
std::string explain(const std::string& file, int code, const std::string& reason);
std::string explain(const std::string& file, sqlite3* connection, int code);

} // namespace store
