// SPDX-License-Identifier: MIT
#include "wire.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace bench {
namespace {

// One version, one cipher, one group: both servers do the same cryptographic work.
constexpr const char* priorities = "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM:-GROUP-ALL:+GROUP-X25519";
constexpr std::size_t record_bytes = 16384;

gnutls_certificate_credentials_t credentials() {
    static const auto made = [] {
        gnutls_certificate_credentials_t fresh = nullptr;
        gnutls_certificate_allocate_credentials(&fresh);
        return fresh;
    }();
    return made;
}

int connect_to(int port) {
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (made < 0) throw std::runtime_error("no more sockets");
    const int on = 1;
    ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(made, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 && errno != EINPROGRESS)
        throw std::runtime_error("cannot connect to port " + std::to_string(port));
    return made;
}

} // namespace

Wire::Wire(Loop& loop, int port, Told told) : loop_(loop), told_(std::move(told)), socket_(connect_to(port)) {
    loop_.watch(socket_, *this);
}

Wire::~Wire() { close(); }

void Wire::send(std::string_view bytes) {
    out_ += bytes;
    loop_.later(*this);
}

void Wire::start_tls() {
    gnutls_init(&session_, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS);
    gnutls_priority_set_direct(session_, priorities, nullptr);
    gnutls_credentials_set(session_, GNUTLS_CRD_CERTIFICATE, credentials());
    gnutls_transport_set_int(session_, socket_);
    tls_ = Tls::handshaking;
    shake_hands();
}

void Wire::shake_hands() {
    int code = GNUTLS_E_INTERRUPTED;
    while (code == GNUTLS_E_INTERRUPTED) code = gnutls_handshake(session_);
    if (code == GNUTLS_E_AGAIN) return;
    if (code < 0) return end(std::string("TLS: ") + gnutls_strerror(code));
    tls_ = Tls::done;
    told_.secured();
}

// As recv(2): below zero with EAGAIN when there is nothing.
long Wire::receive(char* into, std::size_t size) {
    if (tls_ == Tls::none) return ::recv(socket_, into, size, 0);
    long got = GNUTLS_E_AGAIN;
    // GnuTLS says 'again' after a session ticket as well, whatever waits behind it; no edge would tell of that.
    for (int waiting = 1; waiting > 0 && got == GNUTLS_E_AGAIN;) {
        got = gnutls_record_recv(session_, into, size);
        if (got == GNUTLS_E_AGAIN && ::ioctl(socket_, FIONREAD, &waiting) != 0) waiting = 0;
    }
    if (got >= 0) return got;
    errno = got == GNUTLS_E_AGAIN ? EAGAIN : got == GNUTLS_E_INTERRUPTED ? EINTR : EIO;
    return got == GNUTLS_E_PREMATURE_TERMINATION ? 0 : -1;
}

long Wire::send_some(std::string_view bytes) {
    if (tls_ == Tls::none) return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    const long sent = gnutls_record_send(session_, bytes.data(), std::min(bytes.size(), record_bytes));
    if (sent >= 0) return sent;
    errno = sent == GNUTLS_E_AGAIN || sent == GNUTLS_E_INTERRUPTED ? EAGAIN : EIO;
    return -1;
}

void Wire::ready() {
    static std::array<char, 65536> buffer;
    if (is_open() && tls_ == Tls::handshaking) shake_hands();
    while (is_open() && tls_ != Tls::handshaking) {
        const long got = receive(buffer.data(), buffer.size());
        if (got > 0) {
            told_.received({buffer.data(), static_cast<std::size_t>(got)});
        } else if (got < 0 && errno == EINTR) {
            continue;
        } else {
            if (got == 0 || errno != EAGAIN) end(got == 0 ? "closed by the server" : "the connection broke");
            break;
        }
    }
    if (!out_.empty()) flush();
}

void Wire::flush() {
    if (!is_open() || tls_ == Tls::handshaking) return;
    std::size_t at = 0;
    while (at < out_.size()) {
        const long sent = send_some(std::string_view(out_).substr(at));
        if (sent < 0) break; // not connected yet, full, or broken: reading will tell
        at += static_cast<std::size_t>(sent);
    }
    out_.erase(0, at);
}

void Wire::end(const std::string& why) {
    const auto told = told_.closed;
    close();
    if (told) told(why);
}

void Wire::close() {
    if (!is_open()) return;
    loop_.forget(*this);
    if (session_) gnutls_deinit(std::exchange(session_, nullptr));
    ::close(std::exchange(socket_, -1));
    out_ = {};
}

} // namespace bench
