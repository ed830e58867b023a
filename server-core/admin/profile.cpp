// SPDX-License-Identifier: MIT
#include "admin/profile.h"

#include "admin/data_folder.h"
#include "base/text.h"
#include "net/certificates.h"

#include <algorithm>

namespace admin {
namespace {

struct Trust {
    std::vector<std::string> authorities; // DER
    std::vector<std::string> pins;
};

// Our own authority when it signed the certificate; else what the organisation says already. The key's pin either way:
// it holds as well when somebody else's certificate is put in place for the same key.
base::Result<Trust, std::string> trust(const Deployment& deployment) {
    const auto pem = read_file(deployment.certificate);
    if (!pem) return base::Unexpected(pem.error() + "; start the server once, it makes one");
    const auto certificate = net::read_certificate(*pem);
    if (!certificate) return base::Unexpected(deployment.certificate + ": " + certificate.error());

    Trust trust{deployment.organisation.trust_ca, {certificate->pin}};
    const auto own_pem = read_file(deployment.authority_file());
    const auto own = own_pem ? net::read_certificate(*own_pem) : base::Unexpected(own_pem.error());
    if (own && own->subject == certificate->issuer) {
        trust.authorities = {own->der};
    } else {
        for (const auto& pin : deployment.organisation.trust_pins)
            if (pin != certificate->pin) trust.pins.push_back(pin);
    }
    return trust;
}

// Where clients connect: the organisation's port, unless the kernel picked one for a server that is tried out.
std::uint16_t port(const Deployment& deployment) {
    const auto is_picked = [](const base::Endpoint& endpoint) { return endpoint.port == 0; };
    if (std::any_of(deployment.listen.begin(), deployment.listen.end(), is_picked))
        for (const auto& [name, endpoints] : read_ports(deployment))
            if (name == "listen" && !endpoints.empty()) return endpoints.front().port;
    return deployment.organisation.port;
}

std::string joined(const std::vector<std::string>& items, const std::string& prefix) {
    std::string text;
    for (const auto& item : items) text += (text.empty() ? "" : ",") + prefix + base::base64_encode(item);
    return text;
}

} // namespace

Answer profile(const Deployment& deployment) {
    const auto trusted = trust(deployment);
    if (!trusted) return failed(trusted.error());
    const auto& o = deployment.organisation;
    return done("# What the clients of " + o.name +
                " know; printed by 'server-core profile'.\n"
                "[organisation]\n"
                "name=" +
                o.name +
                "\n"
                "domain=" +
                o.domain +
                "\n"
                "connect-server=" +
                o.connect_server +
                "\n"
                "port=" +
                std::to_string(port(deployment)) +
                "\n"
                "proxy=" +
                o.proxy +
                "\n"
                "rooms=" +
                o.rooms +
                "\n"
                "account-name=" +
                o.account_name +
                "\n"
                "help-contact=" +
                o.help_contact +
                "\n"
                "trust-ca=" +
                joined(trusted->authorities, "base64:") +
                "\n"
                "trust-pins=" +
                joined(trusted->pins, "") + "\n");
}

} // namespace admin
