// SPDX-License-Identifier: MIT
// TLS 1.2 and 1.3 by GnuTLS: credentials, and one session over a non-blocking socket.
#pragma once
#include "base/result.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace net {

// Certificate chain and key with the priorities we allow. Immutable; a renewed certificate is a new object, and
// sessions keep the one they began with.
class TlsCredentials {
public:
    // Reads PEM files; the error is a sentence that names the file.
    static base::Result<std::shared_ptr<const TlsCredentials>, std::string> load(const std::string& certificate_file,
                                                                               const std::string& key_file);
    ~TlsCredentials();
    TlsCredentials(const TlsCredentials&) = delete;
    TlsCredentials& operator=(const TlsCredentials&) = delete;
    struct Handles;
    const Handles& handles() const { return *handles_; }

private:
    explicit TlsCredentials(std::unique_ptr<Handles> handles);
    std::unique_ptr<Handles> handles_;
};

// What one step on the socket came to.
enum class TlsStep { done, want_read, want_write, closed, failed };

class TlsSession {
public:
    // Server side. `alpn` empty: none is spoken about; otherwise a client that offers ALPN must offer this one.
    TlsSession(std::shared_ptr<const TlsCredentials> credentials, int socket, std::string_view alpn);
    ~TlsSession();
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    TlsStep handshake();
    struct Moved {
        TlsStep step;
        std::size_t bytes;
    };
    Moved receive(std::span<char> into);
    Moved send(std::string_view bytes);
    TlsStep bye();
    bool has_pending() const;
    // Channel binding data for "tls-exporter" (RFC 9266) or "tls-server-end-point" (RFC 5929 4); nothing when the
    // session cannot give it.
    std::optional<std::string> channel_binding(std::string_view name) const;
    std::string description() const;  // "TLS1.3 ECDHE-RSA AES-128-GCM"; also why the handshake failed

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace net
