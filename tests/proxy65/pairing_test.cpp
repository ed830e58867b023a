// SPDX-License-Identifier: MIT
#include "pairing.h"

#include <doctest/doctest.h>

using proxy65::Pairing;
using Found = proxy65::Pairing::Found;

TEST_CASE("DESIGN 6: one initiator and one target for a hash, a third is refused") {
    Pairing pairing;
    CHECK(pairing.find("h").found == Found::nobody);
    CHECK(pairing.join("h", 1));
    CHECK(pairing.find("h").found == Found::only_one);
    CHECK(pairing.join("h", 2));
    CHECK_FALSE(pairing.join("h", 3));
    const auto pair = pairing.find("h");
    CHECK(pair.found == Found::pair);
    CHECK(pair.first == 1);
    CHECK(pair.second == 2);
    CHECK(pairing.join("other", 3));
}

TEST_CASE("who leaves gives the place back, and leaving twice or elsewhere changes nothing") {
    Pairing pairing;
    pairing.join("h", 1);
    pairing.join("h", 2);
    pairing.leave("h", 1);
    pairing.leave("h", 1);
    pairing.leave("other", 2);
    CHECK(pairing.find("h").found == Found::only_one);
    CHECK(pairing.find("h").first == 2);
    CHECK(pairing.join("h", 3));
    pairing.leave("h", 3);
    pairing.leave("h", 2);
    CHECK(pairing.find("h").found == Found::nobody);
    CHECK(pairing.size() == 0);
}

TEST_CASE("while a transfer runs its hash takes nobody, and after its end it is free") {
    Pairing pairing;
    pairing.join("h", 1);
    pairing.join("h", 2);
    pairing.mark_running("h");
    CHECK(pairing.find("h").found == Found::running);
    pairing.leave("h", 1);
    CHECK_FALSE(pairing.join("h", 3));
    pairing.forget("h");
    CHECK(pairing.join("h", 3));
    CHECK(pairing.size() == 1);
}

TEST_CASE("XEP-0065 6.3.2: the hash of a bytestream is SHA-1 of session, initiator and target in hexadecimal") {
    // By hand: printf %s vxf9n471bn46requester@example.com/footarget@example.org/bar | sha1sum
    CHECK(proxy65::bytestream_hash("vxf9n471bn46", "requester@example.com/foo", "target@example.org/bar") ==
          "98b8d688d0f5d895fd41c5e7309a2e9e33ba32ff");
}
