// SPDX-License-Identifier: MIT
#include "xmpp/scram.h"
#include "base/text.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <unistr.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace xmpp {
namespace {

constexpr std::size_t salt_bytes = 16;

gnutls_mac_algorithm_t mac_of(ScramHash hash) {
    return hash == ScramHash::sha1 ? GNUTLS_MAC_SHA1 : GNUTLS_MAC_SHA256;
}

gnutls_digest_algorithm_t digest_of(ScramHash hash) {
    return hash == ScramHash::sha1 ? GNUTLS_DIG_SHA1 : GNUTLS_DIG_SHA256;
}

std::size_t size_of(ScramHash hash) {
    return gnutls_hash_get_len(digest_of(hash));
}

void demand(int code) {
    if (code < 0) throw std::runtime_error(std::string("GnuTLS: ") + gnutls_strerror(code));
}

gnutls_datum_t datum(std::string_view bytes) {
    // GnuTLS does not write to it.
    auto* data = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(bytes.data()));
    return {data, static_cast<unsigned>(bytes.size())};
}

bool is_utf8(std::string_view text) {
    return u8_check(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()) == nullptr;
}

// RFC 5802 7: "printable".
bool is_nonce(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F && c != ','; });
}

bool is_binding_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    });
}

// RFC 5802 5.1: "," and "=" are written =2C and =3D; nothing else follows "=".
std::optional<std::string> decode_name(std::string_view text) {
    std::string name;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\0') return std::nullopt;
        if (text[i] != '=') {
            name += text[i];
            continue;
        }
        const auto code = text.substr(i, 3);
        if (code != "=2C" && code != "=3D") return std::nullopt;
        name += code == "=2C" ? ',' : '=';
        i += 2;
    }
    return name.empty() || !is_utf8(name) ? std::nullopt : std::optional(name);
}

// The text up to the next comma, which is taken too; nothing when no comma follows.
std::optional<std::string_view> take_until_comma(std::string_view& text) {
    const auto comma = text.find(',');
    if (comma == text.npos) return std::nullopt;
    const auto taken = text.substr(0, comma);
    text.remove_prefix(comma + 1);
    return taken;
}

// Extensions after the ones we know: well-formed, and never "m", which demands to be understood.
bool are_extensions(std::string_view text) {
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        const auto one = text.substr(0, comma);
        const bool is_letter = !one.empty() && ((one[0] >= 'a' && one[0] <= 'z') || (one[0] >= 'A' && one[0] <= 'Z'));
        if (!is_letter || one[0] == 'm' || one.size() < 3 || one[1] != '=' || one.find('\0') != one.npos) return false;
        if (comma + 1 == text.size()) return false;
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return true;
}

bool parse_binding_flag(std::string_view flag, ScramFirst& first) {
    if (flag == "n" || flag == "y") {
        first.binding = flag == "n" ? BindingFlag::none : BindingFlag::not_offered;
        return true;
    }
    first.binding = BindingFlag::used;
    if (!flag.starts_with("p=")) return false;
    first.binding_name = flag.substr(2);
    return is_binding_name(first.binding_name);
}

// gs2-header, by which `text` becomes client-first-message-bare.
bool take_gs2_header(std::string_view& text, ScramFirst& first) {
    const auto whole = text;
    const auto flag = take_until_comma(text);
    if (!flag || !parse_binding_flag(*flag, first)) return false;
    const auto authzid = take_until_comma(text);
    if (!authzid) return false;
    if (!authzid->empty()) {
        const auto name = authzid->starts_with("a=") ? decode_name(authzid->substr(2)) : std::nullopt;
        if (!name) return false;
        first.authzid = *name;
    }
    first.gs2_header = whole.substr(0, whole.size() - text.size());
    return true;
}

}  // namespace

std::string hmac(ScramHash hash, std::string_view key, std::string_view text) {
    std::string out(size_of(hash), '\0');
    demand(gnutls_hmac_fast(mac_of(hash), key.data(), key.size(), text.data(), text.size(), out.data()));
    return out;
}

std::string digest(ScramHash hash, std::string_view text) {
    std::string out(size_of(hash), '\0');
    demand(gnutls_hash_fast(digest_of(hash), text.data(), text.size(), out.data()));
    return out;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && gnutls_memcmp(a.data(), b.data(), a.size()) == 0;
}

ScramKeys derive_keys(ScramHash hash, std::string_view prepared_password, std::string_view salt, unsigned iterations) {
    std::string salted(size_of(hash), '\0');
    const auto key = datum(prepared_password);
    const auto salt_datum = datum(salt);
    demand(gnutls_pbkdf2(mac_of(hash), &key, &salt_datum, iterations, salted.data(), salted.size()));
    ScramKeys keys{std::string(salt), iterations, digest(hash, hmac(hash, salted, "Client Key")), hmac(hash, salted, "Server Key")};
    gnutls_memset(salted.data(), 0, salted.size());
    return keys;
}

bool password_fits(ScramHash hash, std::string_view prepared_password, const ScramKeys& keys) {
    const auto derived = derive_keys(hash, prepared_password, keys.salt, keys.iterations);
    return equal_in_constant_time(derived.stored_key, keys.stored_key);
}

base::Result<ScramFirst, ScramFailure> parse_scram_first(std::string_view message) {
    ScramFirst first;
    auto text = message;
    const base::Unexpected malformed(ScramFailure::malformed);
    if (!is_utf8(message) || !take_gs2_header(text, first)) return malformed;
    first.bare = text;
    const auto name = take_until_comma(text);
    if (!name || !name->starts_with("n=")) return malformed;
    const auto username = decode_name(name->substr(2));
    if (!username) return malformed;
    first.username = *username;
    const auto nonce = text.substr(0, text.find(','));
    if (!nonce.starts_with("r=") || !is_nonce(nonce.substr(2))) return malformed;
    first.nonce = nonce.substr(2);
    const auto extensions = text.substr(nonce.size());
    if (extensions == "," || (!extensions.empty() && !are_extensions(extensions.substr(1)))) return malformed;
    return first;
}

ScramExchange::ScramExchange(ScramHash hash, ScramFirst first, ScramKeys keys, std::string_view nonce, std::string binding_data)
    : hash_(hash), first_(std::move(first)), keys_(std::move(keys)), binding_data_(std::move(binding_data)),
      full_nonce_(first_.nonce + std::string(nonce)),
      server_first_("r=" + full_nonce_ + ",s=" + base::base64_encode(keys_.salt) + ",i=" + std::to_string(keys_.iterations)) {}

base::Result<std::string, ScramFailure> ScramExchange::check(std::string_view client_final) const {
    const base::Unexpected malformed(ScramFailure::malformed);
    const auto proof_at = client_final.rfind(",p=");
    if (proof_at == client_final.npos || !is_utf8(client_final)) return malformed;
    const auto without_proof = client_final.substr(0, proof_at);
    const auto proof = base::base64_decode(client_final.substr(proof_at + 3));
    auto text = without_proof;
    const auto binding = take_until_comma(text);
    const auto nonce = text.substr(0, text.find(','));
    const auto extensions = text.substr(nonce.size());
    if (!proof || proof->size() != size_of(hash_) || !binding || !binding->starts_with("c=")) return malformed;
    if (!nonce.starts_with("r=") || extensions == "," || (!extensions.empty() && !are_extensions(extensions.substr(1)))) return malformed;
    if (!base::base64_decode(binding->substr(2)) || binding->size() == 2) return malformed;
    if (nonce.substr(2) != full_nonce_) return base::Unexpected(ScramFailure::other_nonce);
    const auto expected = first_.gs2_header + (first_.binding == BindingFlag::used ? binding_data_ : std::string());
    if (binding->substr(2) != base::base64_encode(expected)) return base::Unexpected(ScramFailure::binding_mismatch);

    const auto signed_text = first_.bare + "," + server_first_ + "," + std::string(without_proof);
    auto client_key = hmac(hash_, keys_.stored_key, signed_text);
    std::ranges::transform(client_key, *proof, client_key.begin(), [](char a, char b) { return static_cast<char>(a ^ b); });
    if (!equal_in_constant_time(digest(hash_, client_key), keys_.stored_key)) return base::Unexpected(ScramFailure::not_authorized);
    return "v=" + base::base64_encode(hmac(hash_, keys_.server_key, signed_text));
}

std::string invented_salt(std::string_view secret, std::string_view name, ScramHash hash) {
    const std::string_view label = hash == ScramHash::sha1 ? "salt SHA-1 " : "salt SHA-256 ";
    return hmac(ScramHash::sha256, secret, std::string(label) + std::string(name)).substr(0, salt_bytes);
}

}  // namespace xmpp
