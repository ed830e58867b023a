// SPDX-License-Identifier: MIT
// DESIGN 4.4: failed logins are slowed by account and by address; a success from elsewhere is never in the way.
#pragma once
#include "base/clock.h"

#include <chrono>
#include <cstddef>
#include <map>
#include <string>

namespace stream {

class LoginThrottle {
public:
    explicit LoginThrottle(const base::Clock& clock) : clock_(clock) {}

    // How long the answer to this failure is to wait: nothing for the first three of an account or of an address,
    // then doubling from 250 ms to 8 s.
    std::chrono::milliseconds failed(const std::string& account, const std::string& address);
    void succeeded(const std::string& account, const std::string& address);

    // Whether one more registration may come from this address now.
    bool may_register(const std::string& address, std::size_t per_hour);

private:
    struct Count {
        double failures = 0;  // halves every ten minutes
        base::Clock::Steady when{};
    };
    double add(std::map<std::string, Count>& counts, const std::string& key, std::chrono::seconds half_life);
    void bound(std::map<std::string, Count>& counts) const;

    const base::Clock& clock_;
    std::map<std::string, Count> by_account_;
    std::map<std::string, Count> by_address_;
    std::map<std::string, Count> registrations_;
};

}  // namespace stream
