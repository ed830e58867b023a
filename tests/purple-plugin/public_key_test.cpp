// SPDX-License-Identifier: MIT
#include "purple-plugin/public_key.h"

#include "base/text.h"

#include <doctest/doctest.h>

using namespace purple_plugin;

namespace {

// Self-signed, P-256, made for this test; its pin was computed by openssl.
const std::string pem = R"(-----BEGIN CERTIFICATE-----
MIIBfTCCASOgAwIBAgIUWUGo7Xe0DoPNPkRVhO2ZNzVYTnswCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJYS5leGFtcGxlMB4XDTI2MTEyMjEzNTY0M1oXDTM2MTExOTEz
NTY0M1owFDESMBAGA1UEAwwJYS5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEyDOGXYDI99v0cnw9Vx0Nbqr5rJqvYlY7b/nJgvE7z8jLyY56d8HGAwzk
Sk1JEZP3kbeEsHMHyjLXUMCTuPciIaNTMFEwHQYDVR0OBBYEFKY2tkTSC2fa3DRw
uJhtpEU8SwLNMB8GA1UdIwQYMBaAFKY2tkTSC2fa3DRwuJhtpEU8SwLNMA8GA1Ud
EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgb/4b4KUC5vWI5oHkCxfjOIEV
AgXtfyKusWY1Lf1kc+UCIQDVQ7J2FsN6f6JHYljfcEvxEVrQWCtW2eK1Jmi9yAx+
yA==
-----END CERTIFICATE-----
)";
const std::string pin = "TB71YRoOH7Y3PNDv0tVJJU6uU6UJeg4CYWTWGO4ubyY=";

std::string element(unsigned char tag, const std::string& content) {
    REQUIRE(content.size() < 0x80);
    return std::string{static_cast<char>(tag), static_cast<char>(content.size())} + content;
}

} // namespace

TEST_CASE("RFC 5280 4.1: the pin of a certificate is that of its SubjectPublicKeyInfo") {
    const auto der = der_from_pem(pem);
    REQUIRE(der);
    CHECK(subject_public_key(*der)->size() == 91);
    CHECK(base::base64_encode(*public_key_pin(*der)) == pin);
}

TEST_CASE("a certificate of version 1 has no version field") {
    const std::string key = element(0x30, "key");
    const std::string fields =
        element(0x02, "1") + element(0x30, "") + element(0x30, "") + element(0x30, "") + element(0x30, "");
    const std::string version = element(0xA0, element(0x02, "\x02"));
    CHECK(subject_public_key(element(0x30, element(0x30, fields + key))) == key);
    CHECK(subject_public_key(element(0x30, element(0x30, version + fields + key))) == key);
    CHECK_FALSE(subject_public_key(element(0x30, element(0x30, version + version + fields + key))));
    CHECK_FALSE(subject_public_key(element(0x30, element(0x30, fields))));
    CHECK_FALSE(subject_public_key(element(0x30, element(0x30, fields + key)) + "x"));
}

TEST_CASE("X.690 10.1: lengths that are indefinite, not shortest, too long or outside are refused") {
    const std::string bad[] = {std::string("\x30\x80\0\0", 4),
                               std::string("\x30\x81\x01x", 4),
                               std::string("\x30\x82\0\x80", 4) + std::string(128, 'x'),
                               std::string("\x30\x84\xFF\xFF\xFF\xFF", 6),
                               std::string("\x30\x88\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 10),
                               "\x30",
                               "\x30\x05",
                               "",
                               std::string("\x3F\x01\x01x", 4)};
    for (const auto& der : bad) CHECK_FALSE(subject_public_key(der));
}

TEST_CASE("damaged bytes are read within their bounds") {
    const auto der = *der_from_pem(pem);
    for (std::size_t size = 0; size < der.size(); ++size) {
        const std::string cut(der, 0, size); // a copy of its own, so that a sanitizer sees a step too far
        CHECK_FALSE(subject_public_key(cut));
    }
    for (std::size_t at = 0; at < der.size(); ++at)
        for (const char value : {'\0', '\x7F', '\x80', '\x84', '\xFF'}) {
            std::string changed = der;
            changed[at] = value;
            if (const auto key = subject_public_key(changed)) CHECK(key->size() <= changed.size());
        }
}

TEST_CASE("text that is no PEM gives no certificate") {
    for (const std::string text :
         {"", "-----BEGIN CERTIFICATE-----\nAAAA", "-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----"})
        CHECK_FALSE(der_from_pem(text));
}
