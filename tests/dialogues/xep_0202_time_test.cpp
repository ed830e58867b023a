// SPDX-License-Identifier: MIT
#include "support/test_host.h"

#include <doctest/doctest.h>

TEST_CASE("XEP-0202 2: the server tells the time in UTC") {
    TestHost host("verona.example", {add_everything});
    auto& romeo = host.connect("romeo@verona.example/orchard");
    const std::string ask = "<time xmlns='urn:xmpp:time'/>";
    CHECK(same_xml("<time xmlns='urn:xmpp:time'><tzo>+00:00</tzo><utc>2023-11-14T22:13:20Z</utc></time>",
                   romeo.gets(ask, "verona.example")));
    host.passes(std::chrono::milliseconds(61500));
    CHECK(romeo.gets(ask, "verona.example").find("22:14:21Z") != std::string::npos);
}
