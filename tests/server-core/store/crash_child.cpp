// SPDX-License-Identifier: MIT
// The process that dies in crash_test.py.
//   crash-child write FILE   commits until it is killed; prints "OWNER NUMBER" for each batch acknowledged
//   crash-child check FILE   opens the store; prints "opened MILLISECONDS" and "OWNER NUMBER" of the last batch of each
//                            owner, or what is wrong and exits with 1
#include "store/sqlite/sqlite_store.h"
#include "turns.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <iostream>
#include <memory>

#include <unistd.h>

using namespace store;
using namespace store::test;

namespace {

// Batch `number` of an owner: three entries, small, large and huge, and a record that counts batches.
constexpr std::uint64_t entries_a_batch = 3;
constexpr std::array<std::size_t, entries_a_batch> sizes = {100, 1500, 9000};
constexpr int owner_count = 8;
constexpr int in_flight = 5; // batches of an owner that are not acknowledged yet

std::string owner_name(int owner) { return "owner-" + std::to_string(owner) + "@montague.example"; }

Entry entry(std::uint64_t id) {
    Entry made = append("", id).entry;
    made.stanza.resize(sizes[id % entries_a_batch], static_cast<char>('a' + id % 26));
    return made;
}

Batch batch(int owner, std::uint64_t number) {
    Batch made;
    for (std::uint64_t id = (number - 1) * entries_a_batch + 1; id <= number * entries_a_batch; ++id)
        made.push_back(Append{owner_name(owner), entry(id)});
    made.push_back(put(owner_name(owner), "count", "batches", std::to_string(number)));
    return made;
}

std::unique_ptr<SqliteStore> open(const char* file, Turns& turns) {
    static const base::Log log;
    auto opened = SqliteStore::open(file, turns.poster(), log);
    if (!opened) throw std::runtime_error(opened.error());
    return std::move(*opened);
}

// One write(2) a line: what was printed before the kill has reached the parent.
void print(int owner, std::uint64_t number) {
    const auto line = std::to_string(owner) + " " + std::to_string(number) + "\n";
    if (::write(1, line.data(), line.size()) != static_cast<ssize_t>(line.size())) ::_exit(2);
}

std::uint64_t counted(Asked& asked, int owner) {
    const auto text = asked.find(owner_name(owner), "count", "batches").value_or("0");
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

class Writer {
public:
    Writer(Store& store, int owner, std::uint64_t last) : store_(store), owner_(owner), last_(last) {}
    void commit() {
        const std::uint64_t next = ++last_;
        store_.commit(batch(owner_, next), [this, number = next](std::optional<Refusal> refusal) {
            if (refusal) throw std::runtime_error("a batch was refused");
            print(owner_, number);
            commit();
        });
    }

private:
    Store& store_;
    int owner_;
    std::uint64_t last_;
};

void write(const char* file) {
    Turns turns;
    const auto store = open(file, turns);
    Asked asked(*store, turns);
    std::vector<Writer> writers;
    for (int owner = 0; owner < owner_count; ++owner) writers.emplace_back(*store, owner, counted(asked, owner));
    for (Writer& writer : writers) {
        for (int i = 0; i < in_flight; ++i) writer.commit();
    }
    turns.until(*store, [] { return false; });
}

// What is wrong with what the store has of `owner`, whose record counts `batches`; empty: nothing.
std::string mistake(Asked& asked, int owner, std::uint64_t batches) {
    std::uint64_t expected = 0;
    for (;;) {
        const auto page = asked.page(owner_name(owner), {.after = expected, .most = 500});
        if (page.empty()) break;
        for (const Entry& found : page) {
            if (found.id != ++expected) return "entry " + std::to_string(expected) + " is missing";
            if (found.stanza != entry(expected).stanza) return "entry " + std::to_string(expected) + " is damaged";
        }
    }
    if (expected == batches * entries_a_batch) return {};
    return std::to_string(expected) + " entries, but " + std::to_string(batches) + " batches counted";
}

int check(const char* file) {
    Turns turns;
    const auto begin = std::chrono::steady_clock::now();
    const auto store = open(file, turns);
    Asked asked(*store, turns);
    asked.load(owner_name(0), {"count"});
    const auto opened = std::chrono::steady_clock::now() - begin;
    std::cout << "opened " << std::chrono::duration_cast<std::chrono::milliseconds>(opened).count() << "\n";
    for (int owner = 0; owner < owner_count; ++owner) {
        const auto batches = counted(asked, owner);
        if (const auto wrong = mistake(asked, owner, batches); !wrong.empty()) {
            std::cout << owner_name(owner) << ": " << wrong << "\n";
            return 1;
        }
        std::cout << owner << " " << batches << "\n";
    }
    return 0;
}

} // namespace

int main(int count, char** arguments) {
    if (count != 3) return 2;
    const std::string_view command = arguments[1];
    if (command == "check") return check(arguments[2]);
    if (command == "write") write(arguments[2]);
    return 2;
}
