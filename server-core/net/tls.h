// SPDX-License-Identifier: MIT
// TLS 1.2 and 1.3 by GnuTLS: credentials, and one session over a non-blocking socket.
#pragma once
#include "base/result.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace net {

// Certificate chain and key with the priorities we allow. Immutable; a renewed certificate is a new object, and
// sessions keep the one they began with.
class TlsCredentials {
public:
    // Reads PEM files; the error is a sentence that names the file.
    static base::Result<std::shared_ptr<const TlsCredentials>, std::string> load(const std::string& certificate_file,
                                                                                 const std::string& key_file);
    // For the client's side: the server's certificate must be for `name`, signed by one of the authorities (DER), or by one
    // that the system trusts where there are none.
    static base::Result<std::shared_ptr<const TlsCredentials>, std::string>
    for_client(const std::string& name, const std::vector<std::string>& authorities);
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

// The socket stays the caller's and must outlive the session.
class TlsSession {
public:
    // The side that the credentials are for. `alpn` empty: none is spoken about; otherwise a client that offers ALPN must offer this one.
    TlsSession(std::shared_ptr<const TlsCredentials> credentials, int socket, std::string_view alpn);
    ~TlsSession();
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    // One step of the handshake; on `failed` the alert is sent and description() says why.
    TlsStep handshake();
    struct Moved {
        TlsStep step;
        std::size_t bytes;
    };
    // Takes what is there, until `into` is full or the socket empty; `done` with at least one byte.
    Moved receive(std::span<char> into);
    // Encrypts and sends from the front of `bytes`. After want_write call it again with bytes that begin the same:
    // those it holds encrypted already are counted when the socket took them.
    Moved send(std::string_view bytes);
    // Says that nothing more will be sent (close_notify).
    TlsStep bye();
    // Channel binding data for "tls-exporter" (RFC 9266) or "tls-server-end-point" (RFC 5929 4); nothing when the
    // session cannot give it: before the handshake, TLS 1.2 without extended master secret (RFC 9266 4.2).
    std::optional<std::string> channel_binding(std::string_view name) const;
    // "(TLS1.3)-(ECDHE-X25519)-(ECDSA-SECP256R1-SHA256)-(AES-128-GCM)", or why the session failed.
    std::string description() const;

private:
    struct State;
    TlsStep step_of(int code);
    std::unique_ptr<State> state_;
};

} // namespace net
