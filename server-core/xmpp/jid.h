// SPDX-License-Identifier: MIT
// RFC 7622: addresses, prepared and compared as RFC 8265 (PRECIS) and IDNA2008 demand.
#pragma once
#include "base/result.h"

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace xmpp {

enum class JidError { empty, too_long, bad_local, bad_domain, bad_resource };

// One prepared address in one string: "local@domain/resource". An empty Jid (no domain) means "no address given".
class Jid {
public:
    Jid() = default;

    std::string_view local() const { return std::string_view(text_).substr(0, local_length_); }
    std::string_view domain() const;
    std::string_view resource() const;  // empty when bare
    const std::string& text() const { return text_; }
    std::string_view bare_text() const;

    bool empty() const { return text_.empty(); }
    bool is_bare() const { return bare_length_ == text_.size(); }
    bool is_full() const { return !is_bare(); }
    bool has_local() const { return local_length_ != 0; }
    Jid bare() const;
    // The same bare JID with another resource, which must be prepared already (prepare_resource).
    Jid with_resource(std::string_view prepared) const;
    // Only the domain.
    Jid host() const;

    friend bool operator==(const Jid& a, const Jid& b) { return a.text_ == b.text_; }
    friend auto operator<=>(const Jid& a, const Jid& b) { return a.text_ <=> b.text_; }

private:
    friend base::Result<Jid, JidError> parse_jid(std::string_view);
    friend base::Result<Jid, JidError> make_jid(std::string_view, std::string_view, std::string_view);
    std::string text_;
    std::uint16_t local_length_ = 0;
    std::uint16_t bare_length_ = 0;
};

// Parses and prepares an address; ASCII takes a short way.
//   error   which part offends; to a peer all of them are jid-malformed (RFC 6120 8.3.3.8)
//   source  RFC 7622 3.1 to 3.4; at most 1023 bytes a part
base::Result<Jid, JidError> parse_jid(std::string_view text);
// The same from parts, each prepared; local and resource may be empty.
base::Result<Jid, JidError> make_jid(std::string_view local, std::string_view domain, std::string_view resource);

// The part prepared, or nothing when RFC 8265 forbids it.
std::optional<std::string> prepare_local(std::string_view text);     // UsernameCaseMapped and RFC 7622 3.3.1
std::optional<std::string> prepare_domain(std::string_view text);    // IDNA2008 U-labels, lower case, no final dot
std::optional<std::string> prepare_resource(std::string_view text);  // OpaqueString
std::optional<std::string> prepare_password(std::string_view text);  // OpaqueString (RFC 8265 4.2, for SCRAM)

}  // namespace xmpp

template <>
struct std::hash<xmpp::Jid> {
    std::size_t operator()(const xmpp::Jid& jid) const noexcept { return std::hash<std::string>{}(jid.text()); }
};
