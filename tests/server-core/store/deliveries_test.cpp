// SPDX-License-Identifier: MIT
// DESIGN 4.1: what is remembered of deliveries over the death of the process, and what of it is believed.
#include "folder.h"
#include "store/deliveries.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include <sys/stat.h>

using namespace store;
using Ids = std::vector<std::uint64_t>;

namespace {

using Ring = std::vector<DeliveryFact>;
const std::string owner = "juliet@verona.example";

// Entries 101, 102, ... as stanzas 1, 2, ... of one stream.
void send(Ring& ring, const std::string& id, std::uint32_t count) {
    Deliveries life(ring);
    for (std::uint32_t number = 1; number <= count; ++number) life.sent(life.stream(id), owner, number, 100 + number);
}

}  // namespace

TEST_CASE("The next life knows which entries a stream's count stands for, of that stream and owner only") {
    Ring ring(16);
    send(ring, "secret", 3);
    const Deliveries next(ring);
    CHECK(next.reached("secret", owner, 2) == Ids{101, 102});
    CHECK(next.reached("secret", owner, 0) == Ids{});
    CHECK(next.reached("other", owner, 3) == Ids{});
    CHECK(next.reached("secret", "romeo@verona.example", 3) == Ids{});
    CHECK(next.reached("", owner, 3) == Ids{});
    CHECK(next.acknowledged_by(owner) == Ids{});
}

TEST_CASE("What was acknowledged is known by its owner alone: the last word of each stream counts") {
    Ring ring(16);
    {
        Deliveries life(ring);
        const auto one = life.stream("");
        const auto two = life.stream("");
        life.sent(one, owner, 1, 101);
        life.sent(two, owner, 1, 201);
        life.sent(one, owner, 3, 103);
        life.acknowledged(one, owner, 1);
        life.sent(one, owner, 4, 104);
        life.acknowledged(one, owner, 3);
        life.sent(one, owner, 5, 105);
    }
    const Deliveries next(ring);
    CHECK(next.acknowledged_by(owner) == Ids{101, 103});
    CHECK(next.acknowledged_by("romeo@verona.example") == Ids{});
}

TEST_CASE("XEP-0198 4: counts wrap at 2^32") {
    Ring ring(16);
    {
        Deliveries life(ring);
        const auto stream = life.stream("secret");
        life.sent(stream, owner, 0xffffffff, 101);
        life.sent(stream, owner, 0, 102);
        life.sent(stream, owner, 1, 103);
    }
    CHECK(Deliveries(ring).reached("secret", owner, 0) == Ids{101, 102});
}

TEST_CASE("A full ring forgets the oldest, also over several lives") {
    Ring ring(4);
    send(ring, "first", 3);
    send(ring, "second", 2);
    const Deliveries next(ring);
    CHECK(next.reached("first", owner, 3) == Ids{102, 103});
    CHECK(next.reached("second", owner, 2) == Ids{101, 102});
}

TEST_CASE("What was half written at a power cut is not believed") {
    for (const auto part : {&DeliveryFact::check, &DeliveryFact::serial, &DeliveryFact::stream, &DeliveryFact::owner,
                            &DeliveryFact::log_id, &DeliveryFact::number}) {
        Ring ring(4);
        send(ring, "secret", 2);
        const auto torn = std::ranges::find(ring, 102U, &DeliveryFact::log_id);
        (*torn).*part ^= 1;
        CHECK(Deliveries(ring).reached("secret", owner, 2) == Ids{101});
    }
}

TEST_CASE("Without a ring nothing is remembered, and nothing fails") {
    Deliveries none({});
    none.sent(none.stream("secret"), owner, 1, 101);
    CHECK(none.acknowledged_by(owner) == Ids{});
}

TEST_CASE("The file is private, outlives who writes it, and one that is there is gone on with") {
    const test::Folder folder;
    const auto file = folder.file("deliveries");
    for (const std::uint64_t entry : {101, 102}) {
        const auto opened = DeliveriesFile::open(file);
        REQUIRE(opened.has_value());
        Deliveries life(opened->ring());
        life.sent(life.stream("secret"), owner, 1, entry);
    }
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);
    const auto opened = DeliveriesFile::open(file);
    CHECK(Deliveries(opened->ring()).reached("secret", owner, 1) == Ids{101, 102});
}

TEST_CASE("What is no file of ours is an error that names it, or holds nothing") {
    const test::Folder folder;
    const auto none = DeliveriesFile::open(folder.file("missing/deliveries"));
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error() == folder.file("missing/deliveries") + " cannot be used: No such file or directory");
    std::ofstream(folder.file("foreign")) << std::string(5000, 'x');
    const auto foreign = DeliveriesFile::open(folder.file("foreign"));
    REQUIRE(foreign.has_value());
    CHECK(Deliveries(foreign->ring()).acknowledged_by(owner) == Ids{});
}
