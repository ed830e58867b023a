// SPDX-License-Identifier: MIT
// Stores of every earlier schema, kept as dumps in schemas/: a step that is added brings its dump along.
#include "fault_vfs.h"
#include "folder.h"
#include "store/sqlite/file.h"
#include "store/sqlite/schema.h"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <utility>

using namespace store;
using namespace store::test;

namespace {

std::string dump_of(int version) {
    std::ifstream file(SCHEMAS "/" + std::to_string(version) + ".sql");
    std::ostringstream text;
    text << file.rdbuf();
    INFO("schemas/", version, ".sql");
    REQUIRE(file);
    return text.str();
}

struct Stored {
    Folder folder;
    std::string file = folder.file("store.sqlite");

    explicit Stored(int version) {
        REQUIRE_FALSE(make_private(file));
        const auto connection = open_file(file);
        REQUIRE(run_sql(connection->get(), dump_of(version)) == SQLITE_OK);
    }
};

// The value of each row's columns, with | between.
std::string rows(sqlite3* connection, const char* sql) {
    std::string text;
    Statement statement;
    REQUIRE(statement.prepare(connection, sql) == SQLITE_OK);
    REQUIRE(statement.each([&](const Statement& row) {
        for (int column = 0; column < row.columns(); ++column) text += std::string(row.text(column)) + "|";
        text += "\n";
    }) == SQLITE_OK);
    return text;
}

constexpr const char* schema_rows = "SELECT name, sql FROM sqlite_schema ORDER BY name";
constexpr const char* old_rows = "SELECT owner, drawer, name, value FROM record";
constexpr const char* old_entries = "SELECT owner, id, stamp, with_jid, outgoing, stanza FROM entry";

} // namespace

TEST_CASE("a store of every earlier schema is brought up to date and keeps what it had") {
    Folder fresh;
    const auto newest = open_database(fresh.file("store.sqlite"), nullptr);
    for (int version = 1; version <= schema_version(); ++version) {
        INFO("schema ", version);
        const Stored stored(version);
        auto before = open_file(stored.file).value();
        const auto records = rows(before.get(), old_rows), entries = rows(before.get(), old_entries);
        before.reset();
        const auto after = open_database(stored.file, nullptr);
        REQUIRE(after);
        CHECK(rows(after->get(), old_rows) == records);
        CHECK(rows(after->get(), old_entries) == entries);
        CHECK(rows(after->get(), schema_rows) == rows(newest->get(), schema_rows));
        CHECK(rows(after->get(), "PRAGMA user_version") == std::to_string(schema_version()) + "|\n");
        CHECK_FALSE(find_damage(after->get()));
    }
}

TEST_CASE("schema 1 to 2: what the first version kept is in the archive") {
    const Stored stored(1);
    const auto connection = open_database(stored.file, nullptr);
    CHECK(rows(connection->get(), "SELECT count(*) FROM entry WHERE archived = 1 AND resource = ''") == "5|\n");
}

TEST_CASE("a step to the next schema that a broken disk cuts off is taken at the next start") {
    int refused = 0;
    for (int number = 1;; ++number) {
        INFO("operation ", number);
        const Stored stored(1);
        FaultVfs disk;
        disk.fail_from(number, number % 2 ? SQLITE_FULL : SQLITE_IOERR_WRITE);
        auto broken = open_database(stored.file, disk.name());
        const bool was_refused = !broken;
        if (was_refused) CHECK(broken.error().find(stored.file) != std::string::npos);
        broken = base::Unexpected<std::string>("closed");
        const auto after = open_database(stored.file, nullptr);
        REQUIRE(after);
        CHECK(rows(after->get(), "SELECT count(*) FROM entry") == "5|\n");
        CHECK(rows(after->get(), "SELECT count(*) FROM record") == "4|\n");
        CHECK_FALSE(find_damage(after->get()));
        if (!was_refused) break;
        ++refused;
    }
    CHECK(refused >= 3);
}

TEST_CASE("what a backup counts is all that the schema has") {
    Folder folder;
    const auto connection = open_database(folder.file("store.sqlite"), nullptr);
    CHECK(rows(connection->get(), "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name") == "entry|\nrecord|\n");
}
