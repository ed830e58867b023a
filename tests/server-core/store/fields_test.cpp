// SPDX-License-Identifier: MIT
#include "store/accounts.h"
#include "store/fields.h"
#include "store/rosters.h"

#include <doctest/doctest.h>

#include <random>

using namespace store;

namespace {

RosterItem juliet() {
    RosterItem item;
    item.jid = xmpp::parse_jid("juliet@capulet.example").value();
    item.name = "Juliet: 3:x é";
    item.groups = {"Friends", "", "Vérone"};
    item.subscription = Subscription::both;
    item.ask = item.approved = item.removed = true;
    item.in_roster = false;
    item.request = "<presence type='subscribe'/>";
    item.version = UINT64_MAX;
    return item;
}

// Every way of cutting, and many of changing a byte; `read` must survive them all.
template <class Read>
void damage(const std::string& value, Read read) {
    for (std::size_t size = 0; size < value.size(); ++size) read(value.substr(0, size));
    std::mt19937 random(1);
    for (int round = 0; round < 20000; ++round) {
        auto damaged = value;
        for (int changes = 1 + static_cast<int>(random() % 3); changes > 0; --changes)
            damaged[random() % damaged.size()] = "019:\0nsgvrax\xff"[random() % 14];
        read(damaged);
    }
}

AccountRecord account() {
    const xmpp::ScramKeys sha1{std::string("s\0:lt", 5), 10000, std::string(20, 'k'), std::string(20, '\0')};
    const xmpp::ScramKeys sha256{"salt", 4096, std::string(32, 'k'), std::string(32, '\xff')};
    return {sha1, sha256, Time(std::chrono::seconds(1'763'800'000))};
}

} // namespace

TEST_CASE("fields come back as they were written, whatever their bytes") {
    FieldWriter writer;
    writer.add('n', std::string("a:\0 9", 5));
    writer.add('g', "");
    writer.add_number('v', UINT64_MAX);
    const auto text = std::move(writer).take();
    CHECK(text == std::string("1n5:a:\0 9g0:v20:18446744073709551615", 36));
    const auto fields = read_fields(text);
    REQUIRE(fields);
    REQUIRE(fields->size() == 3);
    CHECK(fields->at(0).value == std::string("a:\0 9", 5));
    CHECK(fields->at(1).value.empty());
    CHECK(read_number(fields->at(2).value) == UINT64_MAX);
}

TEST_CASE("fields of another version, cut, without a length or too long are damaged") {
    for (const char* text :
         {"", "2n1:a", "1n", "1n1", "1n:", "1n2:a", "1n-1:a", "1n 1:a", "1n99999999999999999999:a", "1:"})
        CHECK_FALSE(read_fields(text));
    CHECK(read_fields("1"));
    for (const char* text : {"", "-1", "1 ", "18446744073709551616", "0x1"}) CHECK_FALSE(read_number(text));
}

TEST_CASE("RFC 6121 2.1.2: a roster item comes back whole") {
    const auto item = juliet();
    const auto put = put_roster_item("romeo", item);
    CHECK(put.record.name == "juliet@capulet.example");
    std::size_t damaged = 9;
    const auto items = read_roster({put.record}, &damaged);
    CHECK(damaged == 0);
    REQUIRE(items.size() == 1);
    CHECK(items[0].jid == item.jid);
    CHECK(items[0].name == item.name);
    CHECK(items[0].groups == item.groups);
    CHECK(items[0].subscription == item.subscription);
    CHECK(items[0].ask);
    CHECK(items[0].approved);
    CHECK(items[0].removed);
    CHECK_FALSE(items[0].in_roster);
    CHECK(items[0].request == item.request);
    CHECK(items[0].version == item.version);

    RosterItem plain;
    plain.jid = item.jid;
    const auto again = read_roster({put_roster_item("romeo", plain).record});
    REQUIRE(again.size() == 1);
    CHECK(again[0].in_roster);
    CHECK_FALSE(again[0].ask);
    CHECK_FALSE(again[0].approved);
    CHECK_FALSE(again[0].removed);
    CHECK(again[0].subscription == Subscription::none);
    CHECK(erase_roster_item("romeo", item.jid).name == put.record.name);
}

TEST_CASE("a damaged roster item is left out and counted, the others are read") {
    const auto good = put_roster_item("romeo", juliet()).record;
    std::size_t damaged = 0;
    const auto items = read_roster({{"roster", "@capulet.example", good.value},
                                    {"roster", "nurse@capulet.example/x", good.value},
                                    {"roster", "nurse@capulet.example", "1s4:bots"},
                                    {"roster", "nurse@capulet.example", "1v1:x"},
                                    {"vcard", "a", "no roster at all"},
                                    good},
                                   &damaged);
    CHECK(items.size() == 1);
    CHECK(damaged == 4);
    damage(good.value, [&](std::string value) { (void)read_roster({{"roster", good.name, std::move(value)}}); });
}

TEST_CASE("DESIGN 4.4: SCRAM keys come back as they were written") {
    const auto put = put_account("romeo", account());
    const auto read = read_account({{"vcard", "keys", ""}, put.record});
    REQUIRE(read);
    CHECK(read->sha1.salt == account().sha1.salt);
    CHECK(read->sha1.iterations == 10000);
    CHECK(read->sha1.stored_key == account().sha1.stored_key);
    CHECK(read->sha1.server_key == account().sha1.server_key);
    CHECK(read->sha256.salt == "salt");
    CHECK(read->sha256.iterations == 4096);
    CHECK(read->sha256.server_key == account().sha256.server_key);
    CHECK(read->created == account().created);
    CHECK_FALSE(read_account({}));
}

TEST_CASE("a damaged account is no account") {
    const auto good = put_account("romeo", account()).record;
    damage(good.value, [&](std::string value) {
        const auto read = read_account({{"account", "keys", std::move(value)}});
        if (!read) return;
        CHECK(read->sha1.stored_key.size() == 20);
        CHECK(read->sha256.iterations > 0);
    });
    auto weak = account();
    weak.sha256.stored_key.pop_back();
    CHECK_FALSE(read_account({put_account("romeo", weak).record}));
}

TEST_CASE("DESIGN 4.4: an account keeps the keys of its password and not the password") {
    const auto made = make_account("pencil", "salt-one", "salt-two", Time(std::chrono::seconds(5)));
    CHECK(xmpp::password_fits(xmpp::ScramHash::sha1, "pencil", made.sha1));
    CHECK(xmpp::password_fits(xmpp::ScramHash::sha256, "pencil", made.sha256));
    CHECK_FALSE(xmpp::password_fits(xmpp::ScramHash::sha256, "pencils", made.sha256));
    CHECK(made.sha1.salt == "salt-one");
    CHECK(put_account("romeo", made).record.value.find("pencil") == std::string::npos);
}
