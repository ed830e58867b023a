// SPDX-License-Identifier: MIT
#include "net/pinned_keys.h"

#include "net/datum.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

namespace net {
namespace {

// Forward secrecy and authenticated encryption only; what is cheapest comes first and the server's order counts.
constexpr const char* priorities =
    "NONE:+VERS-TLS1.3:+VERS-TLS1.2:+ECDHE-ECDSA:+ECDHE-RSA:+AES-128-GCM:+CHACHA20-POLY1305:+AES-256-GCM:+AEAD"
    ":+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:+SIGN-ALL:-SIGN-RSA-SHA1:-SIGN-ECDSA-SHA1:-SIGN-DSA-SHA1"
    ":+COMP-NULL:+CTYPE-SRV-X509:+CTYPE-CLI-X509:%SERVER_PRECEDENCE:%SAFE_RENEGOTIATION";

// No tickets: XMPP clients do not resume TLS, and each ticket costs a write and memory at every login.
constexpr unsigned session_flags = GNUTLS_NONBLOCK | GNUTLS_NO_TICKETS | GNUTLS_NO_SIGNAL;

base::Result<std::string, std::string> read_file(const std::string& file) {
    errno = 0;
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    if (!in || !(text << in.rdbuf()))
        return base::Unexpected(file + ": " + (errno != 0 ? std::strerror(errno) : "the file is empty"));
    return text.str();
}

std::string why_not_loaded(int code, const std::string& certificate_file, const std::string& key_file) {
    if (code == GNUTLS_E_CERTIFICATE_KEY_MISMATCH)
        return key_file + ": the key does not belong to the certificate in " + certificate_file;
    return certificate_file + " with " + key_file + ": not a PEM certificate and its key: " + gnutls_strerror(code);
}

// The certificate's hash by its signature's own hash function, by SHA-256 in place of MD5 and SHA-1 (RFC 5929 4.1).
std::optional<std::string> end_point_of(gnutls_certificate_credentials_t credentials) {
    gnutls_datum_t der{};
    gnutls_x509_crt_t certificate = nullptr;
    if (gnutls_certificate_get_crt_raw(credentials, 0, 0, &der) < 0 || gnutls_x509_crt_init(&certificate) < 0)
        return std::nullopt;
    int algorithm = gnutls_x509_crt_import(certificate, &der, GNUTLS_X509_FMT_DER);
    if (algorithm >= 0) algorithm = gnutls_x509_crt_get_signature_algorithm(certificate);
    gnutls_x509_crt_deinit(certificate);
    if (algorithm < 0) return std::nullopt;
    auto hash = gnutls_sign_get_hash_algorithm(static_cast<gnutls_sign_algorithm_t>(algorithm));
    if (hash == GNUTLS_DIG_MD5 || hash == GNUTLS_DIG_SHA1) hash = GNUTLS_DIG_SHA256;
    if (hash == GNUTLS_DIG_UNKNOWN) return std::nullopt; // EdDSA: RFC 5929 says nothing
    std::string bytes(gnutls_hash_get_len(hash), '\0');
    if (gnutls_hash_fast(hash, der.data, der.size, bytes.data()) < 0) return std::nullopt;
    return bytes;
}

// SHA-256 of the key in the peer's certificate; empty where it has shown none.
std::string key_of_peer(gnutls_session_t session) {
    unsigned count = 0;
    const gnutls_datum_t* const shown = gnutls_certificate_get_peers(session, &count);
    gnutls_x509_crt_t certificate = nullptr;
    if (shown == nullptr || count == 0 || gnutls_x509_crt_init(&certificate) < 0) return {};
    std::string key(32, '\0');
    std::size_t size = key.size();
    int code = gnutls_x509_crt_import(certificate, shown, GNUTLS_X509_FMT_DER);
    if (code >= 0)
        code = gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256,
                                          reinterpret_cast<unsigned char*>(key.data()), &size);
    gnutls_x509_crt_deinit(certificate);
    return code < 0 ? std::string() : key;
}

// What is wrong with the server's certificate, as GnuTLS tells people.
std::string why_not_trusted(unsigned wrong) {
    gnutls_datum_t text{nullptr, 0};
    if (gnutls_certificate_verification_status_print(wrong, GNUTLS_CRT_X509, &text, 0) < 0)
        return "the certificate is not trusted";
    std::string why(reinterpret_cast<const char*>(text.data), text.size);
    gnutls_free(text.data);
    why.erase(why.find_last_not_of(' ') + 1);
    return why;
}

} // namespace

struct TlsCredentials::Handles {
    gnutls_certificate_credentials_t certificate = nullptr;
    gnutls_priority_t priority = nullptr;
    std::string peer_name; // client side: whom the certificate must be for; empty: server side
    struct Pins {
        std::vector<std::string> keys;
        bool are_all = false; // nobody signs for others
    };
    std::unique_ptr<Pins> pins = std::make_unique<Pins>();
    std::optional<std::string> end_point; // RFC 5929 4: known once, as GnuTLS would parse the certificate at each login
    ~Handles() {
        if (certificate) gnutls_certificate_free_credentials(certificate);
        if (priority) gnutls_priority_deinit(priority);
    }
};

TlsCredentials::TlsCredentials(std::unique_ptr<Handles> handles) : handles_(std::move(handles)) {}
TlsCredentials::~TlsCredentials() = default;

base::Result<std::shared_ptr<const TlsCredentials>, std::string>
TlsCredentials::load(const std::string& certificate_file, const std::string& key_file) {
    const auto certificate = read_file(certificate_file);
    if (!certificate) return base::Unexpected(certificate.error());
    const auto key = read_file(key_file);
    if (!key) return base::Unexpected(key.error());

    auto handles = std::make_unique<Handles>();
    int code = gnutls_certificate_allocate_credentials(&handles->certificate);
    if (code < 0) return base::Unexpected(std::string(gnutls_strerror(code)));
    const auto certificate_bytes = datum(*certificate);
    const auto key_bytes = datum(*key);
    code = gnutls_certificate_set_x509_key_mem2(handles->certificate, &certificate_bytes, &key_bytes,
                                                GNUTLS_X509_FMT_PEM, nullptr, 0);
    if (code < 0) return base::Unexpected(why_not_loaded(code, certificate_file, key_file));
    handles->end_point = end_point_of(handles->certificate);
    code = gnutls_priority_init(&handles->priority, priorities, nullptr);
    if (code < 0) return base::Unexpected("TLS priorities: " + std::string(gnutls_strerror(code)));
    return std::shared_ptr<const TlsCredentials>(new TlsCredentials(std::move(handles)));
}

base::Result<std::shared_ptr<const TlsCredentials>, std::string>
TlsCredentials::for_client(const std::string& name, const std::vector<std::string>& authorities) {
    auto handles = std::make_unique<Handles>();
    handles->peer_name = name;
    handles->pins->are_all = authorities.empty();
    int code = gnutls_certificate_allocate_credentials(&handles->certificate);
    if (code >= 0 && authorities.empty()) code = gnutls_certificate_set_x509_system_trust(handles->certificate);
    for (const auto& authority : authorities) {
        const auto der = datum(authority);
        if (code >= 0) code = gnutls_certificate_set_x509_trust_mem(handles->certificate, &der, GNUTLS_X509_FMT_DER);
    }
    if (code >= 0) code = gnutls_priority_init(&handles->priority, priorities, nullptr);
    if (code < 0) return base::Unexpected("cannot read whom to trust: " + std::string(gnutls_strerror(code)));
    return std::shared_ptr<const TlsCredentials>(new TlsCredentials(std::move(handles)));
}

namespace {

// Of a client's session that has pins; 0, or GnuTLS's code. `wrong`: what is wrong with the certificate, where that counts.
int verify_by_key(gnutls_session_t session, const TlsCredentials::Handles& handles, unsigned& wrong) {
    const auto& pins = *handles.pins;
    if (std::find(pins.keys.begin(), pins.keys.end(), key_of_peer(session)) != pins.keys.end()) return 0;
    if (pins.are_all) return GNUTLS_E_CERTIFICATE_KEY_MISMATCH;
    const int code = gnutls_certificate_verify_peers3(session, handles.peer_name.c_str(), &wrong);
    if (code < 0) return code;
    return wrong == 0 ? 0 : GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR;
}

} // namespace

void trust_keys(const TlsCredentials& of_client, std::vector<std::string> pins) {
    of_client.handles().pins->keys = std::move(pins);
}

struct TlsSession::State {
    std::shared_ptr<const TlsCredentials> credentials;
    gnutls_session_t session = nullptr;
    std::size_t held = 0; // bytes that GnuTLS has encrypted and the socket has not taken
    int failure = 0;      // GnuTLS's code
    unsigned wrong = 0;   // with the peer's certificate, where we looked ourselves
    bool handshake_done = false;
    bool hung_up = false; // the peer, before the handshake was done
    ~State() {
        if (session) gnutls_deinit(session);
    }
};

TlsSession::TlsSession(std::shared_ptr<const TlsCredentials> credentials, int socket, std::string_view alpn)
    : state_(std::make_unique<State>()) {
    state_->credentials = std::move(credentials);
    const auto& handles = state_->credentials->handles();
    const bool is_client = !handles.peer_name.empty();
    if (gnutls_init(&state_->session, session_flags | (is_client ? GNUTLS_CLIENT : GNUTLS_SERVER)) < 0)
        throw std::bad_alloc();
    gnutls_priority_set(state_->session, handles.priority);
    gnutls_credentials_set(state_->session, GNUTLS_CRD_CERTIFICATE, handles.certificate);
    if (is_client) {
        gnutls_server_name_set(state_->session, GNUTLS_NAME_DNS, handles.peer_name.data(), handles.peer_name.size());
        if (handles.pins->keys.empty())
            gnutls_session_set_verify_cert(state_->session, handles.peer_name.c_str(), 0);
        else
            gnutls_session_set_verify_function(state_->session, [](gnutls_session_t session) {
                auto& state = *static_cast<State*>(gnutls_session_get_ptr(session));
                return verify_by_key(session, state.credentials->handles(), state.wrong);
            });
        gnutls_session_set_ptr(state_->session, state_.get());
    } else {
        gnutls_certificate_server_set_request(state_->session, GNUTLS_CERT_IGNORE);
    }
    gnutls_handshake_set_timeout(state_->session, GNUTLS_INDEFINITE_TIMEOUT); // the stream has its own limit
    gnutls_transport_set_int(state_->session, socket);
    if (alpn.empty()) return;
    const auto protocol = datum(alpn);
    gnutls_alpn_set_protocols(state_->session, &protocol, 1, GNUTLS_ALPN_MANDATORY);
}

TlsSession::~TlsSession() = default;

TlsStep TlsSession::step_of(int code) {
    if (code == GNUTLS_E_AGAIN || code == GNUTLS_E_INTERRUPTED)
        return gnutls_record_get_direction(state_->session) == 0 ? TlsStep::want_read : TlsStep::want_write;
    // Without close_notify: most clients just go.
    if (code == GNUTLS_E_PREMATURE_TERMINATION || code == GNUTLS_E_SESSION_EOF) return TlsStep::closed;
    state_->failure = code;
    return TlsStep::failed;
}

TlsStep TlsSession::handshake() {
    int code = 0;
    do code = gnutls_handshake(state_->session);
    while (code < 0 && code != GNUTLS_E_AGAIN && gnutls_error_is_fatal(code) == 0);
    if (code == GNUTLS_E_SUCCESS) {
        state_->handshake_done = true;
        return TlsStep::done;
    }
    const auto step = step_of(code);
    if (step == TlsStep::failed) gnutls_alert_send_appropriate(state_->session, code);
    if (step == TlsStep::closed) state_->hung_up = true;
    return step;
}

TlsSession::Moved TlsSession::receive(std::span<char> into) {
    std::size_t taken = 0;
    while (taken < into.size()) {
        const auto got = gnutls_record_recv(state_->session, into.data() + taken, into.size() - taken);
        if (got > 0) {
            taken += static_cast<std::size_t>(got);
            continue;
        }
        // What came before an end or an error is handled first; the next call meets it again.
        if (taken > 0) break;
        if (got == 0) return {TlsStep::closed, 0};
        const int code = static_cast<int>(got);
        // A client's wish to renegotiate is refused by GNUTLS_E_REHANDSHAKE being none of these: it ends the session.
        if (code == GNUTLS_E_WARNING_ALERT_RECEIVED || code == GNUTLS_E_INTERRUPTED) continue;
        return {step_of(code), 0};
    }
    return {TlsStep::done, taken};
}

TlsSession::Moved TlsSession::send(std::string_view bytes) {
    std::size_t sent = 0;
    while (state_->held > 0 || sent < bytes.size()) {
        const bool resumed = state_->held > 0;
        const auto rest = bytes.substr(sent);
        const auto code = resumed ? gnutls_record_send(state_->session, nullptr, 0)
                                  : gnutls_record_send(state_->session, rest.data(), rest.size());
        if (code == GNUTLS_E_INTERRUPTED) continue;
        if (code == GNUTLS_E_AGAIN) {
            const std::size_t record = gnutls_record_get_max_size(state_->session);
            if (!resumed) state_->held = std::min(rest.size(), record);
            return {TlsStep::want_write, sent};
        }
        if (code < 0) return {step_of(static_cast<int>(code)), sent};
        sent += resumed ? state_->held : static_cast<std::size_t>(code);
        state_->held = 0;
    }
    return {TlsStep::done, sent};
}

TlsStep TlsSession::bye() {
    const int code = gnutls_bye(state_->session, GNUTLS_SHUT_WR);
    return code == GNUTLS_E_SUCCESS ? TlsStep::done : step_of(code);
}

std::optional<std::string> TlsSession::channel_binding(std::string_view name) const {
    if (!state_->handshake_done) return std::nullopt;
    if (name == "tls-server-end-point") return state_->credentials->handles().end_point;
    if (name != "tls-exporter") return std::nullopt;
    const bool is_unique = gnutls_protocol_get_version(state_->session) >= GNUTLS_TLS1_3 ||
                           gnutls_session_ext_master_secret_status(state_->session) != 0;
    gnutls_datum_t binding{nullptr, 0};
    if (!is_unique || gnutls_session_channel_binding(state_->session, GNUTLS_CB_TLS_EXPORTER, &binding) < 0)
        return std::nullopt;
    std::string bytes(reinterpret_cast<const char*>(binding.data), binding.size);
    gnutls_free(binding.data);
    return bytes;
}

std::string TlsSession::description() const {
    if (state_->failure < 0) {
        std::string why = gnutls_strerror(state_->failure);
        if (state_->failure == GNUTLS_E_FATAL_ALERT_RECEIVED)
            why += std::string(" ") + gnutls_alert_get_name(gnutls_alert_get(state_->session));
        if (state_->failure == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
            why = why_not_trusted(state_->wrong != 0 ? state_->wrong : gnutls_session_get_verify_cert_status(state_->session));
        if (state_->failure == GNUTLS_E_CERTIFICATE_KEY_MISMATCH) why = "the server's key is none of those in trust-pins";
        return why;
    }
    char* text = gnutls_session_get_desc(state_->session);
    std::string description = text               ? text
                              : state_->hung_up ? "the client hung up during the handshake"
                                                : "the handshake was not finished";
    gnutls_free(text);
    return description;
}

} // namespace net
