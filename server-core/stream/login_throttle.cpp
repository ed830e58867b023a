// SPDX-License-Identifier: MIT
#include "stream/login_throttle.h"

#include <algorithm>
#include <cmath>

namespace stream {
namespace {
constexpr std::size_t most_remembered = 20000;
constexpr std::chrono::seconds failures_halve{600};
constexpr double free_failures = 3;
}  // namespace

template <class Key>
double LoginThrottle::add(std::map<Key, Count>& counts, const Key& key) {
    bound(counts);
    const auto now = clock_.steady();
    Count& count = counts[key];
    const double halves = std::chrono::duration<double>(now - count.when) / failures_halve;
    count.failures = count.failures * std::exp2(-std::min(halves, 100.0)) + 1;
    count.when = now;
    return count.failures;
}

template <class Key>
void LoginThrottle::bound(std::map<Key, Count>& counts) const {
    if (counts.size() < most_remembered) return;
    const auto old = clock_.steady() - failures_halve;
    std::erase_if(counts, [old](const auto& entry) { return entry.second.when < old; });
    // Under a flood of names the smallest counts are worth least.
    if (counts.size() >= most_remembered) std::erase_if(counts, [](const auto& entry) { return entry.second.failures < 2; });
    if (counts.size() >= most_remembered) counts.clear();
}

std::chrono::milliseconds LoginThrottle::failed(const std::string& account, net::Peer from) {
    const double worst = std::max(add(by_account_, account), add(by_address_, from));
    if (worst <= free_failures) return {};
    const double steps = std::min(worst - free_failures - 1, 5.0);
    return std::chrono::milliseconds(static_cast<int>(250 * std::exp2(steps)));
}

void LoginThrottle::succeeded(const std::string& account, net::Peer from) {
    by_account_.erase(account);
    // A success does not clear the address: behind it may sit one who guesses among one who knows.
    const auto found = by_address_.find(from);
    if (found != by_address_.end()) found->second.failures = std::max(0.0, found->second.failures - 1);
}

bool LoginThrottle::may_register(net::Peer from, std::size_t per_hour) {
    if (per_hour == 0) return true;
    bound(registrations_);
    // An hour's allowance that fills again evenly.
    const auto now = clock_.steady();
    Count& used = registrations_[from];
    const double filled = std::chrono::duration<double>(now - used.when) / std::chrono::hours(1) * static_cast<double>(per_hour);
    used.failures = std::max(0.0, used.failures - filled);
    used.when = now;
    if (used.failures + 1 > static_cast<double>(per_hour)) return false;
    used.failures += 1;
    return true;
}

}  // namespace stream
