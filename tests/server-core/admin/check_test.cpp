// SPDX-License-Identifier: MIT
#include "admin/check.h"

#include "installation.h"

using namespace admin;

namespace {

// The subjects and texts of what is not good, "" when all is.
std::string complaints(const Installation& at) {
    std::string text;
    for (const auto& finding : findings(at.deployment, at.clock))
        if (finding.verdict != Verdict::good) text += finding.subject + ": " + finding.text + "\n";
    return text;
}

bool complains(const Installation& at, const std::string& words) {
    const auto text = complaints(at);
    CAPTURE(text);
    CHECK(text.find(words) != text.npos);
    return text.find('\n') == text.size() - 1; // it, and nothing else
}

} // namespace

TEST_CASE("DESIGN 2: check finds nothing wrong before the first start nor after it") {
    Installation at;
    CHECK(complaints(at) == "");
    CHECK_FALSE(std::filesystem::exists(at.deployment.data));
    at.start();
    CHECK(complaints(at) == "");
    const auto answer = check(at.deployment, at.clock, false);
    CHECK(answer.exit_code == 0);
    CHECK(answer.text.find("✓ certificate names: all that clients look for\n") != answer.text.npos);
    CHECK(check(at.deployment, at.clock, true).text.starts_with(R"({"good":true,"findings":[{"subject":"settings",)"));
}

TEST_CASE("DESIGN 2: check names what is open to others or empty, and its remedy, and fails") {
    Installation at;
    at.start();
    auto& deployment = at.deployment;
    namespace fs = std::filesystem;

    SUBCASE("a key that others may read") {
        fs::permissions(deployment.key, fs::perms(0644));
        CHECK(complains(at, "key: " + deployment.key + " has mode 0644, others may read it; run: chmod 0640 "));
    }
    SUBCASE("a secret that others may read") {
        fs::permissions(deployment.component_secret_file, fs::perms(0644));
        CHECK(complains(at, "component secret: "));
    }
    SUBCASE("an empty secret") {
        at.write(deployment.component_secret_file, "\n");
        CHECK(complains(at, "is empty; write a long random line"));
    }
    SUBCASE("a data folder that is open to all") {
        fs::permissions(deployment.data, fs::perms(0755));
        CHECK(complains(at, "data: " + deployment.data + " is open to every user; run: chmod 750"));
    }
    CHECK(check(deployment, at.clock, false).exit_code == 1);
}

TEST_CASE("DESIGN 2: check names what is wrong with the certificate, and its remedy, and fails") {
    Installation at;
    at.start();
    auto& deployment = at.deployment;
    namespace fs = std::filesystem;

    SUBCASE("a certificate for other names") {
        deployment.organisation.rooms = "talk.montague.example";
        CHECK(complains(at, "certificate names: not among them: talk.montague.example; "));
    }
    SUBCASE("a certificate for another key") {
        Installation other;
        other.start();
        fs::copy_file(other.deployment.key, deployment.key, fs::copy_options::overwrite_existing);
        CHECK(complains(at, "was made for another key than"));
    }
    SUBCASE("a certificate that is none") {
        at.write(deployment.certificate, "nothing");
        CHECK(complains(at, "certificate: " + deployment.certificate));
    }
    SUBCASE("a certificate that is gone while its key is there") {
        fs::remove(deployment.certificate);
        CHECK(complains(at, "certificate: " + deployment.certificate));
    }
    CHECK(check(deployment, at.clock, false).exit_code == 1);
}

TEST_CASE("DESIGN 2: check warns three weeks before a certificate ends and fails afterwards") {
    Installation at;
    at.start();
    at.clock.set_by_hand(std::chrono::system_clock::now());
    at.clock.advance(std::chrono::days(2 * 365 - 20));
    CHECK(complains(at, "days only; renew it"));
    CHECK(check(at.deployment, at.clock, false).exit_code == 0);
    at.clock.advance(std::chrono::days(40));
    CHECK(complains(at, "it is no longer valid; renew it"));
    at.clock.advance(-std::chrono::days(4 * 365));
    CHECK(complains(at, "it is not valid yet"));
    CHECK(check(at.deployment, at.clock, false).exit_code == 1);
}

TEST_CASE("DESIGN 2: check says whether a server holds the data folder") {
    Installation at;
    at.start();
    CHECK(check(at.deployment, at.clock, false).text.find("no server runs on it") != std::string::npos);
    const auto held = DataFolder::take(at.deployment);
    CHECK(check(at.deployment, at.clock, false).text.find(", a server runs on it") != std::string::npos);
}
