// SPDX-License-Identifier: MIT
#include "admin/first_start.h"

#include "admin/profile.h"
#include "base/text.h"
#include "installation.h"
#include "net/certificates.h"

using namespace admin;

namespace {

std::string text_of(const std::string& file) { return read_file(file).value(); }

base::Organisation profile_of(const Installation& at) {
    const auto answer = profile(at.deployment);
    REQUIRE(answer.exit_code == 0);
    return base::parse_organisation(answer.text, "profile").value();
}

} // namespace

TEST_CASE("DESIGN 4.5: the certificate of the first start has every name that clients look for") {
    Installation at;
    at.start();
    const auto facts = net::read_certificate(text_of(at.deployment.certificate)).value();
    CHECK(facts.names == std::vector<std::string>{"montague.example", "xmpp.montague.example", "rooms.montague.example",
                                                  "proxy.montague.example", "upload.montague.example"});
    const auto authority = net::read_certificate(text_of(at.deployment.authority_file())).value();
    CHECK(authority.is_authority);
    CHECK(facts.issuer == authority.subject);
}

TEST_CASE("DESIGN 2: keys are readable by the owner alone, the components' secret by the group") {
    Installation at;
    at.start();
    CHECK(at.mode(at.deployment.data) == 0750);
    CHECK(at.mode(at.deployment.key) == 0600);
    CHECK(at.mode(at.deployment.authority_key_file()) == 0600);
    CHECK(at.mode(at.deployment.component_secret_file) == 0640);
    CHECK(text_of(at.deployment.component_secret_file).size() == 41);
}

TEST_CASE("DESIGN 2: a second start makes nothing anew") {
    Installation at;
    at.start();
    const auto key = text_of(at.deployment.key), secret = text_of(at.deployment.component_secret_file);
    at.start();
    CHECK(text_of(at.deployment.key) == key);
    CHECK(text_of(at.deployment.component_secret_file) == secret);
}

TEST_CASE("DESIGN 4.5: a certificate made anew is signed by the same authority") {
    Installation at;
    at.start();
    const auto authority = text_of(at.deployment.authority_file());
    std::filesystem::remove(at.deployment.certificate);
    std::filesystem::remove(at.deployment.key);
    at.start();
    CHECK(text_of(at.deployment.authority_file()) == authority);
    CHECK(text_of(at.deployment.certificate).ends_with(authority));
}

TEST_CASE("DESIGN 2: half a pair of key and certificate is a mistake that is named, not replaced") {
    Installation at;
    at.start();
    std::filesystem::remove(at.deployment.key);
    const auto made = make_missing(at.deployment, at.clock, at.random, base::Log());
    REQUIRE_FALSE(made);
    CHECK(made.error().find("certificate.pem is there but ") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(at.deployment.key));
}

TEST_CASE("DESIGN 4.5: the profile has the authority and the pin of the server's key") {
    Installation at;
    at.start();
    const auto organisation = profile_of(at);
    CHECK(organisation.domain == "montague.example");
    CHECK(organisation.connect_server == "xmpp.montague.example");
    REQUIRE(organisation.trust_ca.size() == 1);
    CHECK(organisation.trust_ca[0] == net::read_certificate(text_of(at.deployment.authority_file()))->der);
    REQUIRE(organisation.trust_pins.size() == 1);
    CHECK(organisation.trust_pins[0] == net::pin_of_key(text_of(at.deployment.key)).value());
    at.deployment.organisation = organisation; // read again by the server: nothing is doubled
    CHECK(profile_of(at).trust_ca.size() == 1);
    CHECK(profile_of(at).trust_pins.size() == 1);
}

TEST_CASE("DESIGN 4.5: for another authority's certificate the profile keeps what the organisation trusts") {
    Installation at, other;
    at.start();
    other.deployment.organisation.name = "CAPULET";
    other.start();
    at.deployment.certificate = other.deployment.certificate;
    at.deployment.key = other.deployment.key;
    at.deployment.organisation.trust_ca = {std::string("\x30\x03\x02\x01\x05", 5)};
    at.deployment.organisation.trust_pins = {std::string(32, 'n')}; // the next one
    const auto organisation = profile_of(at);
    CHECK(organisation.trust_ca == at.deployment.organisation.trust_ca);
    CHECK(organisation.trust_pins ==
          std::vector{net::pin_of_key(text_of(other.deployment.key)).value(), std::string(32, 'n')});
}

TEST_CASE("DESIGN 2: the profile has the port that the kernel picked, or says that there is no certificate yet") {
    Installation at;
    CHECK(profile(at.deployment).exit_code == 1);
    CHECK(profile(at.deployment).text.find("start the server once") != std::string::npos);
    at.start();
    REQUIRE(write_ports(at.deployment, {{"listen", {{"127.0.0.1", 40001}}}, {"listen-tls", {}}}));
    CHECK(profile_of(at).port == 5222);
    at.deployment.listen = {{"127.0.0.1", 0}};
    CHECK(profile_of(at).port == 40001);
    CHECK(read_ports(at.deployment) == Ports{{"listen", {{"127.0.0.1", 40001}}}, {"listen-tls", {}}});
}

TEST_CASE("DESIGN 2: one process holds the data folder, until it lets go") {
    Installation at;
    auto held = std::make_unique<base::Result<DataFolder, FolderTaken>>(DataFolder::take(at.deployment));
    REQUIRE(*held);
    const auto second = DataFolder::take(at.deployment);
    REQUIRE_FALSE(second);
    CHECK(second.error().by_another);
    held.reset();
    CHECK(DataFolder::take(at.deployment));
}

TEST_CASE("DESIGN 2: a data folder that cannot be made is no server's") {
    Installation at;
    at.write(at.deployment.data + "-file", "");
    at.deployment.data += "-file/data";
    const auto taken = DataFolder::take(at.deployment);
    REQUIRE_FALSE(taken);
    CHECK_FALSE(taken.error().by_another);
}
