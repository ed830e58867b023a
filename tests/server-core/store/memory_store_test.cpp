// SPDX-License-Identifier: MIT
#include "promises.h"
#include "store/memory/memory_store.h"

#include <doctest/doctest.h>

using namespace store;
using namespace store::test;

TEST_CASE("memory: the promises of every store hold") {
    MemoryStore memory;
    Turns turns;
    SUBCASE("records of an owner come back in order of drawer and name") { keeps_records(memory, turns); }
    SUBCASE("DESIGN 9.6: an entry that is there already is left as it is") { keeps_a_log(memory, turns); }
    SUBCASE("a page holds the ids between its bounds, oldest first") { pages_a_log(memory, turns); }
    SUBCASE("XEP-0313: an archive is searched by correspondent, time and id, and counted") { searches_an_archive(memory, turns); }
    SUBCASE("XEP-0313 4.1.2: times are right after the clock was set back") { finds_times_whatever_the_clock(memory, turns); }
    SUBCASE("a log is trimmed from its oldest end, and of what was only passing") { trims_a_log(memory, turns); }
    SUBCASE("erasing an owner erases records and log, of no one else") { erases(memory, turns); }
    SUBCASE("owners of a drawer come sorted, once each") { lists_owners(memory, turns); }
    SUBCASE("DESIGN 4.1: a read sees every batch committed before it") { reads_see_earlier_writes(memory, turns); }
    SUBCASE("DESIGN 4.2: answers come in the order of the calls") { answers_in_order(memory, turns); }
}

TEST_CASE("memory: while held, commits and the reads behind them wait, in order") {
    MemoryStore memory;
    std::vector<std::string> seen;
    memory.hold();
    memory.commit({put("romeo", "vcard", "a", "1")}, [&](auto) {
        seen.push_back("first");
        memory.commit({put("romeo", "vcard", "a", "2")}, [&](auto) { seen.push_back("last"); });
    });
    memory.find("romeo", "vcard", "a", [&](const auto& found) { seen.push_back(found.value().value()); });
    CHECK(seen.empty());
    memory.release();
    CHECK(seen == std::vector<std::string>{"first", "1", "last"});
}

TEST_CASE("memory: a refused batch leaves nothing behind, the next one is accepted") {
    MemoryStore memory;
    Turns turns;
    Asked asked(memory, turns);
    memory.refuse_next(Refusal::resource_constraint);
    CHECK(asked.commit({put("romeo", "vcard", "a", "1"), append("romeo", 1)}) == Refusal::resource_constraint);
    CHECK_FALSE(asked.find("romeo", "vcard", "a"));
    CHECK(asked.page("romeo").empty());
    CHECK_FALSE(asked.commit({put("romeo", "vcard", "a", "1")}));
}
