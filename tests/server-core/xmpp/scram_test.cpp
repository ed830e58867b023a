// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "xmpp/random.h"
#include "xmpp/scram.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

using namespace xmpp;

namespace {

std::string bytes(std::string_view base64) {
    return base::base64_decode(base64).value();
}

// The exchange of RFC 5802 5 or RFC 7677 3.
struct Vector {
    ScramHash hash;
    std::string first, salt, server_nonce, server_first, final_bare, proof, signature;
};
const Vector rfc5802{ScramHash::sha1,
                     "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
                     "QSXCR+Q6sek8bf92",
                     "3rfcNHYJY1ZVvWVs7j",
                     "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
                     "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j",
                     "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
                     "rmF9pqV8S7suAoZWja4dJRkFsKQ="};
const Vector rfc7677{ScramHash::sha256,
                     "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
                     "W22ZaJ0SNY7soEsUEjb6gQ==",
                     "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
                     "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                     "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
                     "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                     "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="};

ScramExchange exchange_of(const Vector& v) {
    return {v.hash, *parse_scram_first(v.first), derive_keys(v.hash, "pencil", bytes(v.salt), 4096), v.server_nonce, ""};
}

ScramFailure failure(const ScramExchange& exchange, std::string_view client_final) {
    const auto answer = exchange.check(client_final);
    REQUIRE_FALSE(answer);
    return answer.error();
}

// What a client would send (RFC 5802 3).
std::string client_final(ScramHash hash, const ScramExchange& exchange, const std::string& first_bare, const std::string& final_bare) {
    constexpr unsigned iterations = 4096;
    // SaltedPassword is not kept: Hi by its definition.
    auto block = hmac(hash, "pencil", std::string("salt") + std::string("\0\0\0\1", 4));
    auto salted = block;
    for (unsigned i = 1; i < iterations; ++i) {
        block = hmac(hash, "pencil", block);
        for (std::size_t k = 0; k < salted.size(); ++k) salted[k] = static_cast<char>(salted[k] ^ block[k]);
    }
    auto proof = hmac(hash, salted, "Client Key");
    const auto signature = hmac(hash, digest(hash, proof), first_bare + "," + exchange.server_first() + "," + final_bare);
    for (std::size_t k = 0; k < proof.size(); ++k) proof[k] = static_cast<char>(proof[k] ^ signature[k]);
    return final_bare + ",p=" + base::base64_encode(proof);
}

}  // namespace

TEST_CASE("RFC 5802 5, RFC 7677 3: the exchanges of the texts") {
    for (const auto& v : {rfc5802, rfc7677}) {
        const auto exchange = exchange_of(v);
        CHECK(exchange.server_first() == v.server_first);
        const auto answer = exchange.check(v.final_bare + ",p=" + v.proof);
        REQUIRE(answer);
        CHECK(*answer == "v=" + v.signature);
    }
}

TEST_CASE("RFC 5802 3: another password, proof or nonce is refused") {
    const auto exchange = exchange_of(rfc5802);
    CHECK(failure(exchange, rfc5802.final_bare + ",p=w0X8v3Bz2T0CJGbJQyF0X+HI4Ts=") == ScramFailure::not_authorized);
    CHECK(failure(exchange, "c=biws,r=fyko+d2lbbFgONRv9qkxdawL,p=" + rfc5802.proof) == ScramFailure::other_nonce);
    CHECK(failure(exchange, "c=eSws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=" + rfc5802.proof) == ScramFailure::binding_mismatch);
    const ScramExchange other(ScramHash::sha1, *parse_scram_first(rfc5802.first), derive_keys(ScramHash::sha1, "Pencil", bytes(rfc5802.salt), 4096),
                              rfc5802.server_nonce, "");
    CHECK(failure(other, rfc5802.final_bare + ",p=" + rfc5802.proof) == ScramFailure::not_authorized);
}

TEST_CASE("RFC 5802 7: a final message that is malformed is refused") {
    const auto exchange = exchange_of(rfc5802);
    const auto& proof = rfc5802.proof;
    const std::string nonce = "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j";
    for (const std::string& bad : {std::string(), rfc5802.final_bare, "c=biws," + nonce + ",p=", "c=biws," + nonce + ",p=x" + proof,
                            "c=biws," + nonce + ",p=" + proof + ",x=y", nonce + ",c=biws,p=" + proof, "c=," + nonce + ",p=" + proof,
                            "c=bi*s," + nonce + ",p=" + proof, "c=biws,p=" + proof, "c=biws," + nonce + ",,p=" + proof,
                            "c=biws," + nonce + ",m=x,p=" + proof, "c=biws," + nonce + ",xy,p=" + proof, "c=biws," + nonce + ",p=AAAA",
                            "c=biws," + nonce + ",x=\xFF,p=" + proof, "p=" + proof, ",p=" + proof}) {
        CAPTURE(bad);
        CHECK(failure(exchange, bad) == ScramFailure::malformed);
    }
    // Well-formed extensions are ignored, but signed: the proof no longer fits.
    CHECK(failure(exchange, "c=biws," + nonce + ",x=y,p=" + proof) == ScramFailure::not_authorized);
}

TEST_CASE("RFC 5802 6: -PLUS: the proof covers name and data of the channel binding") {
    const std::string data("\x01\x02\x00\xFF made up", 12);
    for (const auto hash : {ScramHash::sha1, ScramHash::sha256}) {
        const auto first = *parse_scram_first("p=tls-exporter,,n=user,r=abc");
        CHECK(first.binding == BindingFlag::used);
        CHECK(first.binding_name == "tls-exporter");
        const auto keys = derive_keys(hash, "pencil", "salt", 4096);
        const ScramExchange exchange(hash, first, keys, "def", data);
        const auto right = "c=" + base::base64_encode("p=tls-exporter,," + data) + ",r=abcdef";
        CHECK(exchange.check(client_final(hash, exchange, "n=user,r=abc", right)));
        const auto other_channel = "c=" + base::base64_encode("p=tls-exporter,,other channel") + ",r=abcdef";
        CHECK(failure(exchange, client_final(hash, exchange, "n=user,r=abc", other_channel)) == ScramFailure::binding_mismatch);
        const auto no_binding = "c=" + base::base64_encode("n,,") + ",r=abcdef";
        CHECK(failure(exchange, client_final(hash, exchange, "n=user,r=abc", no_binding)) == ScramFailure::binding_mismatch);
    }
}

TEST_CASE("RFC 5802 6: the flag of the first message: n, y, p") {
    CHECK(parse_scram_first("n,,n=user,r=abc")->binding == BindingFlag::none);
    CHECK(parse_scram_first("y,,n=user,r=abc")->binding == BindingFlag::not_offered);
    const auto first = *parse_scram_first("p=tls-server-end-point,a=oth=3Der,n=us=2Cer,r=abc,x=y");
    CHECK(first.binding_name == "tls-server-end-point");
    CHECK(first.authzid == "oth=er");
    CHECK(first.username == "us,er");
    CHECK(first.nonce == "abc");
    CHECK(first.gs2_header == "p=tls-server-end-point,a=oth=3Der,");
    CHECK(first.bare == "n=us=2Cer,r=abc,x=y");
}

TEST_CASE("RFC 5802 7: a first message that is malformed is refused") {
    for (const std::string bad :
         {"", "n", "n,", "n,,", "n,,n=user", "n,,n=user,", "n,,n=user,r=", "n,,r=abc,n=user", "n,,n=,r=abc", "n,,n=us=er,r=abc", "n,,n=us=2c,r=abc",
          "n,,n=us=2,r=abc", "n,,n=us=,r=abc", "x,,n=user,r=abc", "p,,n=user,r=abc", "p=,,n=user,r=abc", "p=a b,,n=user,r=abc", "n=x,,n=user,r=abc",
          "n,b=x,n=user,r=abc", "n,a=,n=user,r=abc", "n,user,n=user,r=abc", "n,,m=x,n=user,r=abc", "n,,n=user,r=abc,m=x", "n,,n=user,r=abc,",
          "n,,n=user,r=abc,1=x", "n,,n=user,r=abc,x", "n,,n=user,r=abc,x=", "n,,n=user,r=a c", "n,,n=user,r=\xC3\xA9", "n,,n=us\xFF" "er,r=abc",
          ",,n=user,r=abc", "n,,user,r=abc"}) {
        CAPTURE(bad);
        const auto first = parse_scram_first(bad);
        REQUIRE_FALSE(first);
        CHECK(first.error() == ScramFailure::malformed);
    }
    CHECK_FALSE(parse_scram_first(std::string("n,,n=us\0er,r=abc", 16)));
}

TEST_CASE("keys tell whether a password fits, and nothing else") {
    const auto keys = derive_keys(ScramHash::sha256, "pencil", "salt", 4096);
    CHECK(keys.salt == "salt");
    CHECK(keys.iterations == 4096);
    CHECK(keys.stored_key.size() == 32);
    CHECK(derive_keys(ScramHash::sha1, "pencil", "salt", 1).server_key.size() == 20);
    CHECK(password_fits(ScramHash::sha256, "pencil", keys));
    CHECK_FALSE(password_fits(ScramHash::sha256, "Pencil", keys));
    CHECK_FALSE(password_fits(ScramHash::sha1, "pencil", keys));
}

TEST_CASE("the salt of an unknown account is the same each time and unlike any other") {
    const auto salt = invented_salt("secret", "nobody", ScramHash::sha1);
    CHECK(salt.size() == 16);
    CHECK(invented_salt("secret", "nobody", ScramHash::sha1) == salt);
    CHECK(invented_salt("secret", "nobody", ScramHash::sha256) != salt);
    CHECK(invented_salt("secret", "nobodx", ScramHash::sha1) != salt);
    CHECK(invented_salt("secreu", "nobody", ScramHash::sha1) != salt);
}

TEST_CASE("RFC 2202 3, RFC 4231 4.3: HMAC") {
    CHECK(hmac(ScramHash::sha1, "Jefe", "what do ya want for nothing?") ==
          std::string("\xef\xfc\xdf\x6a\xe5\xeb\x2f\xa2\xd2\x74\x16\xd5\xf1\x84\xdf\x9c\x25\x9a\x7c\x79"));
    CHECK(hmac(ScramHash::sha256, "Jefe", "what do ya want for nothing?").starts_with("\x5b\xdc\xc1\x46\xbf\x60\x75\x4e"));
    CHECK(digest(ScramHash::sha1, "").starts_with("\xda\x39\xa3\xee"));
    CHECK(equal_in_constant_time("", ""));
    CHECK(equal_in_constant_time("ab", "ab"));
    CHECK_FALSE(equal_in_constant_time("ab", "ac"));
    CHECK_FALSE(equal_in_constant_time("ab", "abc"));
}

TEST_CASE("DESIGN 4.4: comparing takes as long whether the first byte differs or the last") {
    const std::string secret(4 << 20, 'a');
    const auto shortest = [&secret](std::size_t at) {
        std::string other = secret;
        other[at] = 'b';
        auto best = std::chrono::nanoseconds::max();
        for (int i = 0; i < 7; ++i) { // what else this machine does only makes it longer
            const auto begin = std::chrono::steady_clock::now();
            CHECK_FALSE(equal_in_constant_time(secret, other));
            best = std::min<std::chrono::nanoseconds>(best, std::chrono::steady_clock::now() - begin);
        }
        return best;
    };
    const auto first = shortest(0), last = shortest(secret.size() - 1);
    CHECK(first > last / 10);
    CHECK(last > first / 10);
}

TEST_CASE("randomness differs, unless a test sets it") {
    Random random;
    CHECK(random.text(20).size() == 20);
    CHECK(random.text(20) != random.text(20));
    CHECK(random.bytes(0).empty());
    CHECK(random.text(1000).find_first_not_of("abcdefghijkmnpqrstuvwxyz23456789") == std::string::npos);
    Random one, two;
    one.set_by_hand(7);
    two.set_by_hand(7);
    CHECK(one.bytes(16) == two.bytes(16));
    CHECK(one.text(16) != one.text(16));
}
