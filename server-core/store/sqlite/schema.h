// SPDX-License-Identifier: MIT
// The store's file: opened, set up, checked and brought to this version's schema (PRAGMA user_version).
#pragma once
#include "base/result.h"
#include "store/sqlite/statement.h"

#include <string>

namespace store {

// Opens or makes `file` (mode 0600), for this process alone. The error is a sentence that says what to do.
//   vfs   the name of the SQLite VFS to go through; null: the default one
base::Result<Connection, std::string> open_database(const std::string& file, const char* vfs);

// What to do about `code`, as SQLite gave it for `file`.
std::string explain(const std::string& file, int code, const std::string& reason);

} // namespace store
