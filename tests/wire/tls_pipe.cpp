// SPDX-License-Identifier: MIT
// The client's side of TLS 1.3 for tests in Python, whose own ssl cannot export keying material (RFC 5705):
//     tls_pipe SOCKET AUTHORITY NAME
// shakes hands on the inherited SOCKET, prints what a login may be bound to, tls-exporter (RFC 9266) and
// tls-server-end-point (RFC 5929), in hexadecimal, and passes bytes between SOCKET and standard input, a socket too.
#include <gnutls/gnutls.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>

#include <poll.h>
#include <sys/socket.h>

namespace {

using Digest = std::array<unsigned char, 32>;

[[noreturn]] void give_up(const char* what, int code) {
    std::fprintf(stderr, "tls_pipe: %s: %s\n", what, gnutls_strerror(code));
    std::exit(1);
}

void shake_hands(gnutls_session_t session, gnutls_certificate_credentials_t credentials, int socket, const char* authority,
                 const char* name) {
    const int read = gnutls_certificate_set_x509_trust_file(credentials, authority, GNUTLS_X509_FMT_PEM);
    if (read < 1) give_up(authority, read);
    gnutls_priority_set_direct(session, "NORMAL:-VERS-ALL:+VERS-TLS1.3", nullptr);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
    gnutls_session_set_verify_cert(session, name, 0);
    gnutls_transport_set_int(session, socket);
    const int done = gnutls_handshake(session);
    if (done < 0) give_up("handshake", done);
}

// By the functions below those for channel bindings, which the server uses.
void print_bindings(gnutls_session_t session) {
    Digest exported{};
    constexpr std::string_view label = "EXPORTER-Channel-Binding";
    gnutls_prf_rfc5705(session, label.size(), label.data(), 0, "", exported.size(), reinterpret_cast<char*>(exported.data()));
    Digest end_point{};
    unsigned count = 0;
    auto size = end_point.size();
    gnutls_fingerprint(GNUTLS_DIG_SHA256, gnutls_certificate_get_peers(session, &count), end_point.data(), &size);
    for (const Digest& digest : {exported, end_point}) {
        for (const unsigned char byte : digest) std::printf("%02x", byte);
        std::putchar('\n');
    }
    std::fflush(stdout);
}

bool send_all(gnutls_session_t session, std::span<const char> bytes) {
    while (!bytes.empty()) {
        const auto sent = gnutls_record_send(session, bytes.data(), bytes.size());
        if (sent < 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
    return true;
}

// False when its source has ended.
bool pass_outwards(gnutls_session_t session) {
    std::array<char, 16384> buffer;
    const auto got = ::recv(0, buffer.data(), buffer.size(), 0);
    return got > 0 && send_all(session, std::span(buffer).first(static_cast<std::size_t>(got)));
}

bool pass_inwards(gnutls_session_t session) {
    std::array<char, 16384> buffer;
    do {
        const auto got = gnutls_record_recv(session, buffer.data(), buffer.size());
        if (got == GNUTLS_E_AGAIN || got == GNUTLS_E_INTERRUPTED) continue;
        if (got <= 0 || ::send(0, buffer.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) != got) return false;
    } while (gnutls_record_check_pending(session) > 0);
    return true;
}

} // namespace

int main(int count, char** words) {
    if (count != 4) return 2;
    const int socket = std::atoi(words[1]);
    gnutls_certificate_credentials_t credentials = nullptr;
    gnutls_session_t session = nullptr;
    gnutls_certificate_allocate_credentials(&credentials);
    gnutls_init(&session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL);
    shake_hands(session, credentials, socket, words[2], words[3]);
    print_bindings(session);
    std::array<pollfd, 2> sides{{{0, POLLIN, 0}, {socket, POLLIN, 0}}};
    for (bool goes_on = true; goes_on && ::poll(sides.data(), sides.size(), -1) > 0;) {
        if (sides[0].revents != 0) goes_on = pass_outwards(session);
        if (goes_on && sides[1].revents != 0) goes_on = pass_inwards(session);
    }
    ::shutdown(0, SHUT_RDWR);
    ::shutdown(socket, SHUT_RDWR);
    gnutls_deinit(session);
    gnutls_certificate_free_credentials(credentials);
}
