// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/public_key.h"

#include "base/text.h"
#include "purple-plugin/hashes.h"

#include <cstddef>

#include <glib.h>

namespace purple_plugin {
namespace {

constexpr unsigned char sequence = 0x30;    // X.690 8.9, constructed
constexpr unsigned char version_tag = 0xA0; // RFC 5280 4.1: [0] EXPLICIT, absent in version 1

// One element: its tag, its content, and all of its bytes.
struct DerElement {
    unsigned char tag;
    std::string_view content;
    std::string_view whole;
};

// Takes the first element from `bytes`; nothing if it does not fit into them or its length is not DER (X.690 10.1).
std::optional<DerElement> take_element(std::string_view& bytes) {
    if (bytes.size() < 2) return std::nullopt;
    const auto octet = [&bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    if ((octet(0) & 0x1F) == 0x1F) return std::nullopt; // tags of several bytes: certificates have none
    std::size_t header = 2, length = octet(1);
    if (length >= 0x80) {
        const std::size_t octets = length - 0x80;
        // Four would let `header + length` wrap where size_t has 32 bits.
        if (octets == 0 || octets > 3 || bytes.size() < 2 + octets) return std::nullopt;
        length = 0;
        for (std::size_t i = 0; i < octets; ++i) length = length << 8 | octet(2 + i);
        if (length < 0x80 || octet(2) == 0) return std::nullopt;
        header += octets;
    }
    if (length > bytes.size() - header) return std::nullopt;
    const DerElement element{octet(0), bytes.substr(header, length), bytes.substr(0, header + length)};
    bytes.remove_prefix(header + length);
    return element;
}

} // namespace

std::optional<std::string_view> subject_public_key(std::string_view der) {
    const auto certificate = take_element(der);
    if (!certificate || certificate->tag != sequence || !der.empty()) return std::nullopt;
    auto inside = certificate->content;
    const auto signed_part = take_element(inside);
    if (!signed_part || signed_part->tag != sequence) return std::nullopt;

    auto fields = signed_part->content;
    if (!fields.empty() && static_cast<unsigned char>(fields[0]) == version_tag && !take_element(fields))
        return std::nullopt;
    // serialNumber, signature, issuer, validity, subject come before the key (RFC 5280 4.1).
    for (const unsigned char tag : {static_cast<unsigned char>(0x02), sequence, sequence, sequence, sequence}) {
        const auto field = take_element(fields);
        if (!field || field->tag != tag) return std::nullopt;
    }
    const auto key = take_element(fields);
    if (!key || key->tag != sequence) return std::nullopt;
    return key->whole;
}

std::optional<std::string> public_key_pin(std::string_view der) {
    const auto key = subject_public_key(der);
    if (!key) return std::nullopt;
    return digest(G_CHECKSUM_SHA256, *key);
}

std::optional<std::string> der_from_pem(std::string_view pem) {
    constexpr std::string_view begin = "-----BEGIN CERTIFICATE-----", end = "-----END CERTIFICATE-----";
    const auto start = pem.find(begin);
    if (start == pem.npos) return std::nullopt;
    const auto stop = pem.find(end, start);
    if (stop == pem.npos) return std::nullopt;
    std::string body;
    for (const char c : pem.substr(start + begin.size(), stop - start - begin.size()))
        if (!g_ascii_isspace(c)) body += c;
    return base::base64_decode(body);
}

} // namespace purple_plugin
