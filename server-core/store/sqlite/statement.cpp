// SPDX-License-Identifier: MIT
#include "store/sqlite/statement.h"

namespace store {
namespace {

// SQLite takes a null pointer for NULL, whatever the length.
const char* not_null(std::string_view text) { return text.data() ? text.data() : ""; }

} // namespace

int Statement::prepare(sqlite3* connection, const char* sql) {
    sqlite3_stmt* made = nullptr;
    const int code = sqlite3_prepare_v3(connection, sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    statement_.reset(made);
    return code;
}

std::string_view Statement::text(int column) const {
    // A blob or a text alike, as it is; the size is asked for last, as SQLite's manual demands.
    const auto bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
    return bytes ? std::string_view(bytes, size) : std::string_view();
}

int Statement::bind(int index, std::string_view text) {
    return sqlite3_bind_text64(statement_.get(), index, not_null(text), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

int Statement::bind(int index, Bytes bytes) {
    return sqlite3_bind_blob64(statement_.get(), index, not_null(bytes.bytes), bytes.bytes.size(), SQLITE_STATIC);
}

int Statement::bind_number(int index, std::int64_t number) {
    return sqlite3_bind_int64(statement_.get(), index, number);
}

} // namespace store
