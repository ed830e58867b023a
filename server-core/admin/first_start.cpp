// SPDX-License-Identifier: MIT
#include "admin/first_start.h"

#include "admin/data_folder.h"
#include "net/certificates.h"

#include <algorithm>

#include <unistd.h>

namespace admin {
namespace {

using base::Unexpected;
using Made = base::Result<void, std::string>;

constexpr std::size_t secret_characters = 40; // 200 bits

bool exists(const std::string& file) { return access(file.c_str(), F_OK) == 0; }

// Both files of a pair are there, or none: half a pair is somebody's mistake, and making a new one would hide it.
base::Result<bool, std::string> has_pair(const std::string& certificate, const std::string& key) {
    if (exists(certificate) == exists(key)) return exists(key);
    const auto& here = exists(key) ? key : certificate;
    const auto& gone = exists(key) ? certificate : key;
    return Unexpected(here + " is there but " + gone +
                      " is not; put it back, or remove the first to have both made anew");
}

// The key first: a certificate without its key is of no use to anybody.
Made write_pair(const net::KeyAndCertificate& pair, const std::string& certificate, const std::string& key,
                const std::string& chain = {}) {
    if (auto written = net::write_file(key, pair.key_pem, 0600); !written) return written;
    return net::write_file(certificate, pair.certificate_pem + chain, 0644);
}

base::Result<net::KeyAndCertificate, std::string> authority(const Deployment& deployment, const base::Clock& clock,
                                                            const base::Log& log) {
    const auto certificate = deployment.authority_file(), key = deployment.authority_key_file();
    const auto there = has_pair(certificate, key);
    if (!there) return Unexpected(there.error());
    if (!*there) {
        auto made = net::make_authority(deployment.organisation.name, clock.wall());
        if (!made) return made;
        if (auto written = write_pair(*made, certificate, key); !written) return Unexpected(written.error());
        log.info("made the organisation's certificate authority: " + certificate);
        return made;
    }
    auto certificate_pem = read_file(certificate), key_pem = read_file(key);
    if (!certificate_pem) return Unexpected(certificate_pem.error());
    if (!key_pem) return Unexpected(key_pem.error());
    return net::KeyAndCertificate{*key_pem, *certificate_pem};
}

Made make_certificate(const Deployment& deployment, const base::Clock& clock, const base::Log& log) {
    if (!deployment.makes_certificate()) return {};
    const auto there = has_pair(deployment.certificate, deployment.key);
    if (!there) return Unexpected(there.error());
    if (*there) return {};
    const auto signer = authority(deployment, clock, log);
    if (!signer) return Unexpected(signer.error());
    const auto names = certificate_names(deployment.organisation);
    const auto made = net::make_certificate(*signer, names, clock.wall());
    if (!made) return Unexpected(made.error());
    // The authority behind it: clients that trust the authority need not have it, those that ask people can show it.
    if (auto written = write_pair(*made, deployment.certificate, deployment.key, signer->certificate_pem); !written)
        return written;
    std::string all;
    for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
    log.info("made key and certificate for " + all + ": " + deployment.certificate);
    return {};
}

// `what` it is for; the components' one may be read by the group, so that a proxy beside the server can.
Made make_secret(const std::string& file, const char* what, mode_t mode, xmpp::Random& random, const base::Log& log) {
    if (exists(file)) return {};
    if (auto written = net::write_file(file, random.text(secret_characters) + "\n", mode); !written) return written;
    log.info(std::string("made the secret of ") + what + ": " + file);
    return {};
}

} // namespace

std::vector<std::string> certificate_names(const base::Organisation& organisation) {
    std::vector<std::string> names;
    for (const auto& name : {organisation.domain, organisation.connect_server, organisation.rooms, organisation.proxy,
                             "upload." + organisation.domain})
        if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    return names;
}

Made make_missing(const Deployment& deployment, const base::Clock& clock, xmpp::Random& random, const base::Log& log) {
    if (auto made = make_certificate(deployment, clock, log); !made) return made;
    if (auto made = make_secret(deployment.scram_secret_file(), "unknown accounts' salts", 0600, random, log); !made) return made;
    return make_secret(deployment.component_secret_file, "the components", 0640, random, log);
}

} // namespace admin
