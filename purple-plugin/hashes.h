// SPDX-License-Identifier: GPL-2.0-or-later
// What GLib 2.28 has no function for, on its GChecksum: HMAC (RFC 2104) and PBKDF2 (RFC 8018).
#pragma once
#include "purple-plugin/purple_handles.h"

#include <string>
#include <string_view>

namespace purple_plugin {

// The digest of `bytes`, as bytes.
std::string digest(GChecksumType hash, std::string_view bytes);

// HMAC with one key, for any number of messages.
class Hmac {
public:
    Hmac(GChecksumType hash, std::string_view key);
    std::string operator()(std::string_view message) const;

private:
    GChecksumType hash_;
    Checksum inner_, outer_; // each has taken in its pad and waits for what follows
};

// PBKDF2's first block, which has the length of the digest.
//   rounds  at least 1; 10000 take some 20 ms
std::string stretch(GChecksumType hash, std::string_view password, std::string_view salt, unsigned rounds);

} // namespace purple_plugin
