// SPDX-License-Identifier: MIT
#include "disk.h"
#include "store/sqlite/backup.h"
#include "store/sqlite/file.h"
#include "store/sqlite/schema.h"

#include <doctest/doctest.h>

#include <fstream>

#include <sys/stat.h>

using namespace store;
using namespace store::test;

namespace {

std::optional<std::string> copy_of(Disk& disk, const std::string& file) {
    std::optional<std::optional<std::string>> mistake;
    disk.store->copy_to(file, [&](std::optional<std::string> told) { mistake = std::move(told); });
    disk.turns.until(*disk.store, [&] { return mistake.has_value(); });
    return *mistake;
}

Backup description() {
    return {"2026-01-01T00:00:00Z", "montague.example", {}, {{"key.pem", 0600, "a key"}, {"component.secret", 0640, "a secret\n"}}};
}

// A backup of a store with some pages.
struct Made {
    Disk disk;
    std::string file = disk.folder.file("backup");
    std::vector<Contents> owners;

    Made() {
        for (std::uint64_t id = 1; id <= 300; ++id)
            disk.store->commit({append("romeo", id), put("juliet", "vcard", std::to_string(id), "a letter to " + std::to_string(id))}, {});
        REQUIRE_FALSE(disk.asked().commit({put("romeo", "account", "", "his account")}));
        REQUIRE_FALSE(copy_of(disk, file));
        owners = seal(file, disk.file, description()).value();
    }
    void sql(const std::string& text) const {
        const auto connection = open_file(file);
        REQUIRE(run_sql(connection->get(), text) == SQLITE_OK);
    }
    // Writes over the first place that holds `text`.
    void change(const std::string& text) const {
        std::ifstream in(file, std::ios::binary);
        std::string bytes((std::istreambuf_iterator<char>(in)), {});
        const auto at = bytes.find(text);
        REQUIRE(at != bytes.npos);
        bytes[at] = '#';
        std::ofstream(file, std::ios::binary) << bytes;
    }
    void is_refused(const std::string& why) const {
        const auto refused = verify_backup(file, "/mnt/backup");
        REQUIRE_FALSE(refused);
        INFO(refused.error());
        CHECK(refused.error().starts_with("/mnt/backup"));
        CHECK(refused.error().find(why) != std::string::npos);
    }
};

void fill(Disk& disk) {
    for (std::uint64_t id = 1; id <= 40; ++id)
        disk.store->commit({put("ballast", "vcard", std::to_string(id), std::string(500'000, 'x'))}, {});
    REQUIRE_FALSE(disk.asked().commit({put("ballast", "vcard", "last", "x")}));
}

// A store of 20 MB with five clients, each of which commits its next batch when it has the answer to the last.
struct Load {
    Disk disk{true};
    std::uint64_t committed = 0, acknowledged = 0;
    bool is_over = false;

    void begin() {
        fill(disk);
        for (int client = 0; client < 5; ++client) commit();
    }
    void commit() {
        const auto id = ++committed;
        // Each batch writes at both ends of the file, and the two must agree.
        disk.store->commit({append("romeo", id), put("aaron", "count", "is", std::to_string(id))}, [this](auto) {
            ++acknowledged;
            if (!is_over) commit();
        });
    }
};

std::vector<std::pair<std::string, std::int64_t>> entry_counts(const std::vector<Contents>& owners) {
    std::vector<std::pair<std::string, std::int64_t>> counts;
    for (const Contents& of : owners) counts.emplace_back(of.owner, of.entries);
    return counts;
}

} // namespace

TEST_CASE("a backup says what it contains, and brings it all back") {
    const Made made;
    CHECK(entry_counts(made.owners) == std::vector<std::pair<std::string, std::int64_t>>{{"juliet", 0}, {"romeo", 300}});
    const auto read = verify_backup(made.file, made.file);
    REQUIRE(read);
    CHECK(read->owners == made.owners);
    CHECK(read->domain == "montague.example");
    REQUIRE(read->files.size() == 2);
    CHECK(read->files[0].bytes == "a secret\n");
    CHECK(read->files[0].mode == 0640);
    struct stat status {};
    REQUIRE(::stat(made.file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK_FALSE(std::filesystem::exists(made.file + "-wal"));

    REQUIRE_FALSE(become_store(made.file, read->owners));
    Turns turns;
    auto store = SqliteStore::open(made.file, turns.poster(), made.disk.log);
    REQUIRE(store);
    CHECK(Asked(**store, turns).page("romeo", {.most = 1000}).size() == 300);
    CHECK(Asked(**store, turns).find("juliet", "vcard", "300") == "a letter to 300");
}

TEST_CASE("a copy made under load shows one moment, and commits go on meanwhile") {
    Load load;
    load.begin();
    load.disk.turns.until(*load.disk.store, [&] { return load.acknowledged > 10; });
    const auto before = load.acknowledged;
    const auto copy = load.disk.folder.file("copy");
    std::optional<std::string> mistake;
    load.disk.store->copy_to(copy, [&](auto told) {
        mistake = told;
        load.is_over = true;
    });
    load.disk.turns.until(*load.disk.store, [&] { return load.is_over && load.acknowledged == load.committed; });
    REQUIRE_FALSE(mistake);
    CHECK(load.acknowledged > before + 10);

    const auto connection = open_file(copy);
    std::int64_t entries = 0, count = 0;
    REQUIRE(read_number(connection->get(), "SELECT count(*) FROM entry WHERE owner = 'romeo'", entries) == SQLITE_OK);
    REQUIRE(read_number(connection->get(), "SELECT value FROM record WHERE owner = 'aaron'", count) == SQLITE_OK);
    MESSAGE(before, " acknowledged before, ", entries, " in the copy, ", load.committed, " when it was told");
    CHECK(entries == count);
    CHECK(entries >= static_cast<std::int64_t>(before));
    CHECK_FALSE(find_damage(connection->get()));
}

TEST_CASE("one copy at a time; one that cannot be made is explained; one that is given up leaves nothing") {
    Disk disk(true);
    fill(disk);
    std::vector<std::optional<std::string>> told;
    for (const char* name : {"one", "two"})
        disk.store->copy_to(disk.folder.file(name), [&](auto mistake) { told.push_back(mistake); });
    disk.turns.until(*disk.store, [&] { return told.size() == 2; });
    CHECK(told[0] == "another copy of the store is being made; wait for its end");
    CHECK_FALSE(told[1]);
    CHECK(copy_of(disk, disk.folder.file("none/copy"))->find("Its folder must exist") != std::string::npos);
    disk.store->copy_to(disk.folder.file("given-up"), [&](auto) { FAIL("told of a copy that was given up"); });
    disk.store.reset();
    CHECK_FALSE(std::filesystem::exists(disk.folder.file("given-up")));
}

TEST_CASE("a file that is no whole backup is refused with a remedy") {
    const Made made;
    const auto size = std::filesystem::file_size(made.file);
    SUBCASE("cut off") {
        for (const auto left : {size - 1, size - 4096, size / 2, std::uintmax_t{5000}}) {
            std::filesystem::resize_file(made.file, left);
            made.is_refused("is damaged or was cut off: ");
        }
        std::filesystem::resize_file(made.file, 0);
        made.is_refused("is no backup; name a file that 'server-core backup' made");
    }
    SUBCASE("one byte of a message") {
        made.change("<body>77</body>");
        made.is_refused("what it has of romeo is not what it had when it was made; use another backup, nothing was changed");
    }
    SUBCASE("one byte of a record") {
        made.change("a letter to 77");
        made.is_refused("what it has of juliet is not what it had");
    }
    SUBCASE("one byte of a kept file") {
        made.change("a secret");
        made.is_refused("the kept file component.secret is not what it was");
    }
    SUBCASE("an owner more") {
        made.sql("INSERT INTO record VALUES('tybalt', 'account', '', 'x')");
        made.is_refused("it has more owners than when it was made");
    }
    SUBCASE("an owner less") {
        made.sql("DELETE FROM record WHERE owner = 'romeo'; DELETE FROM entry");
        made.is_refused("what it has of romeo is not what it had");
    }
}

TEST_CASE("a file that is another one, or of another version, is refused with a remedy") {
    const Made made;
    SUBCASE("no database") {
        std::ofstream(made.file) << std::string(9000, 'x');
        made.is_refused("is no backup");
    }
    SUBCASE("a store, no backup") {
        made.sql("DROP TABLE backup");
        made.is_refused("is no backup");
    }
    SUBCASE("of a newer server") {
        made.sql("PRAGMA user_version = 99");
        made.is_refused("was written by a newer server (schema 99, this one knows up to " + std::to_string(schema_version()) + ")");
    }
    SUBCASE("of another format") {
        made.sql("UPDATE backup SET value = '2' WHERE name = 'format'");
        made.is_refused("its format is '2', expected 1");
    }
}

TEST_CASE("a store that is damaged is not sealed: the sentence names the store and the remedy") {
    Disk disk;
    for (std::uint64_t id = 1; id <= 300; ++id) disk.store->commit({append("romeo", id)}, {});
    const auto copy = disk.folder.file("copy");
    REQUIRE_FALSE(copy_of(disk, copy));
    {
        const auto connection = open_file(copy);
        REQUIRE(run_sql(connection->get(), "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 3 WHERE name = 'entry_with'") ==
                SQLITE_OK);
    }
    const auto refused = seal(copy, disk.file, description());
    REQUIRE_FALSE(refused);
    INFO(refused.error());
    CHECK(refused.error().starts_with(disk.file + " is damaged: "));
    CHECK(refused.error().ends_with("then restore the last backup: server-core restore FILE"));
}

TEST_CASE("a backup of an earlier schema becomes a store of this one") {
    Folder folder;
    const auto file = folder.file("backup");
    REQUIRE_FALSE(make_private(file));
    {
        std::ifstream dump(SCHEMAS "/1.sql");
        const std::string sql((std::istreambuf_iterator<char>(dump)), {});
        REQUIRE(run_sql(open_file(file)->get(), sql) == SQLITE_OK);
    }
    REQUIRE(seal(file, file, description()));
    const auto read = verify_backup(file, file);
    REQUIRE(read);
    CHECK_FALSE(become_store(file, read->owners));
    CHECK_FALSE(refuse_store(file));
    const auto connection = open_database(file, nullptr);
    CHECK(contents(connection->get())->size() == read->owners.size());
}
