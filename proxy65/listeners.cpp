// SPDX-License-Identifier: MIT
#include "listeners.h"

#include <algorithm>

namespace proxy65 {

Listeners::Open* Listeners::find(const base::Endpoint& endpoint) {
    const auto at = std::find_if(open_.begin(), open_.end(), [&endpoint](const Open& one) {
        return one.listener && one.wanted == endpoint;
    });
    return at == open_.end() ? nullptr : &*at;
}

base::Result<void, std::string> Listeners::listen_on(const std::vector<base::Endpoint>& endpoints) {
    std::vector<Open> next;
    for (const auto& endpoint : endpoints) {
        next.push_back({endpoint, nullptr});
        if (find(endpoint)) continue;
        auto opened = net::Listener::open_sockets(loop_, endpoint.host, endpoint.port, accepted_);
        if (!opened) return base::Unexpected(opened.error());
        next.back().listener = std::move(*opened);
        log_.info("listening for " + what_ + " on " + to_text(base::Endpoint{endpoint.host, next.back().listener->port()}));
    }
    for (auto& one : next)
        if (auto* const before = one.listener ? nullptr : find(one.wanted)) one.listener = std::move(before->listener);
    std::erase_if(next, [](const Open& one) { return !one.listener; }); // named twice
    open_ = std::move(next);
    return {};
}

} // namespace proxy65
