// SPDX-License-Identifier: MIT
// SCRAM-SHA-1 (RFC 5802), the client's side, without channel binding.
#pragma once
#include <string>
#include <string_view>

namespace bench {

class Scram {
public:
    Scram(std::string_view user, std::string_view password);

    // Each in base64, as it stands in <auth/> and <response/>.
    std::string first() const;
    // The answer to a challenge; empty when the challenge cannot be read. PBKDF2 is calculated once for each salt.
    std::string final(std::string_view challenge) const;

private:
    std::string bare_;
    std::string password_;
};

std::string to_base64(std::string_view bytes);
std::string from_base64(std::string_view text);
std::string sha1_hex(std::string_view bytes);

} // namespace bench
