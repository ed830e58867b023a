// SPDX-License-Identifier: MIT
#include "play.h"

#include "net/descriptors.h"

#include <doctest/doctest.h>

#include <sys/resource.h>
#include <sys/stat.h>

#include <gnutls/x509.h>

using namespace std::chrono_literals;

namespace {

net::WallTime now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

// GnuTLS's own verdict on a server certificate for `name`.
bool is_trusted(const std::string& authority, const std::string& certificate, const char* name) {
    gnutls_x509_trust_list_t list = nullptr;
    gnutls_x509_trust_list_init(&list, 0);
    gnutls_x509_crt_t ca = nullptr, leaf = nullptr;
    gnutls_x509_crt_init(&ca);
    gnutls_x509_crt_init(&leaf);
    const auto datum = [](const std::string& text) {
        return gnutls_datum_t{reinterpret_cast<unsigned char*>(const_cast<char*>(text.data())),
                              static_cast<unsigned>(text.size())};
    };
    const auto ca_pem = datum(authority), leaf_pem = datum(certificate);
    gnutls_x509_crt_import(ca, &ca_pem, GNUTLS_X509_FMT_PEM);
    gnutls_x509_crt_import(leaf, &leaf_pem, GNUTLS_X509_FMT_PEM);
    gnutls_x509_trust_list_add_cas(list, &ca, 1, 0);
    gnutls_typed_vdata_st wanted[2] = {
        {GNUTLS_DT_DNS_HOSTNAME, reinterpret_cast<unsigned char*>(const_cast<char*>(name)), 0},
        {GNUTLS_DT_KEY_PURPOSE_OID, reinterpret_cast<unsigned char*>(const_cast<char*>(GNUTLS_KP_TLS_WWW_SERVER)), 0}};
    unsigned status = ~0u;
    const int code = gnutls_x509_trust_list_verify_crt2(list, &leaf, 1, wanted, 2, 0, &status, nullptr);
    gnutls_x509_crt_deinit(leaf);
    gnutls_x509_trust_list_deinit(list, 1);
    return code == 0 && status == 0;
}

} // namespace

TEST_CASE("a certificate of the organisation's authority is trusted for each of its names and no other") {
    const auto authority = net::make_authority("BIOASTER", now());
    REQUIRE(authority);
    const std::vector<std::string> names{"bioaster.org", "ccbioappl01.in2p3.fr", "conference.bioaster.org", "127.0.0.1",
                                         "2001:db8::7"};
    const auto made = net::make_certificate(*authority, names, now());
    REQUIRE(made);
    for (const auto& name : names) CHECK(is_trusted(authority->certificate_pem, made->certificate_pem, name.c_str()));
    CHECK_FALSE(is_trusted(authority->certificate_pem, made->certificate_pem, "other.example"));
    const auto other = net::make_authority("BIOASTER", now());
    CHECK_FALSE(is_trusted(other->certificate_pem, made->certificate_pem, "bioaster.org"));
}

TEST_CASE("a certificate is read back: names, dates, issuer, pin") {
    const auto authority = net::make_authority("BIOASTER", now()).value();
    const auto made = net::make_certificate(authority, {"bioaster.org", "192.0.2.7"}, now()).value();
    const auto facts = net::read_certificate(made.certificate_pem);
    REQUIRE(facts);
    CHECK(facts->names == std::vector<std::string>{"bioaster.org", "192.0.2.7"});
    CHECK(facts->subject == "CN=bioaster.org");
    CHECK(facts->issuer == "CN=BIOASTER CA");
    CHECK(facts->valid_from == now() - 1h);
    CHECK(facts->valid_until == now() + 730 * 24h);
    CHECK_FALSE(facts->is_authority);
    CHECK(facts->pin.size() == 32);
    CHECK(net::pin_of_key(made.key_pem).value() == facts->pin);
    CHECK(net::read_certificate(authority.certificate_pem)->is_authority);
    CHECK(net::pin_of_key(authority.key_pem).value() != facts->pin);
}

TEST_CASE("what is no certificate or key is a sentence") {
    CHECK(net::read_certificate("nonsense").error().find("not a certificate in PEM: ") == 0);
    CHECK(net::pin_of_key("nonsense").error().find("not a private key in PEM: ") == 0);
    CHECK_FALSE(net::make_certificate({"", ""}, {"bioaster.org"}, now()));
    CHECK_FALSE(net::make_certificate(net::make_authority("B", now()).value(), {}, now()));
}

TEST_CASE("credentials that cannot be used name the file") {
    const play::Folder folder;
    const auto authority = net::make_authority("BIOASTER", now()).value();
    const auto made = net::make_certificate(authority, {"bioaster.org"}, now()).value();
    const auto cert = folder.file("cert.pem"), key = folder.file("key.pem"), none = folder.file("none.pem");
    REQUIRE(net::write_file(cert, made.certificate_pem, 0644));
    REQUIRE(net::write_file(key, authority.key_pem, 0600));
    CHECK(net::TlsCredentials::load(none, key).error() == none + ": No such file or directory");
    CHECK(net::TlsCredentials::load(cert, none).error() == none + ": No such file or directory");
    CHECK(net::TlsCredentials::load(cert, key).error() ==
          key + ": the key does not belong to the certificate in " + cert);
    CHECK(net::TlsCredentials::load(cert, cert).error().find(cert + " with " + cert + ": not a PEM certificate") == 0);
    REQUIRE(net::write_file(key, made.key_pem, 0600));
    CHECK(net::TlsCredentials::load(cert, key));
}

TEST_CASE("write_file replaces a file whole, with the mode asked for") {
    const play::Folder folder;
    const auto file = folder.file("key.pem");
    const auto old_mask = ::umask(0);
    CHECK(net::write_file(file, "first, and longer", 0600));
    CHECK(net::write_file(file, "second", 0600));
    ::umask(old_mask);
    std::string text;
    std::getline(std::ifstream(file), text);
    CHECK(text == "second");
    struct stat seen {};
    REQUIRE(::stat(file.c_str(), &seen) == 0);
    CHECK((seen.st_mode & 0777) == 0600);
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path), {}) == 1);
    CHECK(net::write_file(folder.file("none/key"), "x", 0600).error() ==
          folder.file("none/key") + ": No such file or directory");
}

TEST_CASE("the soft limit of open files becomes the hard one") {
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    auto low = before;
    low.rlim_cur = 64;
    ::setrlimit(RLIMIT_NOFILE, &low);
    CHECK(net::raise_descriptor_limit() == before.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &before);
}
