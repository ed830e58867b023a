// SPDX-License-Identifier: MIT
// RFC 6120 4: stream headers, features and stream errors, as bytes.
#pragma once
#include "xml/parser.h"
#include "xmpp/jid.h"
#include "xmpp/stream_error.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stream {

// The answer to a stream header (RFC 6120 4.7): our `from`, a fresh id, version 1.0, the language we speak on it, and
// `to` whom, where the peer said who it is.
std::string opening(std::string_view content_ns, std::string_view from, std::string_view id,
                    xmpp::Language language = xmpp::Language::english, std::string_view to = {});
inline constexpr std::string_view closing = "</stream:stream>";

// What is wrong with a header: invalid-namespace, unsupported-version, host-unknown (RFC 6120 4.9.3); nothing when fine.
std::optional<xmpp::StreamError> fault(const xml::StreamOpened& opened, std::string_view content_ns,
                                       std::string_view host);

// XEP-0478: what a peer may send at once, and how long it may be silent; 0: not told.
std::string stream_limits(std::size_t stanza_bytes, std::chrono::seconds idle);

// <stream:features> with these children, as bytes.
std::string features(const std::vector<std::string>& children);

// <stream:error>, as bytes.
std::string error_bytes(const xmpp::StreamError& error, xmpp::Language language = xmpp::Language::english);

}  // namespace stream
