// SPDX-License-Identifier: MIT
#include "xmpp/sha256.h"

#include <gnutls/crypto.h>

#include <stdexcept>

namespace xmpp {
namespace {

constexpr std::size_t digest_bytes = 32;

void demand_digest(int code) {
    if (code < 0) throw std::runtime_error(std::string("SHA-256: ") + gnutls_strerror(code));
}

} // namespace

void Sha256::Close::operator()(hash_hd_st* hash) const { gnutls_hash_deinit(hash, nullptr); }

Sha256::Sha256() {
    gnutls_hash_hd_t made = nullptr;
    demand_digest(gnutls_hash_init(&made, GNUTLS_DIG_SHA256));
    hash_.reset(made);
}

void Sha256::add(std::string_view bytes) { demand_digest(gnutls_hash(hash_.get(), bytes.data(), bytes.size())); }

std::string Sha256::take() {
    std::string digest(digest_bytes, '\0');
    gnutls_hash_output(hash_.get(), digest.data());
    return digest;
}

std::string sha256(std::string_view bytes) {
    Sha256 hash;
    hash.add(bytes);
    return hash.take();
}

} // namespace xmpp
