// SPDX-License-Identifier: MIT
#include "purple-plugin/xmpp_links.h"

#include <doctest/doctest.h>

using namespace purple_plugin;

TEST_CASE("RFC 5122 2.2: a link names an address and, before it, the account to use") {
    CHECK(read_xmpp_link("jean@bioaster.org", "").address == "jean@bioaster.org");
    CHECK(read_xmpp_link("jean@bioaster.org", "").account.empty());
    const auto both = read_xmpp_link("//Anne@bioaster.org/jean@bioaster.org/desk", "");
    CHECK(both.account == "anne@bioaster.org");
    CHECK(both.address == "jean@bioaster.org/desk");
}

TEST_CASE("an address alone behind two slashes is meant as one") {
    for (const char* target : {"//jean@bioaster.org", "//jean@bioaster.org/"}) {
        CHECK(read_xmpp_link(target, "").address == "jean@bioaster.org");
        CHECK(read_xmpp_link(target, "").account.empty());
    }
    CHECK(read_xmpp_link("//", "").address.empty());
}

TEST_CASE("RFC 5122 2.7: what is escaped is taken as it was meant, what is escaped badly as it stands") {
    CHECK(read_xmpp_link("salle%20bleue@conference.bioaster.org", "").address == "salle bleue@conference.bioaster.org");
    CHECK(read_xmpp_link("100%@bioaster.org", "").address == "100%@bioaster.org");
    CHECK(read_xmpp_link("a%ff@bioaster.org", "").address == "a%ff@bioaster.org");
}

TEST_CASE("libpurple's account parameter is compared without its resource") {
    CHECK(read_xmpp_link("jean@bioaster.org", "Anne@Bioaster.org/desk").account == "anne@bioaster.org");
}
