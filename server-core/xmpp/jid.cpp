// SPDX-License-Identifier: MIT
#include "xmpp/jid.h"
#include "base/text.h"
#include "xmpp/precis.h"

#include <arpa/inet.h>
#include <idn2.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace xmpp {
namespace {

constexpr std::size_t part_bytes = 1023;  // RFC 7622 3.2 to 3.4
// Before preparation, which may make a part shorter; longer ones are refused without looking at them.
constexpr std::size_t raw_part_bytes = 3 * part_bytes;
constexpr std::string_view forbidden_in_local = "\"&'/:<>@ ";  // RFC 7622 3.3.1

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_printable_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// RFC 1123 2.1: letters, digits and inner hyphens. `label` is in lower case.
bool is_host_label(std::string_view label) {
    if (label.empty() || label.size() > 63) return false;
    if (!is_letter_or_digit(label.front()) || !is_letter_or_digit(label.back())) return false;
    return std::ranges::all_of(label, [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

// Whether `name`, in lower case, is made of such labels; an A-label ("xn--") is one.
bool is_host(std::string_view name) {
    while (true) {
        const auto dot = name.find('.');
        if (!is_host_label(name.substr(0, dot))) return false;
        if (dot == name.npos) return true;
        name.remove_prefix(dot + 1);
    }
}

// "[::1]", written in one way.
std::optional<std::string> prepare_address_literal(std::string_view text) {
    if (text.size() < 4 || !text.ends_with(']')) return std::nullopt;
    in6_addr address{};
    const std::string inner(text.substr(1, text.size() - 2));
    if (inner.find('\0') != inner.npos || inet_pton(AF_INET6, inner.c_str(), &address) != 1) return std::nullopt;
    std::array<char, INET6_ADDRSTRLEN> canonical{};
    inet_ntop(AF_INET6, &address, canonical.data(), canonical.size());
    return "[" + std::string(canonical.data()) + "]";
}

struct FreeName {
    void operator()(void* name) const { idn2_free(name); }
};

// To A-labels, which checks every rule, and back.
std::optional<std::string> prepare_international(std::string_view text) {
    const auto name = host_mapped(text);
    if (!name || name->find('\0') != name->npos) return std::nullopt;
    std::uint8_t* ascii = nullptr;
    // Without the mapping of UTS 46, which drops what it does not like: "exämple!" would be "exämple".
    constexpr int flags = IDN2_NFC_INPUT | IDN2_NO_TR46;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(name->c_str());
    if (idn2_lookup_u8(bytes, &ascii, flags) != IDN2_OK) return std::nullopt;
    const std::unique_ptr<std::uint8_t, FreeName> ascii_owner(ascii);
    char* unicode = nullptr;
    // libidn2 passes empty labels, and ASCII ones as they are.
    if (!is_host(reinterpret_cast<const char*>(ascii))) return std::nullopt;
    if (idn2_to_unicode_8z8z(reinterpret_cast<const char*>(ascii), &unicode, 0) != IDN2_OK) return std::nullopt;
    const std::unique_ptr<char, FreeName> owner(unicode);
    // Cherokee has capitals that IDNA2008 allows and the mapping changes ("xn--bce"): such a name would not be found again
    // under its own prepared form.
    if (host_mapped(unicode) != std::string(unicode)) return std::nullopt;
    return std::string(unicode);
}

// One part, prepared; its absence where `may_be_absent` is an empty text.
template <class Prepare>
base::Result<std::string, JidError> prepare_part(std::string_view text, Prepare prepare, JidError error) {
    if (text.size() > raw_part_bytes) return base::Unexpected(JidError::too_long);
    auto prepared = prepare(text);
    if (!prepared) return base::Unexpected(error);
    if (prepared->size() > part_bytes) return base::Unexpected(JidError::too_long);
    return *std::move(prepared);
}

}  // namespace

std::string_view Jid::domain() const {
    const std::size_t start = local_length_ == 0 ? 0 : local_length_ + 1U;
    return std::string_view(text_).substr(start, bare_length_ - start);
}

std::string_view Jid::resource() const {
    return is_bare() ? std::string_view() : std::string_view(text_).substr(bare_length_ + 1U);
}

std::string_view Jid::bare_text() const {
    return std::string_view(text_).substr(0, bare_length_);
}

Jid Jid::bare() const {
    Jid jid;
    jid.text_ = bare_text();
    jid.local_length_ = local_length_;
    jid.bare_length_ = bare_length_;
    return jid;
}

Jid Jid::with_resource(std::string_view prepared) const {
    Jid jid = bare();
    if (!prepared.empty()) jid.text_.append("/").append(prepared);
    return jid;
}

Jid Jid::host() const {
    Jid jid;
    jid.text_ = domain();
    jid.bare_length_ = static_cast<std::uint16_t>(jid.text_.size());
    return jid;
}

std::optional<std::string> prepare_local(std::string_view text) {
    const auto is_allowed = [](std::string_view prepared) {
        return !prepared.empty() && prepared.find_first_of(forbidden_in_local) == prepared.npos;
    };
    if (is_ascii(text)) {
        if (!is_printable_ascii(text) || !is_allowed(text)) return std::nullopt;
        return base::lower_ascii(text);
    }
    auto prepared = username_case_mapped(text);
    if (prepared && !is_allowed(*prepared)) return std::nullopt;
    return prepared;
}

std::optional<std::string> prepare_domain(std::string_view text) {
    if (text.starts_with('[')) return prepare_address_literal(text);
    if (text.ends_with('.')) text.remove_suffix(1);
    if (text.empty()) return std::nullopt;  // libidn2 takes it for a name
    if (!is_ascii(text)) return prepare_international(text);
    auto name = base::lower_ascii(text);
    if (!is_host(name)) return std::nullopt;
    return name.find("xn--") == name.npos ? std::optional(std::move(name)) : prepare_international(name);
}

std::optional<std::string> prepare_resource(std::string_view text) {
    if (text.empty()) return std::nullopt;
    if (is_printable_ascii(text)) return std::string(text);
    return opaque_string(text);
}

std::optional<std::string> prepare_password(std::string_view text) {
    return prepare_resource(text);
}

base::Result<Jid, JidError> make_jid(std::string_view local, std::string_view domain, std::string_view resource) {
    Jid jid;
    if (!local.empty()) {
        const auto prepared = prepare_part(local, prepare_local, JidError::bad_local);
        if (!prepared) return base::Unexpected(prepared.error());
        jid.local_length_ = static_cast<std::uint16_t>(prepared->size());
        jid.text_.append(*prepared).append("@");
    }
    const auto host = prepare_part(domain, prepare_domain, JidError::bad_domain);
    if (!host) return base::Unexpected(host.error());
    jid.text_ += *host;
    jid.bare_length_ = static_cast<std::uint16_t>(jid.text_.size());
    if (!resource.empty()) {
        const auto prepared = prepare_part(resource, prepare_resource, JidError::bad_resource);
        if (!prepared) return base::Unexpected(prepared.error());
        jid.text_.append("/").append(*prepared);
    }
    return jid;
}

// RFC 7622 3.1: the first "/" ends the domain, then the first "@" the local part.
base::Result<Jid, JidError> parse_jid(std::string_view text) {
    if (text.empty()) return base::Unexpected(JidError::empty);
    const auto slash = text.find('/');
    const auto bare = text.substr(0, slash);
    const auto at = bare.find('@');
    if (at == 0) return base::Unexpected(JidError::bad_local);
    if (slash != text.npos && slash + 1 == text.size()) return base::Unexpected(JidError::bad_resource);
    return make_jid(at == bare.npos ? std::string_view() : bare.substr(0, at), at == bare.npos ? bare : bare.substr(at + 1),
                    slash == text.npos ? std::string_view() : text.substr(slash + 1));
}

}  // namespace xmpp
