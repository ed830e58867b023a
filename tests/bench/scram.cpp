// SPDX-License-Identifier: MIT
#include "scram.h"

#include <algorithm>
#include <cstdlib>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <map>

namespace bench {
namespace {

gnutls_datum_t datum(std::string_view bytes) {
    return {reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data())), static_cast<unsigned>(bytes.size())};
}

std::string owned(gnutls_datum_t result, int code) {
    if (code < 0) return {};
    std::string bytes(reinterpret_cast<char*>(result.data), result.size);
    gnutls_free(result.data);
    return bytes;
}

constexpr std::size_t sha1_bytes = 20;

std::string sha1(std::string_view bytes) {
    std::string out(sha1_bytes, '\0');
    gnutls_hash_fast(GNUTLS_DIG_SHA1, bytes.data(), bytes.size(), out.data());
    return out;
}

std::string hmac(std::string_view key, std::string_view bytes) {
    std::string out(sha1_bytes, '\0');
    gnutls_hmac_fast(GNUTLS_MAC_SHA1, key.data(), key.size(), bytes.data(), bytes.size(), out.data());
    return out;
}

std::string pbkdf2(std::string_view password, std::string_view salt, unsigned iterations) {
    std::string out(sha1_bytes, '\0');
    const auto key = datum(password), grains = datum(salt);
    gnutls_pbkdf2(GNUTLS_MAC_SHA1, &key, &grains, iterations, out.data(), out.size());
    return out;
}

// A login that is measured must not wait for the client's own PBKDF2, so what was calculated before is remembered.
const std::string& salted(const std::string& password, const std::string& salt, unsigned iterations) {
    static std::map<std::string, std::string> known;
    std::string& keys = known[password + '\0' + salt + '\0' + std::to_string(iterations)];
    if (keys.empty()) keys = pbkdf2(password, salt, iterations);
    return keys;
}

std::string_view value(std::string_view message, char key) {
    for (std::size_t at = 0; at < message.size();) {
        const std::size_t end = std::min(message.find(',', at), message.size());
        if (message[at] == key && at + 1 < end && message[at + 1] == '=') return message.substr(at + 2, end - at - 2);
        at = end + 1;
    }
    return {};
}

std::string nonce() {
    std::string bytes(12, '\0');
    gnutls_rnd(GNUTLS_RND_NONCE, bytes.data(), bytes.size());
    return to_base64(bytes);
}

} // namespace

std::string to_base64(std::string_view bytes) {
    gnutls_datum_t result{};
    const auto in = datum(bytes);
    const int code = gnutls_base64_encode2(&in, &result);
    return owned(result, code);
}

std::string from_base64(std::string_view text) {
    gnutls_datum_t result{};
    const auto in = datum(text);
    const int code = gnutls_base64_decode2(&in, &result);
    return owned(result, code);
}

std::string sha1_hex(std::string_view bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    for (const char c : sha1(bytes)) {
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

Scram::Scram(std::string_view user, std::string_view password)
    : bare_("n=" + std::string(user) + ",r=" + nonce()), password_(password) {}

std::string Scram::first() const { return to_base64("n,," + bare_); }

std::string Scram::final(std::string_view challenge) const {
    const std::string server = from_base64(challenge);
    const std::string salt = from_base64(value(server, 's'));
    const auto iterations = static_cast<unsigned>(std::atoi(std::string(value(server, 'i')).c_str()));
    if (salt.empty() || iterations == 0) return {};
    const std::string client_key = hmac(salted(password_, salt, iterations), "Client Key");
    const std::string without_proof = "c=biws,r=" + std::string(value(server, 'r'));
    const std::string signature = hmac(sha1(client_key), bare_ + "," + server + "," + without_proof);
    std::string proof = client_key;
    for (std::size_t i = 0; i < proof.size(); ++i) proof[i] = static_cast<char>(proof[i] ^ signature[i]);
    return to_base64(without_proof + ",p=" + to_base64(proof));
}

} // namespace bench
