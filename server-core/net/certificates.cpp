// SPDX-License-Identifier: MIT
#include "net/certificates.h"

#include "net/datum.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

namespace net {
namespace {

using namespace std::chrono_literals;
constexpr auto authority_years = 20 * 365 * 24h;
constexpr auto certificate_years = 2 * 365 * 24h;
constexpr auto clocks_differ = 1h;

struct Free {
    void operator()(gnutls_x509_privkey_t key) const { gnutls_x509_privkey_deinit(key); }
    void operator()(gnutls_x509_crt_t certificate) const { gnutls_x509_crt_deinit(certificate); }
};
using Key = std::unique_ptr<std::remove_pointer_t<gnutls_x509_privkey_t>, Free>;
using Certificate = std::unique_ptr<std::remove_pointer_t<gnutls_x509_crt_t>, Free>;

// GnuTLS's first failure in a row of calls; the later ones are skipped.
class Steps {
public:
    template <class Call, class... Arguments>
    Steps& then(Call call, Arguments... arguments) {
        if (code_ >= 0) code_ = call(arguments...);
        return *this;
    }
    explicit operator bool() const { return code_ >= 0; }
    base::Unexpected<std::string> failure(std::string_view what) const {
        return base::Unexpected(std::string(what) + ": " + gnutls_strerror(code_));
    }

private:
    int code_ = 0;
};

Key new_key() {
    gnutls_x509_privkey_t key = nullptr;
    return gnutls_x509_privkey_init(&key) < 0 ? Key() : Key(key);
}

Certificate new_certificate() {
    gnutls_x509_crt_t certificate = nullptr;
    return gnutls_x509_crt_init(&certificate) < 0 ? Certificate() : Certificate(certificate);
}

std::string take(gnutls_datum_t& bytes) {
    std::string text(reinterpret_cast<const char*>(bytes.data), bytes.size);
    gnutls_free(bytes.data);
    return text;
}

std::array<unsigned char, 16> random_serial() {
    std::array<unsigned char, 16> serial{};
    gnutls_rnd(GNUTLS_RND_NONCE, serial.data(), serial.size());
    serial[0] = static_cast<unsigned char>((serial[0] & 0x7f) | 0x40); // positive, always 16 bytes (RFC 5280 4.1.2.2)
    return serial;
}

Steps& add_name(Steps& steps, gnutls_x509_crt_t certificate, const std::string& name) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    std::size_t length = 0;
    if (inet_pton(AF_INET, name.c_str(), address.data()) == 1) length = sizeof(in_addr);
    if (inet_pton(AF_INET6, name.c_str(), address.data()) == 1) length = sizeof(in6_addr);
    const void* bytes = length > 0 ? static_cast<const void*>(address.data()) : name.data();
    const auto type = length > 0 ? GNUTLS_SAN_IPADDRESS : GNUTLS_SAN_DNSNAME;
    return steps.then(gnutls_x509_crt_set_subject_alt_name, certificate, type, bytes,
                      static_cast<unsigned>(length > 0 ? length : name.size()), GNUTLS_FSAN_APPEND);
}

// What every certificate of ours has: key, number, dates, identifiers.
Steps& describe(Steps& steps, gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key, WallTime now,
                std::chrono::hours life) {
    const auto serial = random_serial();
    std::array<unsigned char, 32> id{};
    std::size_t id_size = id.size();
    return steps
        .then(gnutls_x509_privkey_generate, key, GNUTLS_PK_ECDSA,
              static_cast<unsigned>(GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1)), 0u)
        .then(gnutls_x509_crt_set_version, certificate, 3u)
        .then(gnutls_x509_crt_set_serial, certificate, static_cast<const void*>(serial.data()), serial.size())
        .then(gnutls_x509_crt_set_key, certificate, key)
        .then(gnutls_x509_crt_get_key_id, certificate, 0u, id.data(), &id_size)
        .then(gnutls_x509_crt_set_subject_key_id, certificate, static_cast<const void*>(id.data()), std::size_t{20})
        .then(gnutls_x509_crt_set_activation_time, certificate,
              std::chrono::system_clock::to_time_t(now - clocks_differ))
        .then(gnutls_x509_crt_set_expiration_time, certificate, std::chrono::system_clock::to_time_t(now + life));
}

Steps& set_common_name(Steps& steps, gnutls_x509_crt_t certificate, std::string_view name) {
    constexpr std::size_t longest = 64; // ub-common-name (RFC 5280 A.1); the names that count are in subjectAltName
    name = name.substr(0, longest);
    return steps.then(gnutls_x509_crt_set_dn_by_oid, certificate, GNUTLS_OID_X520_COMMON_NAME, 0u,
                      static_cast<const void*>(name.data()), static_cast<unsigned>(name.size()));
}

base::Result<KeyAndCertificate, std::string> exported(Steps& steps, gnutls_x509_privkey_t key,
                                                      gnutls_x509_crt_t certificate) {
    gnutls_datum_t key_bytes{nullptr, 0};
    gnutls_datum_t certificate_bytes{nullptr, 0};
    steps.then(gnutls_x509_privkey_export2_pkcs8, key, GNUTLS_X509_FMT_PEM, static_cast<const char*>(nullptr),
               static_cast<unsigned>(GNUTLS_PKCS_PLAIN), &key_bytes);
    steps.then(gnutls_x509_crt_export2, certificate, GNUTLS_X509_FMT_PEM, &certificate_bytes);
    KeyAndCertificate made{take(key_bytes), take(certificate_bytes)};
    if (!steps) return steps.failure("making a certificate");
    return made;
}

std::string distinguished_name(int (*get)(gnutls_x509_crt_t, gnutls_datum_t*, unsigned),
                               gnutls_x509_crt_t certificate) {
    gnutls_datum_t text{nullptr, 0};
    return get(certificate, &text, 0) < 0 ? std::string() : take(text);
}

std::vector<std::string> names_of(gnutls_x509_crt_t certificate) {
    std::vector<std::string> names;
    for (unsigned i = 0;; ++i) {
        std::array<char, 512> name{};
        std::size_t size = name.size();
        const int type = gnutls_x509_crt_get_subject_alt_name(certificate, i, name.data(), &size, nullptr);
        if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) return names;
        std::array<char, INET6_ADDRSTRLEN> text{};
        if (type == GNUTLS_SAN_DNSNAME) names.emplace_back(name.data(), size);
        if (type == GNUTLS_SAN_IPADDRESS &&
            inet_ntop(size == sizeof(in_addr) ? AF_INET : AF_INET6, name.data(), text.data(), text.size()))
            names.emplace_back(text.data());
    }
}

} // namespace

base::Result<KeyAndCertificate, std::string> make_authority(std::string_view organisation, WallTime now) {
    const auto key = new_key();
    const auto certificate = new_certificate();
    if (!key || !certificate) return base::Unexpected(std::string("no memory for a certificate"));
    Steps steps;
    describe(steps, certificate.get(), key.get(), now, authority_years);
    set_common_name(steps, certificate.get(), std::string(organisation) + " CA")
        .then(gnutls_x509_crt_set_basic_constraints, certificate.get(), 1u, 0)
        .then(gnutls_x509_crt_set_key_usage, certificate.get(),
              static_cast<unsigned>(GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN))
        .then(gnutls_x509_crt_sign2, certificate.get(), certificate.get(), key.get(), GNUTLS_DIG_SHA256, 0u);
    return exported(steps, key.get(), certificate.get());
}

base::Result<KeyAndCertificate, std::string> make_certificate(const KeyAndCertificate& authority,
                                                              const std::vector<std::string>& names, WallTime now) {
    const auto key = new_key(), authority_key = new_key();
    const auto certificate = new_certificate(), issuer = new_certificate();
    if (!key || !authority_key || !certificate || !issuer || names.empty())
        return base::Unexpected(std::string("no name for a certificate, or no memory"));
    const auto issuer_pem = datum(authority.certificate_pem), issuer_key_pem = datum(authority.key_pem);
    Steps steps;
    steps.then(gnutls_x509_crt_import, issuer.get(), &issuer_pem, GNUTLS_X509_FMT_PEM)
        .then(gnutls_x509_privkey_import, authority_key.get(), &issuer_key_pem, GNUTLS_X509_FMT_PEM);
    if (!steps) return steps.failure("reading the authority's certificate and key");
    describe(steps, certificate.get(), key.get(), now, certificate_years);
    set_common_name(steps, certificate.get(), names.front());
    for (const auto& name : names) add_name(steps, certificate.get(), name);
    std::array<unsigned char, 64> issuer_id{};
    std::size_t issuer_id_size = issuer_id.size();
    steps.then(gnutls_x509_crt_get_subject_key_id, issuer.get(), static_cast<void*>(issuer_id.data()), &issuer_id_size,
               static_cast<unsigned*>(nullptr));
    steps
        .then(gnutls_x509_crt_set_authority_key_id, certificate.get(), static_cast<const void*>(issuer_id.data()),
              issuer_id_size)
        .then(gnutls_x509_crt_set_basic_constraints, certificate.get(), 0u, -1)
        .then(gnutls_x509_crt_set_key_usage, certificate.get(), static_cast<unsigned>(GNUTLS_KEY_DIGITAL_SIGNATURE))
        .then(gnutls_x509_crt_set_key_purpose_oid, certificate.get(),
              static_cast<const void*>(GNUTLS_KP_TLS_WWW_SERVER), 0u)
        .then(gnutls_x509_crt_sign2, certificate.get(), issuer.get(), authority_key.get(), GNUTLS_DIG_SHA256, 0u);
    return exported(steps, key.get(), certificate.get());
}

base::Result<CertificateFacts, std::string> read_certificate(std::string_view pem) {
    const auto certificate = new_certificate();
    const auto bytes = datum(pem);
    gnutls_datum_t der{nullptr, 0};
    CertificateFacts facts;
    facts.pin.resize(32);
    std::size_t pin_size = facts.pin.size();
    Steps steps;
    steps.then(gnutls_x509_crt_import, certificate.get(), &bytes, GNUTLS_X509_FMT_PEM)
        .then(gnutls_x509_crt_get_key_id, certificate.get(), static_cast<unsigned>(GNUTLS_KEYID_USE_SHA256),
              reinterpret_cast<unsigned char*>(facts.pin.data()), &pin_size)
        .then(gnutls_x509_crt_export2, certificate.get(), GNUTLS_X509_FMT_DER, &der);
    if (!steps) return steps.failure("not a certificate in PEM");
    facts.der = take(der);
    facts.names = names_of(certificate.get());
    facts.subject = distinguished_name(gnutls_x509_crt_get_dn3, certificate.get());
    facts.issuer = distinguished_name(gnutls_x509_crt_get_issuer_dn3, certificate.get());
    facts.valid_from = std::chrono::system_clock::from_time_t(gnutls_x509_crt_get_activation_time(certificate.get()));
    facts.valid_until = std::chrono::system_clock::from_time_t(gnutls_x509_crt_get_expiration_time(certificate.get()));
    facts.is_authority = gnutls_x509_crt_get_ca_status(certificate.get(), nullptr) > 0;
    return facts;
}

base::Result<std::string, std::string> pin_of_key(std::string_view key_pem) {
    const auto key = new_key();
    const auto bytes = datum(key_pem);
    std::string pin(32, '\0');
    std::size_t size = pin.size();
    Steps steps;
    steps
        .then(gnutls_x509_privkey_import2, key.get(), &bytes, GNUTLS_X509_FMT_PEM, static_cast<const char*>(nullptr),
              static_cast<unsigned>(GNUTLS_PKCS_PLAIN))
        .then(gnutls_x509_privkey_get_key_id, key.get(), static_cast<unsigned>(GNUTLS_KEYID_USE_SHA256),
              reinterpret_cast<unsigned char*>(pin.data()), &size);
    if (!steps) return steps.failure("not a private key in PEM");
    return pin;
}

base::Result<void, std::string> write_file(const std::string& file, std::string_view bytes, unsigned mode) {
    const auto failure = [&file] {
        const bool is_full = errno == ENOSPC || errno == EDQUOT;
        return base::Unexpected(file + ": " + std::strerror(errno) + (is_full ? "; make room on its disk" : ""));
    };
    const std::string temporary = file + ".new";
    ::unlink(temporary.c_str()); // left by a crash; with O_EXCL a link that somebody put there is not followed
    const int out = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (out < 0) return failure();
    bool is_good = ::fchmod(out, mode) == 0; // the umask may have taken bits away
    while (is_good && !bytes.empty()) {
        const auto written = ::write(out, bytes.data(), bytes.size());
        if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
        is_good = written > 0 || errno == EINTR;
    }
    is_good = is_good && ::fsync(out) == 0;
    const auto why = failure();
    ::close(out);
    if (!is_good) return why;
    if (::rename(temporary.c_str(), file.c_str()) != 0) return failure();
    const auto slash = file.rfind('/');
    const int folder = ::open(slash == file.npos ? "." : file.substr(0, slash + 1).c_str(), O_RDONLY | O_CLOEXEC);
    if (folder >= 0) {
        ::fsync(folder); // the new name, too
        ::close(folder);
    }
    return base::Result<void, std::string>();
}

} // namespace net
