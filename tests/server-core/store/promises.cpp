// SPDX-License-Identifier: MIT
#include "promises.h"

#include <doctest/doctest.h>

namespace store::test {

using Ids = std::vector<std::uint64_t>;
using Owners = std::vector<std::string>;

void keeps_records(Store& store, Turns& turns) {
    Asked asked(store, turns);
    const std::string bytes("\0\xff'\n", 4);
    CHECK_FALSE(asked.commit({put("romeo", "vcard", "b", "1"), put("romeo", "vcard", "a", bytes),
                              put("romeo", "private", "z", ""), put("juliet", "vcard", "a", "hers")}));
    CHECK_FALSE(asked.commit({put("romeo", "vcard", "b", "2")}));

    const auto loaded = asked.load("romeo", {"vcard", "private", "none", "vcard"});
    REQUIRE(loaded.records.size() == 3);
    CHECK(loaded.records[0].drawer == "private");
    CHECK(loaded.records[1].name == "a");
    CHECK(loaded.records[1].value == bytes);
    CHECK(loaded.records[2].value == "2");
    CHECK(loaded.last_entry_id == 0);

    CHECK(asked.load("romeo", {"private"}).records.size() == 1);
    CHECK(asked.load("romeo", {}).records.empty());
    CHECK(asked.load("nobody", {"vcard"}).records.empty());
    CHECK(asked.find("romeo", "private", "z") == "");
    CHECK(asked.find("romeo", "vcard", "a") == bytes);
    CHECK_FALSE(asked.find("romeo", "vcard", "c"));
    CHECK_FALSE(asked.find("nobody", "vcard", "a"));
}

void keeps_a_log(Store& store, Turns& turns) {
    Asked asked(store, turns);
    const std::uint64_t big = (1ULL << 63) - 1;
    CHECK_FALSE(asked.commit({append("romeo", 7), append("romeo", big), append("juliet", 3)}));
    auto again = append("romeo", 7);
    again.entry.stanza = "another";
    CHECK_FALSE(asked.commit({again, put("romeo", "vcard", "a", "1")}));

    auto page = asked.page("romeo");
    REQUIRE(ids(page) == Ids{7, big});
    const auto expected = append("romeo", 7).entry;
    CHECK(page[0].stanza == expected.stanza);
    CHECK(page[0].with == expected.with);
    CHECK(page[0].stamp == expected.stamp);
    CHECK(page[0].outgoing == expected.outgoing);
    CHECK(page[1].outgoing == append("romeo", big).entry.outgoing);
    CHECK(asked.find("romeo", "vcard", "a") == "1");
    CHECK(asked.load("romeo", {}).last_entry_id == big);
    CHECK_FALSE(asked.commit({Rewrite{"romeo", 7, "<message/>"}, Rewrite{"romeo", 8, "<message/>"}, Rewrite{"juliet", 7, "<message/>"}}));
    page = asked.page("romeo");
    REQUIRE(page.size() == 2);
    CHECK(page[0].stanza == "<message/>");
    CHECK(page[0].stamp == expected.stamp);
    CHECK(page[1].stanza == append("romeo", big).entry.stanza);
    CHECK(asked.load("juliet", {}).last_entry_id == 3);
}

void pages_a_log(Store& store, Turns& turns) {
    Asked asked(store, turns);
    Batch batch;
    for (const std::uint64_t id : {5, 1, 4, 2, 3}) batch.push_back(append("romeo", id));
    batch.push_back(append("romeo@x", 9));
    CHECK_FALSE(asked.commit(std::move(batch)));

    CHECK(ids(asked.page("romeo")) == Ids{1, 2, 3, 4, 5});
    CHECK(ids(asked.page("romeo", {.most = 2})) == Ids{1, 2});
    CHECK(ids(asked.page("romeo", {.most = 2, .newest_first = true})) == Ids{4, 5});
    CHECK(ids(asked.page("romeo", {.after = 1, .before = 5})) == Ids{2, 3, 4});
    CHECK(ids(asked.page("romeo", {.after = 1, .before = 5, .most = 2, .newest_first = true})) == Ids{3, 4});
    CHECK(ids(asked.page("romeo", {.after = 5})).empty());
    CHECK(ids(asked.page("romeo", {.after = 4, .before = 2})).empty());
    CHECK(ids(asked.page("romeo", {.after = UINT64_MAX})).empty());
    CHECK(ids(asked.page("romeo", {.most = 0})).empty());
    CHECK(ids(asked.page("romeo", {.most = SIZE_MAX})) == Ids{1, 2, 3, 4, 5});
    CHECK(ids(asked.page("nobody")).empty());
}

namespace {

// An archived entry at that second after an hour, its id near its time as the server gives them.
constexpr std::int64_t hour = 1'700'000'000;
Time second(std::int64_t number) { return Time(std::chrono::seconds(hour + number)); }
std::uint64_t id_at(std::int64_t number) { return static_cast<std::uint64_t>(hour + number) * 1'000'000 + 7; }
Entry said(std::int64_t number, const std::string& with, const std::string& resource = "", bool archived = true) {
    return {id_at(number), second(number), with, "<message/>", false, resource, archived};
}
Ids at(std::initializer_list<std::int64_t> numbers) {
    Ids found;
    for (const auto number : numbers) found.push_back(id_at(number));
    return found;
}

void fill_archive(Asked& asked) {
    Batch batch;
    for (const Entry& entry : {said(1, "juliet"), said(2, "nurse", "home"), said(3, "juliet", "balcony"), said(4, "juliet", "", false),
                               said(5, "juliet", "garden"), said(6, "nurse"), said(7, "juliet", "balcony")})
        batch.push_back(Append{"romeo", entry});
    batch.push_back(Append{"paris", said(3, "juliet")});
    CHECK_FALSE(asked.commit(std::move(batch)));
}

} // namespace

void searches_an_archive(Store& store, Turns& turns) {
    Asked asked(store, turns);
    fill_archive(asked);
    const auto found = [&](const PageQuery& query) { return ids(asked.page("romeo", query)); };
    CHECK(found({}).size() == 7);
    const PageQuery all{.archived_only = true};
    CHECK(found(all) == at({1, 2, 3, 5, 6, 7}));
    CHECK(found({.most = 2, .newest_first = true, .archived_only = true, .with = "juliet"}) == at({5, 7}));
    const PageQuery juliet{.archived_only = true, .with = "juliet"};
    CHECK(found(juliet) == at({1, 3, 5, 7}));
    CHECK(asked.page("romeo", juliet).at(1).resource == "balcony");
    CHECK(found({.after = id_at(1), .before = id_at(7), .archived_only = true, .with = "juliet"}) == at({3, 5}));
    CHECK(found({.archived_only = true, .with = "juliet", .resource = "balcony"}) == at({3, 7}));
    CHECK(found({.archived_only = true, .with = "nobody"}).empty());
    CHECK(found({.archived_only = true, .start = second(2), .end = second(5)}) == at({2, 3, 5}));
    CHECK(found({.archived_only = true, .start = second(2) + std::chrono::microseconds(1)}) == at({3, 5, 6, 7}));
    CHECK(found({.most = 1, .newest_first = true, .archived_only = true, .with = "nurse", .end = second(5)}) == at({2}));
    CHECK(found({.archived_only = true, .start = second(8)}).empty());
    CHECK(found({.archived_only = true, .end = second(0)}).empty());
    CHECK(found({.archived_only = true, .ids = at({7, 4, 1, 9, 7})}) == at({1, 7}));
    CHECK(found({.most = 1, .archived_only = true, .with = "nurse", .ids = at({1, 2, 6})}) == at({2}));
    CHECK(found({.most_bytes = 11, .archived_only = true}) == at({1, 2}));
    CHECK(found({.newest_first = true, .most_bytes = 10, .archived_only = true}) == at({7}));
    CHECK(found({.most_bytes = 0, .archived_only = true}).empty());

    const auto counted = asked.count("romeo", juliet, id_at(5));
    CHECK(counted.all == 4);
    CHECK(counted.below == 2);
    CHECK(asked.count("romeo", {.most = 1, .archived_only = true, .start = second(2), .end = second(6)}).all == 4);
    CHECK(asked.count("romeo", all, 0, 3).all == 3);
    CHECK(asked.count("nobody", all).all == 0);
    const auto named = asked.count("romeo", {.archived_only = true, .ids = at({1, 4, 6, 7, 9})}, id_at(7));
    CHECK(named.all == 3);
    CHECK(named.below == 2);
}

void finds_times_whatever_the_clock(Store& store, Turns& turns) {
    Asked asked(store, turns);
    fill_archive(asked);
    // The clock was a day ahead, and was set back: ids go on from the highest.
    Entry early = said(86'400, "juliet");
    Entry set_back = said(10, "juliet");
    set_back.id = early.id + 1;
    Entry old = said(9, "juliet");
    old.id = 3;
    CHECK_FALSE(asked.commit({Append{"romeo", early}, Append{"romeo", set_back}, Append{"romeo", old}}));
    CHECK(ids(asked.page("romeo", {.archived_only = true, .start = second(8), .end = second(11)})) == Ids{3, set_back.id});
    CHECK(asked.count("romeo", {.archived_only = true, .end = second(11)}).all == 8);
}

void trims_a_log(Store& store, Turns& turns) {
    Asked asked(store, turns);
    fill_archive(asked);
    CHECK_FALSE(asked.commit({ForgetPassing{"romeo", id_at(3)}}));
    CHECK(asked.page("romeo").size() == 7);
    CHECK_FALSE(asked.commit({ForgetPassing{"romeo", id_at(4)}}));
    CHECK(ids(asked.page("romeo")) == at({1, 2, 3, 5, 6, 7}));
    CHECK_FALSE(asked.commit({Trim{"romeo", id_at(5)}}));
    CHECK(ids(asked.page("romeo")) == at({6, 7}));
    CHECK_FALSE(asked.commit({Trim{"romeo", UINT64_MAX}}));
    CHECK(asked.page("romeo").empty());
    CHECK(asked.page("paris").size() == 1);
}

void erases(Store& store, Turns& turns) {
    Asked asked(store, turns);
    CHECK_FALSE(asked.commit({put("romeo", "roster", "a", "1"), put("romeo", "roster", "b", "2"),
                              put("romeo", "vcard", "a", "3"), append("romeo", 1), put("juliet", "roster", "a", "4"),
                              append("juliet", 1)}));
    CHECK_FALSE(asked.commit({Erase{"romeo", "roster", "b"}, Erase{"romeo", "roster", "none"}}));
    CHECK(asked.load("romeo", {"roster"}).records.size() == 1);

    CHECK_FALSE(asked.commit({EraseDrawer{"romeo", "roster"}}));
    CHECK(asked.load("romeo", {"roster", "vcard"}).records.size() == 1);

    CHECK_FALSE(asked.commit({EraseOwner{"romeo"}}));
    const auto left = asked.load("romeo", {"roster", "vcard"});
    CHECK(left.records.empty());
    CHECK(left.last_entry_id == 0);
    CHECK(asked.page("romeo").empty());
    CHECK(asked.load("juliet", {"roster"}).records.size() == 1);
    CHECK(asked.page("juliet").size() == 1);

    CHECK_FALSE(asked.commit({put("romeo", "vcard", "a", "5"), EraseOwner{"romeo"}, put("romeo", "vcard", "b", "6")}));
    CHECK(asked.load("romeo", {"vcard"}).records.size() == 1);
}

void lists_owners(Store& store, Turns& turns) {
    Asked asked(store, turns);
    CHECK(asked.owners("account").empty());
    CHECK_FALSE(asked.commit({put("romeo", "account", "a", "1"), put("romeo", "account", "b", "1"),
                              put("juliet", "account", "a", "1"), put("nurse", "vcard", "a", "1"),
                              put("balcony", "room", "a", "1"), put("benvolio", "accounts", "a", "1")}));
    CHECK(asked.owners("account") == Owners{"juliet", "romeo"});
    CHECK(asked.owners("room") == Owners{"balcony"});
    CHECK(asked.owners("vcard") == Owners{"nurse"});

    CHECK_FALSE(asked.commit({Erase{"romeo", "account", "a"}, EraseOwner{"juliet"}, EraseDrawer{"balcony", "room"}}));
    CHECK(asked.owners("account") == Owners{"romeo"});
    CHECK(asked.owners("room").empty());
    CHECK_FALSE(asked.commit({Erase{"romeo", "account", "b"}}));
    CHECK(asked.owners("account").empty());
}

void reads_see_earlier_writes(Store& store, Turns& turns) {
    for (std::uint64_t round = 1; round <= 50; ++round) {
        const auto value = std::to_string(round);
        std::size_t answers = 0;
        store.commit({put("romeo", "vcard", "a", value), append("romeo", round)}, [&](auto refusal) {
            CHECK_FALSE(refusal);
            ++answers;
        });
        store.load("romeo", {"vcard"}, [&](const auto& loaded) {
            CHECK(loaded.value().records.at(0).value == value);
            CHECK(loaded.value().last_entry_id == round);
            ++answers;
        });
        store.find("romeo", "vcard", "a", [&](const auto& found) {
            CHECK(found.value() == value);
            ++answers;
        });
        store.page("romeo", {.most = 1, .newest_first = true}, [&](const auto& page) {
            CHECK(page.value().at(0).id == round);
            ++answers;
        });
        store.owners("vcard", [&](const auto& owners) {
            CHECK(owners.value() == Owners{"romeo"});
            ++answers;
        });
        turns.until(store, [&] { return answers == 5; });
    }
}

void answers_in_order(Store& store, Turns& turns) {
    const std::size_t count = 2000;
    std::vector<std::size_t> commits, reads;
    for (std::size_t number = 0; number < count; ++number) {
        store.commit({put("romeo", "vcard", "a", std::to_string(number))},
                     [&commits, number](auto) { commits.push_back(number); });
        store.find("romeo", "vcard", "a", [&commits, &reads, number](const auto&) {
            CHECK(commits.size() > number);
            reads.push_back(number);
        });
        if (number % 7 == 0) store.end_turn();
    }
    turns.until(store, [&] { return reads.size() == count; });
    REQUIRE(commits.size() == count);
    for (std::size_t number = 0; number < count; ++number) {
        REQUIRE(commits[number] == number);
        REQUIRE(reads[number] == number);
    }
    CHECK(Asked(store, turns).find("romeo", "vcard", "a") == std::to_string(count - 1));
}

} // namespace store::test
