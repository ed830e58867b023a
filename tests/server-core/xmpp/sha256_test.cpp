// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "xmpp/sha256.h"

#include <doctest/doctest.h>

TEST_CASE("FIPS 180-4: SHA-256 of what comes in pieces, twice with one object") {
    xmpp::Sha256 hash;
    for (int round = 0; round < 2; ++round) {
        hash.add("a");
        hash.add("bc");
        CHECK(base::hexadecimal(hash.take()) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
    CHECK(base::hexadecimal(xmpp::sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
