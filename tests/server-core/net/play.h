// SPDX-License-Identifier: MIT
// What the tests of net share: a loop that ends by itself, a socket pair over loopback, a TLS client in a thread.
#pragma once
#include "net/certificates.h"
#include "net/connection.h"
#include "net/loop.h"

#include <doctest/doctest.h>

#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <gnutls/gnutls.h>
#include <unistd.h>

namespace play {

using boost::asio::ip::tcp;

// Runs the loop until somebody stops it; after 20 seconds the test has failed.
inline void run(net::Loop& loop) {
    boost::asio::steady_timer limit(loop.context(), std::chrono::seconds(20));
    limit.async_wait([&loop](const boost::system::error_code& error) {
        if (error) return;
        FAIL_CHECK("the loop was not stopped within 20 seconds");
        loop.stop();
    });
    loop.run();
}

// Two ends of one connection over loopback: ours, and the peer's plain blocking socket.
struct Pair {
    explicit Pair(net::Loop& loop) {
        tcp::acceptor acceptor(loop.context(), tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
        tcp::socket client(loop.context());
        client.connect(acceptor.local_endpoint());
        ours = std::make_unique<net::Connection>(loop, acceptor.accept());
        peer = client.release();
        timeval limit{20, 0};
        ::setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        ::setsockopt(peer, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    }
    ~Pair() { hang_up(); }
    void hang_up() { ::close(std::exchange(peer, -1)); }
    void says(std::string_view text) const {
        while (!text.empty()) {
            const auto sent = ::send(peer, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    // What the peer gets until `count` bytes are there or the connection ends.
    std::string hears(std::size_t count = std::string::npos) const {
        std::string text;
        char buffer[65536];
        while (text.size() < count) {
            const auto got = ::recv(peer, buffer, std::min(sizeof buffer, count - text.size()), 0);
            if (got <= 0) break;
            text.append(buffer, static_cast<std::size_t>(got));
        }
        return text;
    }
    std::unique_ptr<net::Connection> ours;
    int peer = -1;
};

// A folder of the test's own.
struct Folder {
    Folder() {
        char name[] = "/tmp/net-test-XXXXXX";
        path = ::mkdtemp(name);
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string file(const std::string& name) const { return path + "/" + name; }
    std::string path;
};

inline std::shared_ptr<const net::TlsCredentials> credentials(std::string* certificate_der = nullptr) {
    const Folder folder;
    const auto now = std::chrono::system_clock::now();
    const auto authority = net::make_authority("BIOASTER", now).value();
    const auto made = net::make_certificate(authority, {"bioaster.org"}, now).value();
    std::ofstream(folder.file("cert")) << made.certificate_pem;
    std::ofstream(folder.file("key")) << made.key_pem;
    if (certificate_der) *certificate_der = net::read_certificate(made.certificate_pem)->der;
    return net::TlsCredentials::load(folder.file("cert"), folder.file("key")).value();
}

// A blocking TLS client that trusts anybody.
class Client {
public:
    explicit Client(int socket, const char* priorities = "NORMAL:-VERS-ALL:+VERS-TLS1.3", std::string alpn = {}) {
        gnutls_certificate_allocate_credentials(&credentials_);
        gnutls_init(&session_, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL);
        gnutls_priority_set_direct(session_, priorities, nullptr);
        gnutls_credentials_set(session_, GNUTLS_CRD_CERTIFICATE, credentials_);
        gnutls_transport_set_int(session_, socket);
        const gnutls_datum_t protocol{reinterpret_cast<unsigned char*>(alpn.data()),
                                      static_cast<unsigned>(alpn.size())};
        if (!alpn.empty()) gnutls_alpn_set_protocols(session_, &protocol, 1, 0);
    }
    ~Client() {
        gnutls_deinit(session_);
        gnutls_certificate_free_credentials(credentials_);
    }
    int handshake() {
        int code = 0;
        do code = gnutls_handshake(session_);
        while (code < 0 && gnutls_error_is_fatal(code) == 0);
        return code;
    }
    void says(std::string_view text) {
        while (!text.empty()) {
            const auto sent = gnutls_record_send(session_, text.data(), text.size());
            if (sent < 0) return;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    std::string hears(std::size_t count = std::string::npos) {
        std::string text;
        char buffer[16384];
        while (text.size() < count) {
            end = static_cast<int>(gnutls_record_recv(session_, buffer, std::min(sizeof buffer, count - text.size())));
            if (end <= 0) break;
            text.append(buffer, static_cast<std::size_t>(end));
        }
        return text;
    }
    std::string binding(gnutls_channel_binding_t type) {
        gnutls_datum_t data{nullptr, 0};
        if (gnutls_session_channel_binding(session_, type, &data) < 0) return {};
        std::string bytes(reinterpret_cast<char*>(data.data), data.size);
        gnutls_free(data.data);
        return bytes;
    }
    gnutls_session_t session() { return session_; }
    int end = 1; // what the last receive returned: 0 after close_notify

private:
    gnutls_session_t session_ = nullptr;
    gnutls_certificate_credentials_t credentials_ = nullptr;
};

} // namespace play
