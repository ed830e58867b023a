// SPDX-License-Identifier: MIT
#include "disk.h"
#include "promises.h"

#include <doctest/doctest.h>

using namespace store;
using namespace store::test;
using std::chrono::steady_clock;

TEST_CASE("sqlite: the promises of every store hold") {
    Disk disk;
    SUBCASE("records of an owner come back in order of drawer and name") { keeps_records(*disk.store, disk.turns); }
    SUBCASE("DESIGN 9.6: an entry that is there already is left as it is") { keeps_a_log(*disk.store, disk.turns); }
    SUBCASE("a page holds the ids between its bounds, oldest first") { pages_a_log(*disk.store, disk.turns); }
    SUBCASE("XEP-0313: an archive is searched by correspondent, time and id, and counted") { searches_an_archive(*disk.store, disk.turns); }
    SUBCASE("XEP-0313 4.1.2: times are right after the clock was set back") { finds_times_whatever_the_clock(*disk.store, disk.turns); }
    SUBCASE("a log is trimmed from its oldest end, and of what was only passing") { trims_a_log(*disk.store, disk.turns); }
    SUBCASE("erasing an owner erases records and log, of no one else") { erases(*disk.store, disk.turns); }
    SUBCASE("owners of a drawer come sorted, once each") { lists_owners(*disk.store, disk.turns); }
    SUBCASE("DESIGN 4.1: a read sees every batch committed before it") {
        reads_see_earlier_writes(*disk.store, disk.turns);
    }
    SUBCASE("DESIGN 4.2: answers come in the order of the calls") { answers_in_order(*disk.store, disk.turns); }
}

TEST_CASE("DESIGN 4.1: a batch is acknowledged only when fsync has returned, and the reads behind it wait too") {
    Disk disk;
    std::vector<std::string> seen;
    disk.faults.hold_syncs();
    disk.store->commit({put("romeo", "vcard", "a", "1")}, [&](auto) { seen.push_back("committed"); });
    disk.store->find("romeo", "vcard", "a", [&](const auto& found) { seen.push_back(found.value().value()); });
    disk.store->end_turn();
    disk.faults.wait_for_held_sync();
    CHECK(disk.turns.posts() == 0);
    disk.faults.release_syncs();
    disk.turns.until(*disk.store, [&] { return seen.size() == 2; });
    CHECK(seen == std::vector<std::string>{"committed", "1"});
}

TEST_CASE("DESIGN 4.1: what queued up while the previous commit ran is one transaction, answered in one post") {
    Disk disk;
    disk.asked().commit({append("romeo", 1)});
    const int syncs = disk.faults.wal_syncs;
    const auto posts = disk.turns.posts();
    std::vector<Batch> batches;
    for (std::uint64_t id = 2; id <= 101; ++id) batches.push_back({append("romeo", id)});
    CHECK(disk.as_one_group(std::move(batches)) == Refusals(100));
    CHECK(disk.faults.wal_syncs == syncs + 2);
    CHECK(disk.turns.posts() == posts + 2);
    CHECK(disk.asked().page("romeo", {.most = 1000}).size() == 101);
}

TEST_CASE("DESIGN 4.1: under load a group begins at least 2 ms after the last one") {
    Disk disk;
    disk.faults.skip_disk = true;
    constexpr std::size_t count = 10000;
    std::size_t committed = 0, acknowledged = 0;
    // A hundred clients, each of which sends its next message when it has the answer to the last.
    std::function<void()> send = [&] {
        if (committed == count) return;
        disk.store->commit({append("romeo", ++committed)}, [&](auto refusal) {
            CHECK_FALSE(refusal);
            ++acknowledged;
            send();
        });
    };
    const auto begin = steady_clock::now();
    for (int client = 0; client < 100; ++client) send();
    disk.turns.until(*disk.store, [&] { return acknowledged == count; });
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begin).count();
    const auto groups = disk.turns.posts(); // each is answered in one post
    MESSAGE(count, " batches, ", groups, " groups, ", disk.faults.wal_syncs.load(), " fsyncs in ", elapsed, " ms");
    CHECK(groups <= static_cast<std::size_t>(elapsed) / 2 + 2);
    CHECK(disk.faults.wal_syncs < static_cast<int>(count) / 20);
}

TEST_CASE("DESIGN 4.1: a store that was idle commits at once") {
    Disk disk;
    disk.faults.skip_disk = true;
    auto shortest = steady_clock::duration::max();
    for (std::uint64_t id = 1; id <= 20; ++id) {
        std::this_thread::sleep_for(std::chrono::milliseconds(3)); // idle: longer than the interval of groups
        const auto begin = steady_clock::now();
        disk.asked().commit({append("romeo", id)});
        shortest = std::min(shortest, steady_clock::now() - begin);
    }
    CHECK(shortest < std::chrono::milliseconds(1));
}

TEST_CASE("DESIGN 4.1: when a group fails, only the batches that fail alone are refused") {
    Disk disk;
    SUBCASE("a write that the disk refuses") {
        disk.faults.poison = "thy lips are warm";
        disk.open();
        const auto answers =
            disk.as_one_group({{append("romeo", 1)},
                               {put("romeo", "vcard", "b", "1"), put("romeo", "vcard", "a", disk.faults.poison)},
                               {append("romeo", 2)}});
        CHECK(answers == Refusals{std::nullopt, Refusal::internal_error, std::nullopt});
    }
    SUBCASE("a disk with room for small batches only") {
        disk.faults.largest_wal = 300'000;
        const auto answers = disk.as_one_group(
            {{append("romeo", 1)},
             {put("romeo", "vcard", "b", "1"), put("romeo", "vcard", "a", std::string(1'000'000, 'x'))},
             {append("romeo", 2)}});
        CHECK(answers == Refusals{std::nullopt, Refusal::resource_constraint, std::nullopt});
    }
    SUBCASE("an id that the store cannot keep") {
        const auto answers = disk.as_one_group({{append("romeo", 1)},
                                                {put("romeo", "vcard", "b", "1"), append("romeo", 1ULL << 63)},
                                                {append("romeo", 2)}});
        CHECK(answers == Refusals{std::nullopt, Refusal::internal_error, std::nullopt});
    }
    CHECK(ids(disk.asked().page("romeo")) == std::vector<std::uint64_t>{1, 2});
    CHECK(disk.asked().load("romeo", {"vcard"}).records.empty());
    disk.open();
    CHECK(ids(disk.asked().page("romeo")) == std::vector<std::uint64_t>{1, 2});
    CHECK(disk.asked().load("romeo", {"vcard"}).records.empty());
}

TEST_CASE("DESIGN 4.1: on a full or broken disk every batch is refused, and accepted again afterwards") {
    Disk disk;
    CHECK_FALSE(disk.asked().commit({append("romeo", 1)}));
    for (int round = 0; round < 3; ++round) {
        disk.faults.disk_is_full = true;
        CHECK(disk.asked().commit({append("romeo", 2)}) == Refusal::resource_constraint);
        disk.faults.disk_is_full = false;
        disk.faults.sync_fails = true;
        CHECK(disk.asked().commit({append("romeo", 3)}) == Refusal::internal_error);
        disk.faults.sync_fails = false;
        CHECK(ids(disk.asked().page("romeo", {.before = 10})) == std::vector<std::uint64_t>{1});
        CHECK_FALSE(disk.asked().commit({put("romeo", "vcard", "a", std::to_string(round))}));
    }
    CHECK_FALSE(disk.asked().commit({append("romeo", 10)}));
    disk.open();
    CHECK(ids(disk.asked().page("romeo")) == std::vector<std::uint64_t>{1, 10});
    CHECK(disk.asked().find("romeo", "vcard", "a") == "2");
}

TEST_CASE("DESIGN 4.1: why nothing can be written is said once in the log, with what helps, and once that it is over") {
    Disk disk;
    disk.faults.disk_is_full = true;
    CHECK(disk.asked().commit({append("romeo", 1)}) == Refusal::resource_constraint);
    CHECK(disk.logged() == "<3>the store refuses to write: " + disk.file +
                               ": database or disk is full; make room on its disk; who asked for it is told\n");
    CHECK(disk.asked().commit({append("romeo", 2)}) == Refusal::resource_constraint);
    CHECK(disk.logged().empty());
    disk.faults.disk_is_full = false;
    CHECK_FALSE(disk.asked().commit({append("romeo", 3)}));
    CHECK(disk.logged() == "<6>the store writes again: " + disk.file + "\n");
    CHECK_FALSE(disk.asked().commit({append("romeo", 4)}));
    CHECK(disk.logged().empty());
}

TEST_CASE("a WAL that fills the disk is emptied, and batches are accepted again") {
    Disk disk;
    disk.faults.largest_wal = 200'000;
    for (std::uint64_t id = 1; id <= 500; ++id) REQUIRE_FALSE(disk.asked().commit({append("romeo", id)}));
    CHECK(disk.asked().page("romeo", {.most = 1000}).size() == 500);
}

TEST_CASE("a read that fails is refused, the store lives on") {
    Disk disk;
    CHECK_FALSE(disk.asked().commit({put("romeo", "vcard", "a", std::string(20'000'000, 'x'))}));
    disk.faults.read_fails = true;
    std::optional<base::Result<std::optional<std::string>, Refusal>> answer;
    disk.store->find("romeo", "vcard", "a", [&](auto found) { answer = std::move(found); });
    disk.turns.until(*disk.store, [&] { return answer.has_value(); });
    disk.faults.read_fails = false;
    REQUIRE_FALSE(answer->has_value());
    CHECK(answer->error() == Refusal::internal_error);
    CHECK(disk.asked().find("romeo", "vcard", "a")->size() == 20'000'000);
}

TEST_CASE("DESIGN 4.6: a commit does not wait for all the reads that came before it") {
    Disk disk;
    disk.faults.skip_disk = true;
    Batch batch;
    for (std::uint64_t id = 1; id <= 500; ++id) batch.push_back(append("romeo", id));
    CHECK_FALSE(disk.asked().commit(std::move(batch)));
    constexpr std::size_t count = 1000;
    std::size_t answered = 0;
    std::optional<std::size_t> answered_before;
    for (std::size_t i = 0; i < count; ++i) {
        disk.store->page("romeo", {.most = 500}, [&](const auto& page) { answered += page.value().size() == 500; });
    }
    disk.store->commit({append("romeo", 501)}, [&](auto) { answered_before = answered; });
    disk.turns.until(*disk.store, [&] { return answered_before && answered == count; });
    CHECK(*answered_before < count);
}

TEST_CASE("a store that is closed has written what was committed, and leaves one file") {
    Disk disk;
    int acknowledged = 0;
    for (std::uint64_t id = 1; id <= 1000; ++id) {
        disk.store->commit({append("romeo", id)}, [&](auto) { ++acknowledged; });
        if (id < 500) disk.store->end_turn();
    }
    disk.store.reset();
    CHECK_FALSE(std::filesystem::exists(disk.file + "-wal"));
    disk.open();
    CHECK(disk.asked().page("romeo", {.most = 2000}).size() == 1000);
    CHECK(acknowledged == 1000);
}

TEST_CASE("the WAL stays small under load, and is emptied when idle") {
    Disk disk;
    disk.faults.skip_disk = true;
    for (std::uint64_t id = 1; id <= 400; ++id)
        REQUIRE_FALSE(disk.asked().commit({put("romeo", "vcard", std::to_string(id), std::string(100'000, 'x'))}));
    CHECK(std::filesystem::file_size(disk.file + "-wal") < 12'000'000);

    CHECK_FALSE(disk.asked().commit({put("romeo", "vcard", "last", std::string(2'000'000, 'x'))}));
    const int before = disk.faults.database_syncs;
    const auto deadline = steady_clock::now() + std::chrono::seconds(10);
    while (disk.faults.database_syncs == before && steady_clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    CHECK(disk.faults.database_syncs > before);
}
