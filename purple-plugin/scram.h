// SPDX-License-Identifier: GPL-2.0-or-later
// SCRAM (RFC 5802, RFC 7677), the client's part of one exchange, without channel binding.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include <glib.h>

namespace purple_plugin {

class Scram {
public:
    //   hash      G_CHECKSUM_SHA256 or G_CHECKSUM_SHA1, as the mechanism's name says
    //   name      the account's, without domain
    //   password  prepared
    //   nonce     printable ASCII without a comma, of 128 random bits at least
    Scram(GChecksumType hash, std::string_view name, std::string password, std::string nonce);

    // The client-first-message.
    std::string first_message() const;

    // The client-final-message for the server-first-message; nothing where that is none, has not our nonce, or asks for
    // fewer rounds than 4096 (RFC 7677 4) or for more than 500000, which would keep the client's window still for
    // seconds.
    std::optional<std::string> answer(std::string_view server_first);

    // Whether the server-final-message shows that the server knows the password too. Never before an answer.
    bool is_proof(std::string_view server_final) const;

private:
    GChecksumType hash_;
    std::string first_bare_, password_, nonce_;
    std::string server_signature_; // base64; empty before an answer
};

// `password` as servers keep it: OpaqueString (RFC 8265 4.2), as far as GLib knows; nothing for one that no account
// has.
std::optional<std::string> prepared_password(const std::string& password);

// 144 bits from the system's source of randomness, in base64.
std::string random_nonce();

} // namespace purple_plugin
