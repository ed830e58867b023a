// SPDX-License-Identifier: MIT
#include "routing/fetched.h"

#include "routing/account.h"

namespace routing {

void note_fetched(Session& session, std::uint64_t id) {
    if (session.is_available() || id <= session.account().log().listed_up_to()) return;
    auto& ids = session.state<Fetched>().ids;
    if (ids.size() < Fetched::most) ids.insert(id);
}

bool has_fetched(const Session& session, std::uint64_t id) {
    const auto* fetched = session.find_state<Fetched>();
    return fetched && fetched->ids.contains(id);
}

void forget_fetched(Session& session) {
    if (session.find_state<Fetched>()) session.state<Fetched>().ids.clear();
}

}  // namespace routing
