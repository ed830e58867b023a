// SPDX-License-Identifier: MIT
// Operations and reads as SQL, each statement prepared once. On whatever thread owns the connection.
#pragma once
#include "base/result.h"
#include "store/sqlite/statement.h"
#include "store/store.h"

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace store {

// What a caller is told of SQLite's error.
Refusal refusal_of(int code);

class Tables {
public:
    explicit Tables(sqlite3* connection) : connection_(connection) {}
    // SQLITE_OK, or why the tables cannot be used (damage).
    int prepare();

    // All of `batches` in one transaction: SQLITE_OK when it is on disk, else the error, and nothing was applied.
    int commit(std::span<const Batch* const> batches);

    base::Result<Loaded, Refusal> load(const std::string& owner, std::vector<std::string> drawers);
    base::Result<std::optional<std::string>, Refusal> find(const std::string& owner, const std::string& drawer,
                                                           const std::string& name);
    base::Result<std::vector<Entry>, Refusal> page(const std::string& owner, const PageQuery& query);
    base::Result<Counted, Refusal> count(const std::string& owner, const PageQuery& query, std::uint64_t below,
                                         std::size_t limit);
    base::Result<std::vector<std::string>, Refusal> owners(const std::string& drawer);

private:
    int apply_all(std::span<const Batch* const> batches);
    int apply(const Put& put);
    int apply(const Erase& erase);
    int apply(const EraseDrawer& erase);
    int apply(const EraseOwner& erase);
    int apply(const Append& append);
    int apply(const Rewrite& rewrite);
    int apply(const Trim& trim);
    int apply(const ForgetPassing& forget);

    // The ids that an archive's query can find at all.
    struct Range {
        std::uint64_t after = 0;
        std::uint64_t last = 0;
    };
    base::Result<Counted, Refusal> count_named(const std::string& owner, const PageQuery& query, std::uint64_t below,
                                               std::size_t limit);
    int narrow(const std::string& owner, const PageQuery& query, Range& range);
    int archive_page(const std::string& owner, const PageQuery& query, std::vector<Entry>& page);
    int named(const std::string& owner, const PageQuery& query, std::vector<Entry>& found);
    int prepare_writes();
    int prepare_reads();
    int prepare_all(std::initializer_list<std::pair<Statement*, std::string>> statements);

    sqlite3* connection_;
    Statement begin_, commit_, roll_back_;
    Statement put_, erase_, erase_drawer_, erase_records_, erase_log_, append_, trim_, forget_passing_, rewrite_;
    Statement drawer_, last_id_, find_, oldest_, newest_, listed_owners_, owners_;
    Statement archive_oldest_, archive_newest_, with_oldest_, with_newest_, archive_count_, with_count_, named_, stray_;
};

} // namespace store
