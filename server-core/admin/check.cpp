// SPDX-License-Identifier: MIT
#include "admin/check.h"

#include "admin/data_folder.h"
#include "admin/file_modes.h"
#include "net/certificates.h"
#include "store/sqlite/backup.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include <sys/stat.h>
#include <unistd.h>

namespace admin {
namespace {

using Findings = std::vector<Finding>;
using std::chrono::days;

constexpr days renewal{21}; // so long before the end a certificate wants to be renewed

Finding good(std::string subject, std::string text) { return {Verdict::good, std::move(subject), std::move(text)}; }
Finding warning(std::string subject, std::string text) {
    return {Verdict::warning, std::move(subject), std::move(text)};
}
Finding wrong(std::string subject, std::string text) { return {Verdict::wrong, std::move(subject), std::move(text)}; }

std::optional<struct stat> status_of(const std::string& file) {
    struct stat found {};
    if (stat(file.c_str(), &found) != 0) return std::nullopt;
    return found;
}

Finding secret_file(const std::string& subject, const std::string& file) {
    const auto kept = base::check_mode(file);
    return kept ? good(subject, file) : wrong(subject, kept.error());
}

void check_settings(const Deployment& deployment, Findings& found) {
    const auto& organisation = deployment.organisation;
    found.push_back(good("settings", deployment.settings_file.empty() ? "no server-core.conf, every key has its default"
                                                                      : deployment.settings_file));
    found.push_back(good("organisation", organisation.name + ", " + organisation.domain + ", from " +
                                             (organisation.file.empty() ? "the built-in values" : organisation.file)));
}

// Opened, not read: at each start of the server (systemd's ExecStartPre) that would take too long.
void check_store_file(const Deployment& deployment, Findings& found) {
    const auto file = deployment.store_file();
    if (!status_of(file))
        found.push_back(good("store", "will be made at the first start"));
    else if (const auto sentence = store::refuse_store(file))
        found.push_back(wrong("store", *sentence));
    else
        found.push_back(good("store", file + ", 'server-core check store' reads all of it"));
}

void check_data(const Deployment& deployment, Findings& found) {
    const auto& data = deployment.data;
    const auto folder = status_of(data);
    if (!folder) {
        found.push_back(good("data", data + " will be made at the first start"));
    } else if (!S_ISDIR(folder->st_mode) || access(data.c_str(), R_OK | W_OK | X_OK) != 0) {
        found.push_back(
            wrong("data", data + " is no folder that can be written to; give it to the user that the server runs as"));
    } else if ((folder->st_mode & 07) != 0) {
        found.push_back(wrong("data", data + " is open to every user; run: chmod 750 " + data));
    } else {
        const auto lock = DataFolder::take(deployment);
        const bool runs = !lock && lock.error().by_another;
        found.push_back(good("data", data + (runs ? ", a server runs on it" : ", no server runs on it")));
        if (lock) check_store_file(deployment, found);
    }
}

bool covers(const std::string& pattern, const std::string& name) {
    if (pattern == name) return true;
    const auto dot = name.find('.');
    return pattern.starts_with("*.") && dot != name.npos && pattern.substr(1) == name.substr(dot);
}

void check_names(const Deployment& deployment, const net::CertificateFacts& facts, Findings& found) {
    std::string missing;
    for (const auto& name : certificate_names(deployment.organisation)) {
        const auto is_covered = [&name](const auto& pattern) { return covers(pattern, name); };
        if (std::none_of(facts.names.begin(), facts.names.end(), is_covered))
            missing += (missing.empty() ? "" : ", ") + name;
    }
    if (missing.empty())
        found.push_back(good("certificate names", "all that clients look for"));
    else
        found.push_back(
            wrong("certificate names", "not among them: " + missing +
                                           "; clients that look for one refuse the server. Get a certificate "
                                           "with all names, or move the file away and restart"));
}

void check_dates(const net::CertificateFacts& facts, const base::Clock& clock, Findings& found) {
    const auto now = clock.wall();
    const auto left = std::chrono::duration_cast<days>(facts.valid_until - now);
    const std::string remedy = "; renew it and put it in its place, the server takes it up by itself";
    if (now < facts.valid_from)
        found.push_back(wrong("certificate dates", "it is not valid yet; is this machine's clock right?"));
    else if (now > facts.valid_until)
        found.push_back(wrong("certificate dates", "it is no longer valid" + remedy));
    else if (left < renewal)
        found.push_back(
            warning("certificate dates", "valid for " + std::to_string(left.count()) + " days only" + remedy));
    else
        found.push_back(good("certificate dates", "valid for " + std::to_string(left.count()) + " days"));
}

void check_certificate(const Deployment& deployment, const base::Clock& clock, Findings& found) {
    const bool is_there = status_of(deployment.certificate) || status_of(deployment.key);
    if (!is_there && deployment.makes_certificate()) {
        found.push_back(good("certificate", "will be made at the first start"));
        return;
    }
    found.push_back(secret_file("key", deployment.key));
    const auto pem = read_file(deployment.certificate);
    const auto facts = pem ? net::read_certificate(*pem) : base::Unexpected(pem.error());
    if (!facts) {
        found.push_back(wrong("certificate", deployment.certificate + ": " + facts.error() + "; put one in PEM there"));
        return;
    }
    const auto key = read_file(deployment.key);
    const auto pin = key ? net::pin_of_key(*key) : base::Unexpected(key.error());
    if (!pin)
        found.push_back(wrong("certificate", deployment.key + ": " + pin.error()));
    else if (*pin != facts->pin)
        found.push_back(wrong("certificate", deployment.certificate + " was made for another key than " +
                                                 deployment.key +
                                                 "; put the two that belong together in their places"));
    else
        found.push_back(good("certificate", facts->subject + ", signed by " + facts->issuer));
    check_names(deployment, *facts, found);
    check_dates(*facts, clock, found);
}

void check_secret(const Deployment& deployment, Findings& found) {
    const auto& file = deployment.component_secret_file;
    if (!status_of(file)) {
        found.push_back(good("component secret", "will be made at the first start"));
        return;
    }
    auto finding = secret_file("component secret", file);
    const auto text = read_file(file);
    if (text && text->find_first_not_of(" \t\r\n") == text->npos)
        finding = wrong("component secret", file + " is empty; write a long random line, or remove it and restart");
    found.push_back(std::move(finding));
}

constexpr const char* mark(Verdict verdict) {
    return verdict == Verdict::good ? "✓" : verdict == Verdict::warning ? "!" : "✗";
}

constexpr const char* word(Verdict verdict) {
    return verdict == Verdict::good ? "good" : verdict == Verdict::warning ? "warning" : "wrong";
}

} // namespace

std::vector<Finding> findings(const Deployment& deployment, const base::Clock& clock) {
    Findings found;
    check_settings(deployment, found);
    check_data(deployment, found);
    check_certificate(deployment, clock, found);
    check_secret(deployment, found);
    return found;
}

Answer check(const Deployment& deployment, const base::Clock& clock, bool json) {
    Answer answer;
    std::vector<Json> objects;
    for (const auto& [verdict, subject, text] : findings(deployment, clock)) {
        if (verdict == Verdict::wrong) answer.exit_code = 1;
        answer.text += std::string(mark(verdict)) + " " + subject + ": " + text + "\n";
        objects.push_back(Json().text("subject", subject).text("verdict", word(verdict)).text("text", text));
    }
    if (json) answer.text = Json().flag("good", answer.exit_code == 0).objects("findings", objects).str() + "\n";
    return answer;
}

} // namespace admin
