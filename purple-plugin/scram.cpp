// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/scram.h"

#include "base/text.h"
#include "purple-plugin/hashes.h"

#include <algorithm>
#include <charconv>
#include <random>

namespace purple_plugin {
namespace {

constexpr std::string_view no_channel_binding = "n,,";
constexpr unsigned fewest_rounds = 4096, most_rounds = 500'000;

// RFC 5802 5.1: the two characters that have a meaning there.
std::string escaped(std::string_view name) {
    std::string text;
    for (const char c : name) {
        if (c == '=')
            text += "=3D";
        else if (c == ',')
            text += "=2C";
        else
            text += c;
    }
    return text;
}

// Takes "KEY=value" off the front of `message`; nothing when another attribute stands there.
std::optional<std::string_view> take(std::string_view& message, char key) {
    if (message.size() < 2 || message[0] != key || message[1] != '=') return std::nullopt;
    const auto end = std::min(message.find(','), message.size());
    const auto value = message.substr(2, end - 2);
    message.remove_prefix(std::min(end + 1, message.size()));
    return value;
}

std::optional<unsigned> rounds_in(std::string_view digits) {
    unsigned rounds = 0;
    const auto end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, rounds);
    if (error != std::errc() || stop != end || rounds < fewest_rounds || rounds > most_rounds) return std::nullopt;
    return rounds;
}

} // namespace

Scram::Scram(GChecksumType hash, std::string_view name, std::string password, std::string nonce)
    : hash_(hash),
      first_bare_("n=" + escaped(name) + ",r=" + nonce),
      password_(std::move(password)),
      nonce_(std::move(nonce)) {}

std::string Scram::first_message() const { return std::string(no_channel_binding) + first_bare_; }

std::optional<std::string> Scram::answer(std::string_view server_first) {
    auto rest = server_first;
    const auto nonce = take(rest, 'r'); // an extension that we must know (m=) would stand before it
    const auto salt_text = nonce ? take(rest, 's') : std::nullopt;
    const auto rounds_text = salt_text ? take(rest, 'i') : std::nullopt;
    if (!rounds_text || !nonce->starts_with(nonce_) || nonce->size() == nonce_.size()) return std::nullopt;
    const auto salt = base::base64_decode(*salt_text);
    const auto rounds = rounds_in(*rounds_text);
    if (!salt || salt->empty() || !rounds) return std::nullopt;

    const Hmac salted(hash_, stretch(hash_, password_, *salt, *rounds));
    const auto client_key = salted("Client Key");
    const auto without_proof = "c=" + base::base64_encode(no_channel_binding) + ",r=" + std::string(*nonce);
    const auto signed_text = first_bare_ + ',' + std::string(server_first) + ',' + without_proof;
    auto proof = Hmac(hash_, digest(hash_, client_key))(signed_text);
    for (std::size_t i = 0; i < proof.size(); ++i) proof[i] = static_cast<char>(proof[i] ^ client_key[i]);
    server_signature_ = base::base64_encode(Hmac(hash_, salted("Server Key"))(signed_text));
    return without_proof + ",p=" + base::base64_encode(proof);
}

bool Scram::is_proof(std::string_view server_final) const {
    const auto signature = take(server_final, 'v');
    return signature && !server_signature_.empty() && *signature == server_signature_;
}

std::optional<std::string> prepared_password(const std::string& password) {
    if (!g_utf8_validate(password.c_str(), static_cast<gssize>(password.size()), nullptr)) return std::nullopt;
    std::string spaced;
    for (const char* at = password.c_str(); *at != '\0'; at = g_utf8_next_char(at)) {
        const gunichar character = g_utf8_get_char(at);
        if (g_unichar_iscntrl(character)) return std::nullopt;
        if (g_unichar_type(character) == G_UNICODE_SPACE_SEPARATOR)
            spaced += ' ';
        else
            spaced.append(at, static_cast<std::size_t>(g_utf8_next_char(at) - at));
    }
    const Text composed(g_utf8_normalize(spaced.c_str(), static_cast<gssize>(spaced.size()), G_NORMALIZE_NFC));
    if (composed == nullptr || *composed == '\0') return std::nullopt;
    return composed.get();
}

// libstdc++ asks the processor or the kernel, and Windows by rand_s; never a generator with a seed.
std::string random_nonce() {
    std::random_device source;
    std::string bytes;
    while (bytes.size() < 18) bytes += static_cast<char>(source() & 0xff);
    return base::base64_encode(bytes);
}

} // namespace purple_plugin
