// SPDX-License-Identifier: MIT
#include "folder.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/sqlite_store.h"
#include "turns.h"

#include <doctest/doctest.h>

#include <fstream>

#include <sqlite3.h>
#include <sys/stat.h>

using namespace store;
using namespace store::test;

namespace {

struct File {
    Folder folder;
    Turns turns;
    std::string path = folder.file("store.sqlite");
    base::Log log;

    std::unique_ptr<SqliteStore> open() {
        auto opened = SqliteStore::open(path, turns.poster(), log);
        if (!opened) throw std::runtime_error(opened.error());
        return std::move(*opened);
    }
    // A store of some pages, closed.
    void fill() {
        auto store = open();
        for (std::uint64_t id = 1; id <= 1000; ++id) store->commit({append("romeo", id)}, {});
    }
    // Why it cannot be opened.
    std::string refusal() {
        auto opened = SqliteStore::open(path, turns.poster(), log);
        return opened ? "" : opened.error();
    }
    void sql(const char* text) {
        sqlite3* connection = nullptr;
        sqlite3_open(path.c_str(), &connection);
        CHECK(sqlite3_exec(connection, text, nullptr, nullptr, nullptr) == SQLITE_OK);
        sqlite3_close(connection);
    }
};

unsigned mode_of(const std::string& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 0777;
}

bool says(const std::string& sentence, const std::string& part) {
    INFO(sentence);
    const bool found = sentence.find(part) != std::string::npos;
    CHECK(found);
    return found;
}

} // namespace

TEST_CASE("only the server's user may read the store") {
    File file;
    auto store = file.open();
    Asked(*store, file.turns).commit({append("romeo", 1)});
    CHECK(mode_of(file.path) == 0600);
    CHECK(mode_of(file.path + "-wal") == 0600);
    store.reset();
    ::chmod(file.path.c_str(), 0644);
    store = file.open();
    CHECK(mode_of(file.path) == 0600);
}

TEST_CASE("a store written by a newer server is refused with a remedy, and left as it is") {
    File file;
    file.fill();
    const auto known = std::to_string(schema_version());
    file.sql("PRAGMA user_version = 99");
    says(file.refusal(), "written by a newer server (schema 99, this one knows up to " + known + "). Install that version again");
    file.sql(("PRAGMA user_version = " + known).c_str());
    auto store = file.open();
    CHECK(Asked(*store, file.turns).page("romeo", {.most = 2000}).size() == 1000);
}

TEST_CASE("the database of another program is refused") {
    File file;
    file.sql("CREATE TABLE montague(a)");
    says(file.refusal(), "is the database of another program. Choose another data folder.");
}

TEST_CASE("a damaged store is refused with a remedy") {
    File file;
    file.fill();
    SUBCASE("no database at all") { std::ofstream(file.path) << std::string(50'000, 'x'); }
    SUBCASE("cut off") { std::filesystem::resize_file(file.path, 12'000); }
    SUBCASE("a table's description overwritten") {
        std::fstream bytes(file.path, std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekp(3000);
        bytes << std::string(1096, 'x');
    }
    SUBCASE("a table missing") { file.sql("DROP TABLE entry"); }
    says(file.refusal(), "is damaged: ");
    says(file.refusal(), "then restore the last backup: server-core restore FILE");
}

TEST_CASE("a store that another one has open is refused") {
    File file;
    auto store = file.open();
    says(file.refusal(), "is in use by another process. Stop the other server first.");
    // The second attempt must not have released the first one's locks.
    says(file.refusal(), "is in use by another process. Stop the other server first.");
    CHECK_FALSE(Asked(*store, file.turns).commit({append("romeo", 1)}));
}

TEST_CASE("a folder that is not there is named, with a remedy") {
    File file;
    file.path = file.folder.file("none/store.sqlite");
    says(file.refusal(), file.path + " cannot be opened: No such file or directory. Its folder must exist");
}
