// SPDX-License-Identifier: MIT
// A TCP connection to 127.0.0.1 that may turn to TLS: bytes in until EAGAIN, bytes out once a turn.
#pragma once
#include "loop.h"

#include <functional>
#include <gnutls/gnutls.h>
#include <string>
#include <string_view>

namespace bench {

class Wire final : public Watched {
public:
    // `received`: bytes, as they come; `closed`: why, once.
    struct Told {
        std::function<void(std::string_view)> received;
        std::function<void()> secured;
        std::function<void(const std::string&)> closed;
    };
    Wire(Loop& loop, int port, Told told);
    ~Wire() override;
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    void send(std::string_view bytes);
    // The handshake begins; `secured` is called when it is done.
    void start_tls();
    // Nothing more is told.
    void close();
    bool is_open() const { return socket_ >= 0; }

    void ready() override;
    void flush() override;

private:
    enum class Tls { none, handshaking, done };
    void shake_hands();
    long receive(char* into, std::size_t size);
    long send_some(std::string_view bytes);
    void end(const std::string& why);

    Loop& loop_;
    Told told_;
    int socket_;
    gnutls_session_t session_ = nullptr;
    Tls tls_ = Tls::none;
    std::string out_;
};

} // namespace bench
