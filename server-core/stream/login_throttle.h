// SPDX-License-Identifier: MIT
// DESIGN 4.4: failed logins are slowed by account and by address (IPv6: one /64); a success from elsewhere is never in the way.
#pragma once
#include "base/clock.h"
#include "net/peer.h"

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
    std::chrono::milliseconds failed(const std::string& account, net::Peer from);
    void succeeded(const std::string& account, net::Peer from);

    // Whether one more registration may come from this address now.
    bool may_register(net::Peer from, std::size_t per_hour);

private:
    struct Count {
        double failures = 0;  // halves every ten minutes
        base::Clock::Steady when{};
    };
    template <class Key>
    double add(std::map<Key, Count>& counts, const Key& key);
    template <class Key>
    void bound(std::map<Key, Count>& counts) const;

    const base::Clock& clock_;
    std::map<std::string, Count> by_account_;
    std::map<net::Peer, Count> by_address_;
    std::map<net::Peer, Count> registrations_;
};

}  // namespace stream
