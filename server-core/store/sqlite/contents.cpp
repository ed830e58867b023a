// SPDX-License-Identifier: MIT
#include "store/sqlite/contents.h"

#include "base/text.h"
#include "xmpp/sha256.h"

#include <map>

namespace store {
namespace {

struct Sums {
    std::int64_t records = 0;
    std::int64_t entries = 0;
    std::string digests; // of records, then of entries
};

// Adds up rows that come sorted by owner, their first column.
class Adder {
public:
    Adder(std::map<std::string, Sums>& sums, std::int64_t Sums::*count) : sums_(sums), count_(count) {}
    void add(const Statement& row) {
        const auto owner = row.text(0);
        if (!current_ || owner != *current_) {
            finish();
            current_ = owner;
        }
        ++(sums_[*current_].*count_);
        for (int column = 1; column < row.columns(); ++column) {
            const auto value = row.text(column);
            hash_.add(std::to_string(value.size()) + ":");
            hash_.add(value);
        }
    }
    void finish() {
        if (current_) sums_[*current_].digests += hash_.take();
    }

private:
    std::map<std::string, Sums>& sums_;
    std::int64_t Sums::*count_;
    std::optional<std::string> current_;
    xmpp::Sha256 hash_;
};

int add_table(sqlite3* connection, const char* sql, Adder adder) {
    Statement statement;
    int code = statement.prepare(connection, sql);
    if (code == SQLITE_OK) code = statement.each([&adder](const Statement& row) { adder.add(row); });
    adder.finish();
    return code;
}

} // namespace

base::Result<std::vector<Contents>, std::string> contents(sqlite3* connection) {
    std::map<std::string, Sums> sums;
    // All columns, whichever the schema has; a table that is added needs its line here.
    int code = add_table(connection, "SELECT * FROM record ORDER BY owner, drawer, name", Adder(sums, &Sums::records));
    if (code == SQLITE_OK)
        code = add_table(connection, "SELECT * FROM entry ORDER BY owner, id", Adder(sums, &Sums::entries));
    if (code != SQLITE_OK) return base::Unexpected<std::string>(sqlite3_errmsg(connection));
    std::vector<Contents> found;
    for (const auto& [owner, of] : sums)
        found.push_back({owner, of.records, of.entries, base::hexadecimal(xmpp::sha256(of.digests))});
    return found;
}

} // namespace store
