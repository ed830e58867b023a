// SPDX-License-Identifier: MIT
#include "store/sqlite/backup.h"

#include "base/text.h"
#include "store/sqlite/file.h"
#include "store/sqlite/schema.h"
#include "xmpp/sha256.h"

#include <algorithm>
#include <utility>

namespace store {
namespace {

using base::Unexpected;
using Text = std::string;

constexpr const char* backup_tables = "CREATE TABLE backup(name TEXT PRIMARY KEY, value TEXT NOT NULL);"
                               "CREATE TABLE backup_owner(owner TEXT PRIMARY KEY, records INTEGER NOT NULL,"
                               " entries INTEGER NOT NULL, sha256 TEXT NOT NULL);"
                               "CREATE TABLE backup_file(name TEXT PRIMARY KEY, mode INTEGER NOT NULL,"
                               " bytes BLOB NOT NULL, sha256 TEXT NOT NULL);";
constexpr const char* format = "1";

Text damaged(const Text& file, const Text& reason) {
    return file + " is damaged or was cut off: " + reason + "; use another backup, nothing was changed";
}

Text digest(std::string_view bytes) { return base::hexadecimal(xmpp::sha256(bytes)); }

// Every page is right and every row is counted.
base::Result<std::vector<Contents>, Text> read_whole(sqlite3* connection) {
    if (auto damage = find_damage(connection)) return Unexpected(std::move(*damage));
    return contents(connection);
}

template <class... Values>
int insert(sqlite3* connection, const char* sql, const Values&... values) {
    Statement statement;
    const int code = statement.prepare(connection, sql);
    return code == SQLITE_OK ? statement.run(values...) : code;
}

int write_down(sqlite3* connection, const Backup& backup, const std::vector<Contents>& owners) {
    int code = run_sql(connection, Text("PRAGMA synchronous = FULL; BEGIN;") + backup_tables);
    for (const auto& [name, value] : {std::pair<Text, Text>{"format", format}, {"made", backup.made}, {"domain", backup.domain}})
        if (code == SQLITE_OK) code = insert(connection, "INSERT INTO backup VALUES(?, ?)", name, value);
    for (const Contents& of : owners)
        if (code == SQLITE_OK)
            code = insert(connection, "INSERT INTO backup_owner VALUES(?, ?, ?, ?)", of.owner, of.records, of.entries, of.sha256);
    for (const KeptFile& file : backup.files)
        if (code == SQLITE_OK)
            code = insert(connection, "INSERT INTO backup_file VALUES(?, ?, ?, ?)", file.name, file.mode, Bytes{file.bytes},
                          digest(file.bytes));
    // Without a WAL beside it, the backup is one file.
    return code == SQLITE_OK ? run_sql(connection, "COMMIT; PRAGMA journal_mode = DELETE;") : code;
}

// What the backup says of itself; the error is SQLite's reason, or that a file is not what it was.
base::Result<Backup, Text> read_down(sqlite3* connection) {
    Backup backup;
    Text changed, version;
    const auto each = [connection](const char* sql, auto row) {
        Statement statement;
        const int code = statement.prepare(connection, sql);
        return code == SQLITE_OK ? statement.each(row) : code;
    };
    int code = each("SELECT name, value FROM backup", [&](const Statement& row) {
        const auto name = row.text(0);
        (name == "made" ? backup.made : name == "domain" ? backup.domain : version) = row.text(1);
    });
    if (code == SQLITE_OK)
        code = each("SELECT owner, records, entries, sha256 FROM backup_owner ORDER BY owner", [&](const Statement& row) {
            backup.owners.push_back({Text(row.text(0)), row.number(1), row.number(2), Text(row.text(3))});
        });
    if (code == SQLITE_OK)
        code = each("SELECT name, mode, bytes, sha256 FROM backup_file ORDER BY name", [&](const Statement& row) {
            backup.files.push_back({Text(row.text(0)), static_cast<unsigned>(row.number(1)), Text(row.text(2))});
            if (digest(row.text(2)) != row.text(3)) changed = "the kept file " + backup.files.back().name + " is not what it was";
        });
    if (code != SQLITE_OK) return Unexpected<Text>(sqlite3_errmsg(connection));
    if (version != format) return Unexpected<Text>("its format is '" + version + "', expected " + format);
    if (!changed.empty()) return Unexpected(changed);
    return backup;
}

// The owner whose contents are not what they were, said as a reason.
Text difference(const std::vector<Contents>& expected, const std::vector<Contents>& found) {
    for (std::size_t i = 0; i < expected.size(); ++i)
        if (i >= found.size() || found[i] != expected[i])
            return "what it has of " + expected[i].owner + " is not what it had when it was made";
    return "it has more owners than when it was made";
}

} // namespace

base::Result<std::vector<Contents>, Text> seal(const Text& copy, const Text& store, const Backup& backup) {
    const auto opened = open_file(copy);
    if (!opened) return Unexpected(opened.error());
    sqlite3* connection = opened->get();
    auto owners = read_whole(connection);
    if (!owners) return Unexpected(explain(store, SQLITE_CORRUPT, owners.error()));
    const int code = write_down(connection, backup, *owners);
    if ((code & 0xff) == SQLITE_FULL) return Unexpected("there is no room for the backup on the disk of " + copy + "; make room");
    if (code != SQLITE_OK) return Unexpected(explain(copy, connection, code));
    return owners;
}

base::Result<Backup, Text> verify_backup(const Text& file, const Text& name) {
    const auto opened = open_file(file);
    if (!opened) return Unexpected(opened.error());
    sqlite3* connection = opened->get();
    std::int64_t known = 0;
    const int code = read_number(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'backup'", known);
    if (code == SQLITE_NOTADB || (code == SQLITE_OK && known == 0))
        return Unexpected(name + " is no backup; name a file that 'server-core backup' made, nothing was changed");
    if (code != SQLITE_OK) return Unexpected(damaged(name, sqlite3_errmsg(connection)));
    if (auto sentence = refuse_schema(name, connection)) return Unexpected(*sentence);
    const auto found = read_whole(connection);
    if (!found) return Unexpected(damaged(name, found.error()));
    auto backup = read_down(connection);
    if (!backup) return Unexpected(damaged(name, backup.error()));
    if (backup->owners != *found) return Unexpected(damaged(name, difference(backup->owners, *found)));
    return backup;
}

std::optional<Text> become_store(const Text& file, const std::vector<Contents>& owners) {
    {
        const auto opened = open_file(file);
        if (!opened) return opened.error();
        const int code = run_sql(opened->get(), "PRAGMA synchronous = FULL; BEGIN; DROP TABLE backup; DROP TABLE backup_owner;"
                                                "DROP TABLE backup_file; COMMIT;");
        if (code != SQLITE_OK) return explain(file, opened->get(), code);
    }
    const auto opened = open_database(file, nullptr);
    if (!opened) return opened.error();
    const auto found = contents(opened->get());
    if (!found) return damaged(file, found.error());
    // Hashes are of the schema that the backup had; a step to a newer one keeps the rows.
    const auto has_same_rows = [](const Contents& a, const Contents& b) {
        return a.owner == b.owner && a.records == b.records && a.entries == b.entries;
    };
    if (!std::equal(owners.begin(), owners.end(), found->begin(), found->end(), has_same_rows))
        return damaged(file, difference(owners, *found));
    return std::nullopt;
}

std::optional<Text> refuse_store(const Text& file) {
    const auto opened = open_file(file);
    return opened ? refuse_schema(file, opened->get()) : opened.error();
}

} // namespace store
