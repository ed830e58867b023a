// SPDX-License-Identifier: MIT
// A connection and a prepared statement with an owner each; errors stay SQLite's codes, for schema and tables to judge.
#pragma once
#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <sqlite3.h>

namespace store {

struct CloseConnection {
    void operator()(sqlite3* connection) const { sqlite3_close(connection); }
};
using Connection = std::unique_ptr<sqlite3, CloseConnection>;

// Bytes that are no text.
struct Bytes {
    std::string_view bytes;
};

class Statement {
public:
    // SQLITE_OK, or why `sql` cannot be prepared; before it succeeded the statement must not be used.
    int prepare(sqlite3* connection, const char* sql);

    // Binds the values in order and runs to the end, rows unseen.
    template <class... Values>
    int run(const Values&... values) {
        return each([](const Statement&) {}, values...);
    }
    // Binds the values in order and calls `row` for each row; SQLITE_OK, or the error that ended it.
    template <class Row, class... Values>
    int each(Row row, const Values&... values) {
        int index = 0;
        int code = SQLITE_OK;
        ((code = code == SQLITE_OK ? bind(++index, values) : code), ...);
        if (code == SQLITE_OK) {
            while ((code = sqlite3_step(statement_.get())) == SQLITE_ROW) row(*this);
        }
        sqlite3_reset(statement_.get());
        return code == SQLITE_DONE ? SQLITE_OK : code;
    }

    // A column of the current row; a view holds until the next one.
    std::string_view text(int column) const;
    int columns() const { return sqlite3_column_count(statement_.get()); }
    std::int64_t number(int column) const { return sqlite3_column_int64(statement_.get(), column); }

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    // What is bound is not copied: it lives until the statement was reset.
    int bind(int index, std::string_view text);
    int bind(int index, Bytes bytes);
    int bind(int index, std::integral auto number) { return bind_number(index, static_cast<std::int64_t>(number)); }
    int bind_number(int index, std::int64_t number);
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

} // namespace store
