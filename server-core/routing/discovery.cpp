// SPDX-License-Identifier: MIT
#include "routing/discovery.h"

#include <algorithm>

namespace routing {

Description Discovery::description(const Asked& asked) const {
    Description description;
    description.features = asked.account == nullptr ? of_server_ : of_accounts_;
    for (const auto& fn : describers_) fn(asked, description);
    return description;
}

std::vector<DiscoItem> Discovery::items(const Asked& asked) const {
    std::vector<DiscoItem> items;
    for (const auto& fn : listers_) fn(asked, items);
    return items;
}

bool Discovery::is_taken(const std::vector<Take>& takers, const Request& request, const Reply& reply) {
    return std::ranges::any_of(takers, [&](const Take& fn) { return fn(request, reply); });
}

}  // namespace routing
