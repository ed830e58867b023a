// SPDX-License-Identifier: MIT
#include "support/test_host.h"

#include <doctest/doctest.h>

TEST_CASE("XEP-0092 2, 5: the server tells its name and version, and not on what it runs") {
    TestHost host("verona.example", {add_everything});
    auto& romeo = host.connect("romeo@verona.example/orchard");
    CHECK(same_xml("<query xmlns='jabber:iq:version'><name>server-core</name><version>0.1.0</version></query>",
                   romeo.gets("<query xmlns='jabber:iq:version'/>", "verona.example")));
    romeo.is_refused("get", "<query xmlns='jabber:iq:version'/>", "service-unavailable", "romeo@verona.example");
}
