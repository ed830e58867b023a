// SPDX-License-Identifier: MIT
// What a store's file holds, in figures that two copies can be compared by.
#pragma once
#include "base/result.h"
#include "store/sqlite/statement.h"

#include <cstdint>
#include <string>
#include <vector>

namespace store {

// Of one owner. `sha256` (hexadecimal) is of every column of all his rows, so it holds for one schema only.
struct Contents {
    std::string owner;
    std::int64_t records = 0;
    std::int64_t entries = 0;
    std::string sha256;
    bool operator==(const Contents&) const = default;
};

// Of all owners, sorted; the error is SQLite's reason.
base::Result<std::vector<Contents>, std::string> contents(sqlite3* connection);

} // namespace store
