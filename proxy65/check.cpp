// SPDX-License-Identifier: MIT
#include "check.h"

#include "net/descriptors.h"

#include <iostream>

namespace proxy65 {
namespace {

constexpr std::size_t own_files = 200;

std::string in_words(const std::vector<base::Endpoint>& endpoints) {
    std::string text;
    for (const auto& endpoint : endpoints) text += (text.empty() ? "" : ", ") + to_text(endpoint);
    return text;
}

std::string in_words(std::chrono::seconds limit) {
    return limit.count() == 0 ? "no limit" : std::to_string(limit.count()) + " s";
}

std::string rate_in_words(std::int64_t rate) {
    return rate == 0 ? "as fast as it goes" : std::to_string(rate) + " bytes/s each way";
}

std::string in_words(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::string in_words(std::int64_t limit) { return limit == 0 ? "no limit" : std::to_string(limit); }

} // namespace

std::size_t most_transfers(std::size_t files) { return files > own_files ? (files - own_files) * 10 / 22 : 0; }

std::vector<base::Endpoint> announced(const Settings& settings, std::uint16_t port) {
    auto addresses = settings.addresses;
    for (auto& address : addresses)
        if (address.port == 0) address.port = port;
    return addresses;
}

int check(const Settings& settings) {
    const auto secret = read_secret(settings.component_secret_file);
    const auto& limits = settings.limits;
    const auto files = net::raise_descriptor_limit();
    auto served = settings.access.domains;
    served.insert(served.end(), settings.access.users.begin(), settings.access.users.end());
    std::cout << "settings: " << (settings.file.empty() ? "built-in" : settings.file)
              << "\norganisation: " << (settings.organisation.file.empty() ? "built-in" : settings.organisation.file)
              << "\nlistens for SOCKS5 on: " << in_words(settings.listen_socks)
              << "\nmetrics on: " << (settings.listen_metrics.empty() ? "no port" : in_words(settings.listen_metrics))
              << "\ntells clients: " << in_words(announced(settings, settings.listen_socks.front().port))
              << "\njoins as: " << settings.name << " at " << to_text(settings.component_server)
              << "\nsecret: " << settings.component_secret_file << "\nserves: " << in_words(served)
              << "\nactivation within: " << in_words(limits.activation) << "\nidle: " << in_words(limits.idle)
              << "\nlifetime: " << in_words(limits.lifetime) << "\ntransfers: " << in_words(limits.transfers)
              << ", a user: " << in_words(limits.transfers_per_user)
              << ", an address: " << in_words(limits.transfers_per_address)
              << "\nrate: " << rate_in_words(settings.rates.total)
              << ", a user: " << rate_in_words(settings.rates.user) << "\nopen files: " << files << ", enough for "
              << most_transfers(files) << " transfers\n";
    if (secret) return done;
    std::cerr << secret.error() << '\n';
    return wrong_settings;
}

} // namespace proxy65
