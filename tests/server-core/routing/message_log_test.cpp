// SPDX-License-Identifier: MIT
#include "routing/message_log.h"

#include <doctest/doctest.h>

using routing::MessageLog;

namespace {

const store::Time now{std::chrono::seconds(1700000000)};

// An entry that is handed to one client at once.
std::uint64_t live(MessageLog& log) {
    const std::uint64_t id = log.next_id(now);
    log.appended(id, true);
    log.handed_over(id);
    return id;
}

}  // namespace

TEST_CASE("DESIGN 9.6: ids grow, are above what was stored, and near the clock") {
    MessageLog log(0, "");
    CHECK(log.next_id(now) == 1700000000000000ULL);
    log.appended(log.next_id(now), false);
    CHECK(log.next_id(now) == 1700000000000001ULL);
    MessageLog ahead(1800000000000000ULL, "");
    CHECK(ahead.next_id(now) == 1800000000000001ULL);
    MessageLog emptied(0, "1900000000000000");
    CHECK(emptied.next_id(now) == 1900000000000001ULL);
    MessageLog before_the_epoch(0, "");
    CHECK(before_the_epoch.next_id(store::Time(std::chrono::seconds(-5))) == 1);
}

TEST_CASE("The mark follows what was delivered without a gap, and keeps what lies beyond one") {
    MessageLog log(0, "");
    const std::uint64_t one = live(log);
    const std::uint64_t two = live(log);
    const std::uint64_t three = live(log);
    CHECK(log.mark() == "0");
    log.delivered(two);
    CHECK(log.is_changed());
    CHECK(log.mark() == "0 " + std::to_string(two));
    log.delivered(one);
    CHECK(log.mark() == std::to_string(two));
    log.delivered(three);
    CHECK(log.mark() == std::to_string(three));
    CHECK_FALSE(log.has_undelivered());
    log.kept();
    log.delivered(three);
    CHECK_FALSE(log.is_changed());
}

TEST_CASE("What was delivered beyond a gap is known after a restart") {
    MessageLog log(9, "3 5 6");
    CHECK_FALSE(log.is_caught_up());
    CHECK(log.listed_up_to() == 3);
    CHECK(log.list(4));
    CHECK_FALSE(log.list(5));
    CHECK_FALSE(log.list(6));
    CHECK(log.list(7));
    log.handed_over(4);
    log.delivered(4);
    CHECK(log.mark() == "6");
    CHECK(log.list(9));
    CHECK(log.is_caught_up());
}

TEST_CASE("A damaged mark costs repetition, nothing else") {
    for (const char* damaged : {"x", "", "3x5", "99999999999999999999999"}) {
        MessageLog log(9, damaged);
        CHECK(log.listed_up_to() <= 3);
        CHECK(log.list(9));
    }
}

TEST_CASE("An entry that no client takes waits to be listed, and later ones behind it") {
    MessageLog log(0, "");
    const std::uint64_t one = log.next_id(now);
    log.appended(one, false);
    CHECK_FALSE(log.is_caught_up());
    const std::uint64_t two = live(log);  // to a full address, say
    CHECK(log.listed_up_to() == 0);
    log.delivered(two);
    CHECK(log.mark() == "0 " + std::to_string(two));
    CHECK(log.list(one));
    CHECK_FALSE(log.list(two));
    log.handed_over(one);
    log.delivered(one);
    CHECK(log.mark() == std::to_string(two));
}

TEST_CASE("What a session gives back is listed again, unless another has it or had it") {
    MessageLog log(0, "");
    const std::uint64_t one = live(log);
    const std::uint64_t two = live(log);
    log.handed_over(two);
    log.returned(two);
    CHECK(log.is_caught_up());
    log.returned(two);
    CHECK(log.listed_up_to() == two - 1);
    CHECK(log.list(two));
    log.returned(one);
    CHECK(log.listed_up_to() == one - 1);
    CHECK(log.list(one));
    log.handed_over(one);
    log.delivered(one);
    log.returned(one);
    CHECK_FALSE(log.list(one));
    log.returned(12345);  // never heard of
    CHECK(log.mark() == std::to_string(one));
}

TEST_CASE("What had reached a client before the start is not listed, and the mark passes it once what is before is delivered") {
    MessageLog log(9, "3");
    log.reached(7);
    log.reached(2);   // long known
    log.reached(12);  // of a log that was longer
    CHECK(log.is_changed());
    CHECK(log.mark() == "3 7");
    CHECK(log.list(5));
    log.handed_over(5);
    log.reached(5);
    CHECK(log.mark() == "5 7");
    CHECK_FALSE(log.list(7));
    log.listed_all(9);
    CHECK(log.mark_id() == 5);
    log.reached(9);
    CHECK(log.mark() == "9");
}
