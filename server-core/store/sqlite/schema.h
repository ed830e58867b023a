// SPDX-License-Identifier: MIT
// The store's file: opened, set up, checked and brought to this version's schema (PRAGMA user_version).
#pragma once
#include "base/result.h"
#include "store/sqlite/statement.h"

#include <optional>
#include <string>

namespace store {

// The version that this server writes; it reads all from 1 to this one.
int schema_version();

// Opens or makes `file` (mode 0600), for this process alone. The error is a sentence that says what to do.
//   vfs   the name of the SQLite VFS to go through; null: the default one
base::Result<Connection, std::string> open_database(const std::string& file, const char* vfs);

// Whether the file behind `connection` can be a store of ours: the error is a sentence, nothing is changed.
std::optional<std::string> refuse_schema(const std::string& file, sqlite3* connection);

} // namespace store
