// SPDX-License-Identifier: MIT
#include "purple-plugin/scram.h"

#include "base/text.h"
#include "purple-plugin/hashes.h"

#include <doctest/doctest.h>

using namespace purple_plugin;

namespace {

const std::string nonce = "rOprNGfwEbeRWgbNEkqO";
const std::string server_first =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

Scram exchange() { return {G_CHECKSUM_SHA256, "user", "pencil", nonce}; }

} // namespace

TEST_CASE("RFC 7677 3: the example of SCRAM-SHA-256") {
    auto scram = exchange();
    CHECK(scram.first_message() == "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
    CHECK(scram.answer(server_first) ==
          "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    CHECK(scram.is_proof("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
}

TEST_CASE("RFC 5802 5: the example of SCRAM-SHA-1") {
    Scram scram(G_CHECKSUM_SHA1, "user", "pencil", "fyko+d2lbbFgONRv9qkxdawL");
    CHECK(scram.answer("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096") ==
          "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
    CHECK(scram.is_proof("v=rmF9pqV8S7suAoZWja4dJRkFsKQ="));
}

TEST_CASE("RFC 5802 5: a server that does not know the password has no proof") {
    auto scram = exchange();
    CHECK_FALSE(scram.is_proof("v="));
    CHECK_FALSE(scram.is_proof("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
    REQUIRE(scram.answer(server_first));
    for (const char* text : {"", "v=", "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G8=", "e=other-error",
                             "V=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="})
        CHECK_FALSE_MESSAGE(scram.is_proof(text), text);
}

TEST_CASE("RFC 5802 5.1: the server's nonce begins with ours and goes on; an extension we must know ends it") {
    const std::string rest = ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    for (const auto& text : {"r=" + nonce + rest, "r=x" + nonce + "more" + rest, "r=other" + rest,
                             "m=x,r=" + nonce + "1" + rest, "r=" + nonce + "1,s=,i=4096", "r=" + nonce + "1,s=*,i=4096",
                             "r=" + nonce + "1,i=4096", std::string(), std::string("r"), std::string("r=")}) {
        auto scram = exchange();
        CHECK_FALSE_MESSAGE(scram.answer(text), text);
    }
}

TEST_CASE("RFC 7677 4: 4096 rounds are the fewest, and 500000 the most") {
    const auto rounds = [](const std::string& count) {
        return exchange().answer("r=" + nonce + "1,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=" + count).has_value();
    };
    CHECK_FALSE(rounds("4095"));
    CHECK(rounds("4096"));
    CHECK(rounds("500000"));
    for (const char* count : {"500001", "", "-4096", "4096x", "99999999999999999999"})
        CHECK_FALSE_MESSAGE(rounds(count), count);
}

TEST_CASE("RFC 5802 5.1: a comma and an equals sign in a name are escaped") {
    CHECK(Scram(G_CHECKSUM_SHA256, "a,b=c", "x", "n").first_message() == "n,,n=a=2Cb=3Dc,r=n");
}

TEST_CASE("RFC 2104 2: a key longer than a block is hashed first") {
    // RFC 4231 4.7
    CHECK(base::hexadecimal(Hmac(G_CHECKSUM_SHA256,
                                 std::string(131, '\xaa'))("Test Using Larger Than Block-Size Key - Hash Key First")) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("RFC 8265 4.2: a password is composed, each blank is a space, a control character is refused") {
    CHECK(prepared_password("pa\xcc\x82tisserie\xc2\xa0"
                            "d\xe2\x80\xaf"
                            "ete") == "p\xc3\xa2tisserie d ete");
    CHECK(prepared_password("\xef\xac\x81") == "\xef\xac\x81"); // a ligature is not taken apart
    for (const char* password : {"", "a\tb", "a\x7f", "\xff"}) CHECK_FALSE(prepared_password(password));
}

TEST_CASE("a nonce has 144 bits, and is another each time") {
    const auto first = random_nonce();
    CHECK(base::base64_decode(first)->size() == 18);
    CHECK(first != random_nonce());
}
