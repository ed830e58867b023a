// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/hashes.h"

namespace purple_plugin {
namespace {

constexpr std::size_t block_bytes = 64; // of each hash that GLib 2.28 has

void update(GChecksum* checksum, std::string_view bytes) {
    g_checksum_update(checksum, reinterpret_cast<const guchar*>(bytes.data()), static_cast<gssize>(bytes.size()));
}

std::string finish(GChecksum* checksum, GChecksumType hash) {
    gsize length = static_cast<gsize>(g_checksum_type_get_length(hash));
    std::string bytes(length, '\0');
    g_checksum_get_digest(checksum, reinterpret_cast<guint8*>(bytes.data()), &length);
    return bytes;
}

Checksum padded(GChecksumType hash, const std::string& key, char pad) {
    std::string block(block_bytes, pad);
    for (std::size_t i = 0; i < key.size(); ++i) block[i] = static_cast<char>(block[i] ^ key[i]);
    Checksum checksum(g_checksum_new(hash));
    update(checksum.get(), block);
    return checksum;
}

} // namespace

std::string digest(GChecksumType hash, std::string_view bytes) {
    const Checksum checksum(g_checksum_new(hash));
    update(checksum.get(), bytes);
    return finish(checksum.get(), hash);
}

Hmac::Hmac(GChecksumType hash, std::string_view key) : hash_(hash) {
    const std::string short_key = key.size() > block_bytes ? digest(hash, key) : std::string(key);
    inner_ = padded(hash, short_key, 0x36);
    outer_ = padded(hash, short_key, 0x5c);
}

std::string Hmac::operator()(std::string_view message) const {
    const Checksum inner(g_checksum_copy(inner_.get())), outer(g_checksum_copy(outer_.get()));
    update(inner.get(), message);
    update(outer.get(), finish(inner.get(), hash_));
    return finish(outer.get(), hash_);
}

std::string stretch(GChecksumType hash, std::string_view password, std::string_view salt, unsigned rounds) {
    const Hmac hmac(hash, password);
    std::string last = hmac(std::string(salt) + std::string("\0\0\0\1", 4));
    std::string sum = last;
    for (unsigned round = 1; round < rounds; ++round) {
        last = hmac(last);
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = static_cast<char>(sum[i] ^ last[i]);
    }
    return sum;
}

} // namespace purple_plugin
