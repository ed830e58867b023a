// SPDX-License-Identifier: MIT
// X.509 by GnuTLS: the organisation's own authority, certificates that it signs, and what a certificate says.
#pragma once
#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace net {

using WallTime = std::chrono::system_clock::time_point;

struct KeyAndCertificate {
    std::string key_pem;         // PKCS #8, not encrypted
    std::string certificate_pem; // one certificate
};

// A new EC P-256 authority "`organisation` CA", for 20 years from an hour before `now` (clocks differ).
//   error   GnuTLS's sentence (no randomness)
base::Result<KeyAndCertificate, std::string> make_authority(std::string_view organisation, WallTime now);

// A new EC P-256 key with a certificate for a server of these names, signed by `authority`, for 2 years.
//   names   DNS names or IP addresses, the first one the subject; at least one
//   source  RFC 6125, RFC 5280 4.2.1: subjectAltName, serverAuth, no CA
base::Result<KeyAndCertificate, std::string> make_certificate(const KeyAndCertificate& authority,
                                                              const std::vector<std::string>& names, WallTime now);

// What an administrator wants to know of a certificate.
struct CertificateFacts {
    std::vector<std::string> names; // subjectAltName: DNS names and addresses
    std::string subject;            // "CN=bioaster.org,O=BIOASTER"
    std::string issuer;
    WallTime valid_from;
    WallTime valid_until;
    bool is_authority = false;
    std::string pin; // SHA-256 of SubjectPublicKeyInfo, 32 bytes (RFC 7469 2.4)
    std::string der;
};

// Reads the first certificate of PEM text; the error is a sentence.
base::Result<CertificateFacts, std::string> read_certificate(std::string_view pem);

// The pin of a private key in PEM: the one that each certificate for it has.
base::Result<std::string, std::string> pin_of_key(std::string_view key_pem);

// Writes the file whole or not at all: a temporary file beside it, synchronised, then renamed. The error is a sentence.
//   mode    0600 for keys: nobody else ever sees a byte of them
base::Result<void, std::string> write_file(const std::string& file, std::string_view bytes, unsigned mode);

} // namespace net
