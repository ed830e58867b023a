// SPDX-License-Identifier: MIT
#include "store/sqlite/tables.h"

#include "store/matching.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace store {
namespace {

constexpr std::uint64_t largest_id = std::numeric_limits<std::int64_t>::max();

// The first that is not before `time`.
std::int64_t first_millisecond(Time time) {
    return std::chrono::ceil<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::int64_t in_milliseconds(Time time) {
    return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

Entry entry_of(const Statement& row) {
    return {static_cast<std::uint64_t>(row.number(0)), Time(std::chrono::milliseconds(row.number(1))),
            std::string(row.text(2)), std::string(row.text(4)), row.number(3) != 0,
            std::string(row.text(5)), row.number(6) != 0};
}

// The page grows until it has `most_bytes`; rows come from the end that the query counts from.
auto into(std::vector<Entry>& page, const PageQuery& query) {
    return [&page, most = query.most_bytes, bytes = std::size_t{0}](const Statement& row) mutable {
        if (bytes >= most) return;
        page.push_back(entry_of(row));
        bytes += page.back().stanza.size();
    };
}

// What an archive's query binds first: owner, ids, times; then, for one correspondent, his address and twice the resource.
const std::string columns = "SELECT id, stamp, with_jid, outgoing, stanza, resource, archived FROM entry ";
const std::string in_archive = "WHERE owner = ? AND id > ? AND id <= ? AND archived = 1 AND stamp >= ? AND stamp <= ? ";
const std::string with_one = "INDEXED BY entry_with " + in_archive + "AND with_jid = ? AND (? = '' OR resource = ?) ";

std::string counting(const std::string& which) {
    return "SELECT count(*), sum(id < ?) FROM (SELECT id FROM entry " + which + "ORDER BY id LIMIT ?)";
}

} // namespace

Refusal refusal_of(int code) {
    return (code & 0xff) == SQLITE_FULL ? Refusal::resource_constraint : Refusal::internal_error;
}

int Tables::prepare() {
    const int code = prepare_writes();
    return code == SQLITE_OK ? prepare_reads() : code;
}

int Tables::prepare_writes() {
    return prepare_all({
        {&begin_, "BEGIN IMMEDIATE"},
        {&commit_, "COMMIT"},
        {&roll_back_, "ROLLBACK"},
        {&put_, "INSERT INTO record(owner, drawer, name, value) VALUES(?, ?, ?, ?)"
                " ON CONFLICT(owner, drawer, name) DO UPDATE SET value = excluded.value"},
        {&erase_, "DELETE FROM record WHERE owner = ? AND drawer = ? AND name = ?"},
        {&erase_drawer_, "DELETE FROM record WHERE owner = ? AND drawer = ?"},
        {&erase_records_, "DELETE FROM record WHERE owner = ?"},
        {&erase_log_, "DELETE FROM entry WHERE owner = ?"},
        {&append_, "INSERT INTO entry(owner, id, stamp, with_jid, outgoing, stanza, resource, archived)"
                   " VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(owner, id) DO NOTHING"},
        {&rewrite_, "UPDATE entry SET stanza = ? WHERE owner = ? AND id = ?"},
        {&trim_, "DELETE FROM entry WHERE owner = ? AND id <= ?"},
        {&forget_passing_, "DELETE FROM entry WHERE owner = ? AND id <= ? AND archived = 0"},
    });
}

int Tables::prepare_reads() {
    return prepare_all({
        {&drawer_, "SELECT name, value FROM record WHERE owner = ? AND drawer = ? ORDER BY name"},
        {&last_id_, "SELECT max(id) FROM entry WHERE owner = ?"},
        {&find_, "SELECT value FROM record WHERE owner = ? AND drawer = ? AND name = ?"},
        {&oldest_, columns + "WHERE owner = ? AND id > ? AND id <= ? ORDER BY id LIMIT ?"},
        {&newest_, columns + "WHERE owner = ? AND id > ? AND id <= ? ORDER BY id DESC LIMIT ?"},
        {&archive_oldest_, columns + in_archive + "ORDER BY id LIMIT ?"},
        {&archive_newest_, columns + in_archive + "ORDER BY id DESC LIMIT ?"},
        {&with_oldest_, columns + with_one + "ORDER BY id LIMIT ?"},
        {&with_newest_, columns + with_one + "ORDER BY id DESC LIMIT ?"},
        {&archive_count_, counting(in_archive)},
        {&with_count_, counting(with_one)},
        {&named_, columns + "WHERE owner = ? AND id = ?"},
        {&stray_, "SELECT 1 FROM entry INDEXED BY entry_stray"
                  " WHERE owner = ? AND (id < stamp * 1000 OR id > stamp * 1000 + 3600000000) LIMIT 1"},
        // Twice the drawer: SQLite uses a partial index when it finds the index's own term in the query.
        {&listed_owners_, "SELECT DISTINCT owner FROM record INDEXED BY record_owner"
                          " WHERE drawer = ? AND drawer IN ('account', 'room') ORDER BY owner"},
        {&owners_, "SELECT DISTINCT owner FROM record WHERE drawer = ? ORDER BY owner"},
    });
}

int Tables::prepare_all(std::initializer_list<std::pair<Statement*, std::string>> statements) {
    for (const auto& [statement, sql] : statements) {
        if (const int code = statement->prepare(connection_, sql.c_str()); code != SQLITE_OK) return code;
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
    return append_.run(append.owner, entry.id, in_milliseconds(entry.stamp), entry.with, entry.outgoing, entry.stanza,
                       entry.resource, entry.archived);
}

int Tables::apply(const Trim& trim) { return trim_.run(trim.owner, std::min(trim.up_to, largest_id)); }

int Tables::apply(const ForgetPassing& forget) {
    return forget_passing_.run(forget.owner, std::min(forget.up_to, largest_id));
}

int Tables::apply(const Rewrite& rewrite) {
    if (rewrite.id > largest_id) return SQLITE_OK;
    return rewrite_.run(rewrite.stanza, rewrite.owner, rewrite.id);
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
    int code = SQLITE_OK;
    if (!query.ids.empty())
        code = named(owner, query, page);
    else if (query.archived_only)
        code = archive_page(owner, query, page);
    else
        code = statement.each(into(page, query), owner, query.after, last, most);
    if (code != SQLITE_OK) return base::Unexpected(refusal_of(code));
    if (!query.ids.empty())
        cut_page(query, page);
    else if (query.newest_first)
        std::reverse(page.begin(), page.end());
    return page;
}

// By the ids, as far as they stand for times: an id is the time in microseconds when it was given, or a little above.
// Where a clock was set back, the log has strays, and every stamp is looked at.
int Tables::narrow(const std::string& owner, const PageQuery& query, Range& range) {
    range = {std::min(query.after, largest_id), std::min(query.before - (query.before == 0 ? 0 : 1), largest_id)};
    if (query.start == Time::min() && query.end == Time::max()) return SQLITE_OK;
    bool has_strays = false;
    const int code = stray_.each([&](const Statement&) { has_strays = true; }, owner);
    if (code != SQLITE_OK || has_strays) return code;
    const auto id_of = [](Time time) {
        const auto micros = std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch()).count();
        return static_cast<std::uint64_t>(std::max<std::int64_t>(micros, 1));
    };
    if (query.start != Time::min()) range.after = std::max(range.after, id_of(query.start) - 1);
    if (query.end < Time::max() - std::chrono::hours(2))
        range.last = std::min(range.last, id_of(query.end + std::chrono::hours(1)));
    return SQLITE_OK;
}

int Tables::archive_page(const std::string& owner, const PageQuery& query, std::vector<Entry>& page) {
    Range range;
    const int code = narrow(owner, query, range);
    if (code != SQLITE_OK) return code;
    const auto most = std::min<std::uint64_t>(query.most, largest_id);
    const auto start = first_millisecond(query.start);
    const auto end = in_milliseconds(query.end);
    if (query.with.empty()) {
        Statement& statement = query.newest_first ? archive_newest_ : archive_oldest_;
        return statement.each(into(page, query), owner, range.after, range.last, start, end, most);
    }
    Statement& statement = query.newest_first ? with_newest_ : with_oldest_;
    return statement.each(into(page, query), owner, range.after, range.last, start, end, query.with, query.resource,
                          query.resource, most);
}

// Those of the query's ids that are there and match, oldest first.
int Tables::named(const std::string& owner, const PageQuery& query, std::vector<Entry>& found) {
    std::vector<std::uint64_t> ids = query.ids;
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    for (const std::uint64_t id : ids) {
        if (id > largest_id) break;
        const int code = named_.each([&](const Statement& row) { found.push_back(entry_of(row)); }, owner, id);
        if (code != SQLITE_OK) return code;
    }
    std::erase_if(found, [&](const Entry& entry) { return !matches(query, entry); });
    return SQLITE_OK;
}

base::Result<Counted, Refusal> Tables::count_named(const std::string& owner, const PageQuery& query,
                                                   std::uint64_t below, std::size_t limit) {
    std::vector<Entry> found;
    const int code = named(owner, query, found);
    if (code != SQLITE_OK) return base::Unexpected(refusal_of(code));
    found.resize(std::min(found.size(), limit));
    const auto first = std::ranges::find_if(found, [&](const Entry& entry) { return entry.id >= below; });
    return Counted{found.size(), static_cast<std::size_t>(first - found.begin())};
}

base::Result<Counted, Refusal> Tables::count(const std::string& owner, const PageQuery& query, std::uint64_t below,
                                             std::size_t limit) {
    Counted counted;
    if (!query.ids.empty()) return count_named(owner, query, below, limit);
    Range range;
    int code = narrow(owner, query, range);
    if (code != SQLITE_OK) return base::Unexpected(refusal_of(code));
    const auto most = std::min<std::uint64_t>(limit, largest_id);
    const auto under = std::min(below, largest_id);
    const auto start = first_millisecond(query.start);
    const auto end = in_milliseconds(query.end);
    const auto take = [&](const Statement& row) {
        counted = {static_cast<std::size_t>(row.number(0)), static_cast<std::size_t>(row.number(1))};
    };
    if (query.with.empty())
        code = archive_count_.each(take, under, owner, range.after, range.last, start, end, most);
    else
        code = with_count_.each(take, under, owner, range.after, range.last, start, end, query.with, query.resource,
                                query.resource, most);
    if (code != SQLITE_OK) return base::Unexpected(refusal_of(code));
    return counted;
}

base::Result<std::vector<std::string>, Refusal> Tables::owners(const std::string& drawer) {
    std::vector<std::string> found;
    Statement& statement = drawer == "account" || drawer == "room" ? listed_owners_ : owners_;
    const int code = statement.each([&](const Statement& row) { found.emplace_back(row.text(0)); }, drawer);
    if (code != SQLITE_OK) return base::Unexpected(refusal_of(code));
    return found;
}

} // namespace store
