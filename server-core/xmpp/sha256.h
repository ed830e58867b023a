// SPDX-License-Identifier: MIT
// SHA-256 of what comes piece by piece.
#pragma once
#include <memory>
#include <string>
#include <string_view>

struct hash_hd_st; // GnuTLS's

namespace xmpp {

class Sha256 {
public:
    Sha256();
    void add(std::string_view bytes);
    // 32 bytes, of all that was added; the object begins anew.
    std::string take();

private:
    struct Close {
        void operator()(hash_hd_st* hash) const;
    };
    std::unique_ptr<hash_hd_st, Close> hash_;
};

std::string sha256(std::string_view bytes);

} // namespace xmpp
