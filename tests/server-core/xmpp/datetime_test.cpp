// SPDX-License-Identifier: MIT
#include "xml/writer.h"
#include "xmpp/datetime.h"

#include <doctest/doctest.h>

using namespace xmpp;
using namespace std::chrono;

namespace {
Time at(long milliseconds_since_1970) {
    return Time(milliseconds(milliseconds_since_1970));
}
}  // namespace

TEST_CASE("XEP-0082 3.2: a time is written in UTC, with milliseconds when there are any") {
    CHECK(format_datetime(at(0)) == "1970-01-01T00:00:00Z");
    CHECK(format_datetime(at(1795354620000)) == "2026-11-22T13:37:00Z");
    CHECK(format_datetime(at(1795354620042)) == "2026-11-22T13:37:00.042Z");
    CHECK(format_datetime(at(-1)) == "1969-12-31T23:59:59.999Z");
    CHECK(format_datetime(Time(nanoseconds(999999))) == "1970-01-01T00:00:00Z");
}

TEST_CASE("XEP-0082 3.2: a time is read with Z or an offset, with or without fractions") {
    CHECK(parse_datetime("1969-07-21T02:56:15Z") == at(-14159025000));
    CHECK(parse_datetime("1969-07-20T21:56:15-05:00") == at(-14159025000));
    CHECK(parse_datetime("2026-11-22T13:37:00.5Z") == at(1795354620500));
    CHECK(parse_datetime("2026-11-22T13:37:00.042999999999999Z") == at(1795354620042) + nanoseconds(999999));
    CHECK(parse_datetime("2026-11-22T14:37:00+01:00") == at(1795354620000));
    CHECK(parse_datetime("2024-02-29T00:00:00Z"));
}

TEST_CASE("XEP-0082 3.2: anything else is no time") {
    for (const char* bad : {"", "2026-11-22", "2026-11-22T13:37:00", "2026-11-22 13:37:00Z", "2026-13-22T13:37:00Z", "2026-02-30T13:37:00Z",
                            "2023-02-29T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T13:60:00Z", "2026-11-22T13:37:60Z", "2026-11-22T13:37:00.Z",
                            "2026-11-22T13:37:00Zx", "2026-11-22T13:37Z", "26-11-22T13:37:00Z", "2026-11-22T13:37:00+0100", "2026-11-22T13:37:00+15:00",
                            "2026-11-22T13:37:00+01", "0001-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "20261122T13:37:00", "+026-11-22T13:37:00Z"}) {
        CAPTURE(std::string(bad));
        CHECK_FALSE(parse_datetime(bad));
    }
}

TEST_CASE("XEP-0203 3: a delay has a stamp and, when known, who held the stanza back") {
    CHECK(xml::to_string(delay(*parse_jid("a.example"), at(0))) == "<delay xmlns='urn:xmpp:delay' from='a.example' stamp='1970-01-01T00:00:00Z'/>");
    CHECK(xml::to_string(delay(Jid(), at(0))) == "<delay xmlns='urn:xmpp:delay' stamp='1970-01-01T00:00:00Z'/>");
}
