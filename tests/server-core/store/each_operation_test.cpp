// SPDX-License-Identifier: MIT
// DESIGN 4.1 on a broken disk: each write, sync, truncation and deletion fails in turn, once or from then on.
#include "disk.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace store;
using namespace store::test;

namespace {

constexpr std::uint64_t rounds = 3, together = 4;

// Batch `number`: an entry, a large record, and the record that says the batch is there.
Batch batch(std::uint64_t number) {
    const auto name = std::to_string(number);
    return {append("romeo", number), put("romeo", "vcard", name, std::string(5000, 'x')), put("romeo", "done", name, "yes")};
}

// Commits in groups and closes the store; the numbers that were acknowledged.
std::set<std::uint64_t> play(Disk& disk) {
    std::set<std::uint64_t> acknowledged;
    std::uint64_t number = 0;
    for (std::uint64_t round = 1; round <= rounds; ++round) {
        std::size_t answers = 0;
        for (std::uint64_t i = 0; i < together; ++i) {
            ++number;
            disk.store->commit(batch(number), [&, number](std::optional<Refusal> refusal) {
                ++answers;
                if (!refusal) acknowledged.insert(number);
            });
        }
        disk.turns.until(*disk.store, [&] { return answers == together; });
    }
    // While the disk is still broken, what was acknowledged can be read.
    for (const auto known : acknowledged) CHECK(disk.asked().find("romeo", "done", std::to_string(known)) == "yes");
    disk.store.reset();
    return acknowledged;
}

// After the disk was mended: all that was acknowledged, and of the rest each batch whole or not at all.
void check(Disk& disk, const std::set<std::uint64_t>& acknowledged) {
    disk.open();
    const auto entries = ids(disk.asked().page("romeo"));
    const auto loaded = disk.asked().load("romeo", {"vcard", "done"});
    for (std::uint64_t number = 1; number <= rounds * together; ++number) {
        INFO("batch ", number);
        const auto has = [&](const char* drawer) {
            return std::ranges::any_of(loaded.records, [&](const Record& record) {
                return record.drawer == drawer && record.name == std::to_string(number);
            });
        };
        const bool has_entry = std::ranges::find(entries, number) != entries.end();
        CHECK(has_entry == has("done"));
        CHECK(has_entry == has("vcard"));
        if (acknowledged.contains(number)) CHECK(has_entry);
    }
    CHECK(std::ranges::is_sorted(entries));
    CHECK_FALSE(disk.asked().commit({append("romeo", 100)}));
}

} // namespace

TEST_CASE("DESIGN 4.1: whichever operation the disk fails, what was acknowledged is there and nothing is half written") {
    constexpr int forever = std::numeric_limits<int>::max();
    int failures = 0, refused = 0;
    for (const int code : {SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC, SQLITE_FULL}) {
        for (const int count : {1, forever}) {
            for (int number = 1;; ++number) {
                INFO("code ", code, ", ", count == 1 ? "once" : "for ever", " from operation ", number);
                Disk disk(true);
                disk.faults.fail_from(number, code, count);
                const auto acknowledged = play(disk);
                const bool was_reached = disk.faults.operations() >= number;
                disk.faults.fail_from(0, SQLITE_OK, 0);
                check(disk, acknowledged);
                if (!was_reached) break;
                ++failures;
                refused += acknowledged.size() < rounds * together;
            }
        }
    }
    MESSAGE(failures, " failures, ", refused, " of them refused something");
    CHECK(refused > 50); // the faults are really met
}
