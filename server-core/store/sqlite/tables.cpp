// SPDX-License-Identifier: MIT
#include "store/sqlite/tables.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace store {
namespace {

constexpr std::uint64_t largest_id = std::numeric_limits<std::int64_t>::max();

std::int64_t in_milliseconds(Time time) {
    return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

Entry entry_of(const Statement& row) {
    return {static_cast<std::uint64_t>(row.number(0)), Time(std::chrono::milliseconds(row.number(1))),
            std::string(row.text(2)), std::string(row.text(4)), row.number(3) != 0};
}

} // namespace

Refusal refusal_of(int code) {
    return (code & 0xff) == SQLITE_FULL ? Refusal::resource_constraint : Refusal::internal_error;
}

int Tables::prepare() {
    const std::pair<Statement*, const char*> statements[] = {
        {&begin_, "BEGIN IMMEDIATE"},
        {&commit_, "COMMIT"},
        {&roll_back_, "ROLLBACK"},
        {&put_, "INSERT INTO record(owner, drawer, name, value) VALUES(?, ?, ?, ?)"
                " ON CONFLICT(owner, drawer, name) DO UPDATE SET value = excluded.value"},
        {&erase_, "DELETE FROM record WHERE owner = ? AND drawer = ? AND name = ?"},
        {&erase_drawer_, "DELETE FROM record WHERE owner = ? AND drawer = ?"},
        {&erase_records_, "DELETE FROM record WHERE owner = ?"},
        {&erase_log_, "DELETE FROM entry WHERE owner = ?"},
        {&append_, "INSERT INTO entry(owner, id, stamp, with_jid, outgoing, stanza) VALUES(?, ?, ?, ?, ?, ?)"
                   " ON CONFLICT(owner, id) DO NOTHING"},
        {&drawer_, "SELECT name, value FROM record WHERE owner = ? AND drawer = ? ORDER BY name"},
        {&last_id_, "SELECT max(id) FROM entry WHERE owner = ?"},
        {&find_, "SELECT value FROM record WHERE owner = ? AND drawer = ? AND name = ?"},
        {&oldest_, "SELECT id, stamp, with_jid, outgoing, stanza FROM entry"
                   " WHERE owner = ? AND id > ? AND id <= ? ORDER BY id LIMIT ?"},
        {&newest_, "SELECT id, stamp, with_jid, outgoing, stanza FROM entry"
                   " WHERE owner = ? AND id > ? AND id <= ? ORDER BY id DESC LIMIT ?"},
        // Twice the drawer: SQLite uses a partial index when it finds the index's own term in the query.
        {&listed_owners_, "SELECT DISTINCT owner FROM record INDEXED BY record_owner"
                          " WHERE drawer = ? AND drawer IN ('account', 'room') ORDER BY owner"},
        {&owners_, "SELECT DISTINCT owner FROM record WHERE drawer = ? ORDER BY owner"},
    };
    for (const auto& [statement, sql] : statements) {
        if (const int code = statement->prepare(connection_, sql); code != SQLITE_OK) return code;
    }
    return SQLITE_OK;
}

int Tables::commit(std::span<const Batch* const> batches) {
    int code = begin_.run();
    if (code == SQLITE_OK) code = apply_all(batches);
    if (code == SQLITE_OK) code = commit_.run();
    // Some errors, SQLITE_FULL among them, have rolled back already.
    if (code != SQLITE_OK && !sqlite3_get_autocommit(connection_)) roll_back_.run();
    return code;
}

int Tables::apply_all(std::span<const Batch* const> batches) {
    for (const Batch* batch : batches) {
        for (const Operation& operation : *batch) {
            const int code = std::visit([this](const auto& kind) { return apply(kind); }, operation);
            if (code != SQLITE_OK) return code;
        }
    }
    return SQLITE_OK;
}

int Tables::apply(const Put& put) {
    return put_.run(put.owner, put.record.drawer, put.record.name, Bytes{put.record.value});
}

int Tables::apply(const Erase& erase) { return erase_.run(erase.owner, erase.drawer, erase.name); }

int Tables::apply(const EraseDrawer& erase) { return erase_drawer_.run(erase.owner, erase.drawer); }

int Tables::apply(const EraseOwner& erase) {
    const int code = erase_records_.run(erase.owner);
    return code == SQLITE_OK ? erase_log_.run(erase.owner) : code;
}

int Tables::apply(const Append& append) {
    const Entry& entry = append.entry;
    // SQLite's integers have a sign: such an id would come back below all others.
    if (entry.id > largest_id) return SQLITE_RANGE;
    return append_.run(append.owner, entry.id, in_milliseconds(entry.stamp), entry.with, entry.outgoing, entry.stanza);
}

base::Result<Loaded, Refusal> Tables::load(const std::string& owner, std::vector<std::string> drawers) {
    std::sort(drawers.begin(), drawers.end());
    drawers.erase(std::unique(drawers.begin(), drawers.end()), drawers.end());
    Loaded loaded;
    for (const std::string& drawer : drawers) {
        const auto take = [&](const Statement& row) {
            loaded.records.push_back({drawer, std::string(row.text(0)), std::string(row.text(1))});
        };
        const int code = drawer_.each(take, owner, drawer);
        if (code != SQLITE_OK) return base::Unexpected(refusal_of(code));
    }
    const auto take = [&](const Statement& row) { loaded.last_entry_id = static_cast<std::uint64_t>(row.number(0)); };
    const int code = last_id_.each(take, owner);
    if (code != SQLITE_OK) return base::Unexpected(refusal_of(code));
    return loaded;
}

base::Result<std::optional<std::string>, Refusal> Tables::find(const std::string& owner, const std::string& drawer,
                                                               const std::string& name) {
    std::optional<std::string> found;
    const int code = find_.each([&](const Statement& row) { found.emplace(row.text(0)); }, owner, drawer, name);
    if (code != SQLITE_OK) return base::Unexpected(refusal_of(code));
    return found;
}

base::Result<std::vector<Entry>, Refusal> Tables::page(const std::string& owner, const PageQuery& query) {
    std::vector<Entry> page;
    if (query.after >= largest_id || query.before == 0) return page;
    const auto last = std::min(query.before - 1, largest_id);
    const auto most = std::min<std::uint64_t>(query.most, largest_id);
    Statement& statement = query.newest_first ? newest_ : oldest_;
    const int code =
        statement.each([&](const Statement& row) { page.push_back(entry_of(row)); }, owner, query.after, last, most);
    if (code != SQLITE_OK) return base::Unexpected(refusal_of(code));
    if (query.newest_first) std::reverse(page.begin(), page.end());
    return page;
}

base::Result<std::vector<std::string>, Refusal> Tables::owners(const std::string& drawer) {
    std::vector<std::string> found;
    Statement& statement = drawer == "account" || drawer == "room" ? listed_owners_ : owners_;
    const int code = statement.each([&](const Statement& row) { found.emplace_back(row.text(0)); }, drawer);
    if (code != SQLITE_OK) return base::Unexpected(refusal_of(code));
    return found;
}

} // namespace store
