// SPDX-License-Identifier: MIT
// RFC 5802, RFC 7677: SCRAM-SHA-1 and SCRAM-SHA-256, the server's side. Keys only, no password is kept.
#pragma once
#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace xmpp {

enum class ScramHash { sha1, sha256 };

// What the store keeps for one hash. Bytes, not base64.
struct ScramKeys {
    std::string salt;
    unsigned iterations = 0;
    std::string stored_key;
    std::string server_key;
};

// Derives the keys from a password already prepared (prepare_password). Costs milliseconds: run it on a store thread.
ScramKeys derive_keys(ScramHash hash, std::string_view prepared_password, std::string_view salt, unsigned iterations);
bool password_fits(ScramHash hash, std::string_view prepared_password, const ScramKeys& keys);

// How the client binds to the channel, as its first message says (RFC 5802 6).
enum class BindingFlag { none, not_offered, used };  // n, y, p

struct ScramFirst {
    std::string authzid;    // empty: none
    std::string username;   // not yet prepared
    std::string nonce;
    BindingFlag binding = BindingFlag::none;
    std::string binding_name;  // of p=
    std::string gs2_header;    // "p=tls-exporter,,"
    std::string bare;          // client-first-message-bare
};

enum class ScramFailure { malformed, other_nonce, binding_mismatch, not_authorized };

// client-first-message; malformed otherwise. Attributes `m=` are refused (RFC 5802 5.1).
base::Result<ScramFirst, ScramFailure> parse_scram_first(std::string_view message);

// One exchange: first, server-first, client-final, server-final.
class ScramExchange {
public:
    // `nonce` is the server's part: random, printable, no comma. `binding_data`: what the channel gives for the name
    // the client chose; empty without binding.
    ScramExchange(ScramHash hash, ScramFirst first, ScramKeys keys, std::string_view nonce, std::string binding_data);
    const std::string& server_first() const { return server_first_; }
    // Checks the proof in constant time; server-final-message (v=...) when it is right.
    base::Result<std::string, ScramFailure> check(std::string_view client_final) const;

private:
    ScramHash hash_;
    ScramFirst first_;
    ScramKeys keys_;
    std::string binding_data_;
    std::string full_nonce_;
    std::string server_first_;
};

// The salt of an account that does not exist: always the same for a name, from a secret of the server, so that a
// stranger cannot tell (DESIGN 4.4).
std::string invented_salt(std::string_view secret, std::string_view name, ScramHash hash);

// HMAC, digests and equality in constant time, for those who need no more of GnuTLS.
std::string hmac(ScramHash hash, std::string_view key, std::string_view text);
std::string digest(ScramHash hash, std::string_view text);
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace xmpp
