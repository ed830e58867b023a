// SPDX-License-Identifier: GPL-2.0-or-later
// Finds the public key in a certificate, which libpurple does not show (RFC 5280 4.1, X.690).
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace purple_plugin {

// The SubjectPublicKeyInfo of a certificate, tag and length included; nothing for bytes that are no certificate.
//   der  any bytes: they come from the network and are read within their bounds only
std::optional<std::string_view> subject_public_key(std::string_view der);

// SHA-256 of that key, 32 bytes: what trust-pins lists.
std::optional<std::string> public_key_pin(std::string_view der);

// The first certificate of a PEM text as DER.
std::optional<std::string> der_from_pem(std::string_view pem);

} // namespace purple_plugin
