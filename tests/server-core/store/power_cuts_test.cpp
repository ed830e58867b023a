// SPDX-License-Identifier: MIT
// DESIGN 4.1: the power fails before each change of a file in turn; of what was not synced any sectors may be on the disk.
#include "disk.h"
#include "store/sqlite/file.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

using namespace store;
using namespace store::test;

namespace {

constexpr std::uint64_t rounds = 3, together = 4;
using Numbers = std::set<std::uint64_t>;

// Batch `number`: an entry, a large record, and the record that says the batch is there.
Batch batch(std::uint64_t number) {
    const auto name = std::to_string(number);
    return {append("romeo", number), put("romeo", "vcard", name, std::string(3000, 'x')), put("romeo", "done", name, "yes")};
}

// A disk as a power cut left it, and what had been acknowledged by then.
struct Cut {
    PowerCut::Files files;
    Numbers acknowledged;
};

// Commits in groups on a disk whose power fails again and again, in thought.
class Play {
public:
    Play() {
        disk_.power.before_change = [this] { cut(); };
        disk_.open();
        for (int life = 0; life < 2; ++life) {
            for (std::uint64_t round = 0; round < rounds; ++round) commit_some();
            fill_once();  // the WAL is checkpointed, and begun again at its head
            commit_some();
            disk_.store.reset();
            cut();
            disk_.open();
        }
        disk_.store.reset();
        disk_.power.before_change = {};
    }
    const std::vector<Cut>& cuts() const { return cuts_; }
    std::uint64_t last() const { return number_; }

private:
    // `power` is told before the first byte is written.
    struct Watched : Disk {
        PowerCut power;
        Watched() : Disk(true, true) { faults.power = &power; }
        ~Watched() { store.reset(); }
    };

    void cut() {
        const std::lock_guard lock(mutex_);
        ++changes_;
        for (const double chance : {0.0, 0.5, 0.9}) cuts_.push_back({disk_.power.left(chance, changes_), acknowledged_});
    }
    void commit_some() {
        std::size_t answers = 0;
        for (std::uint64_t i = 0; i < together; ++i) {
            const auto number = ++number_;
            disk_.store->commit(batch(number), [&, number](std::optional<Refusal> refusal) {
                ++answers;
                const std::lock_guard lock(mutex_);
                if (!refusal) acknowledged_.insert(number);
            });
        }
        disk_.turns.until(*disk_.store, [&] { return answers == together; });
    }
    void fill_once() {
        const auto most = disk_.faults.largest_wal.exchange(1000);
        const auto refused = disk_.asked().commit({put("romeo", "vcard", "too much", "x")});
        disk_.faults.largest_wal = most;
        REQUIRE(refused == Refusal::resource_constraint);
    }

    std::mutex mutex_;  // the disk's thread cuts, ours hears what is acknowledged
    Numbers acknowledged_;
    std::vector<Cut> cuts_;
    unsigned changes_ = 0;
    std::uint64_t number_ = 0;
    Watched disk_;
};

void write(const std::string& file, const std::string& bytes) { std::ofstream(file, std::ios::binary) << bytes; }

// What a start finds: each batch whole or not at all, all that were acknowledged, a store that is whole and takes more.
void check(const Cut& cut, std::uint64_t last) {
    Disk disk(true, true);
    for (const auto& [name, bytes] : cut.files) write(disk.folder.file(std::filesystem::path(name).filename().string()), bytes);
    disk.open();
    const auto entries = ids(disk.asked().page("romeo"));
    const auto loaded = disk.asked().load("romeo", {"vcard", "done"});
    Numbers found(entries.begin(), entries.end()), cards, said;
    for (const Record& record : loaded.records) (record.drawer == "vcard" ? cards : said).insert(std::stoull(record.name));
    CHECK(found == cards);
    CHECK(found == said);
    CHECK(std::ranges::includes(found, cut.acknowledged));
    CHECK_FALSE(disk.asked().commit(batch(last + 1)));
    disk.store.reset();
    const auto connection = open_file(disk.file, disk.faults.name());
    REQUIRE(connection.has_value());
    CHECK_FALSE(find_damage(connection->get()).has_value());
}

} // namespace

TEST_CASE("DESIGN 4.1: whenever the power fails, what was acknowledged is there, nothing is half written, the store is whole") {
    const Play play;
    std::size_t unfinished = 0;
    for (std::size_t number = 0; number < play.cuts().size(); ++number) {
        INFO("power cut ", number);
        check(play.cuts()[number], play.last());
        unfinished += play.cuts()[number].acknowledged.size() < play.last();
    }
    MESSAGE(play.cuts().size(), " power cuts, ", unfinished, " of them before the last acknowledgement");
    CHECK(unfinished > 200); // the cuts are where something is under way
}
