// SPDX-License-Identifier: MIT
// What a client has fetched from the archive before it became available: it does not get that once more as an offline
// message (XEP-0313 6.1.1). Others still do: docs/decisions/0032.
#pragma once
#include "routing/session.h"

#include <cstdint>
#include <set>

namespace routing {

struct Fetched {
    static constexpr std::size_t most = 10000;
    std::set<std::uint64_t> ids;
};

// Notes that the client was given this entry of its account's log.
void note_fetched(Session& session, std::uint64_t id);
bool has_fetched(const Session& session, std::uint64_t id);
// The log has been read to its end: nothing of it comes as an offline message any more.
void forget_fetched(Session& session);

}  // namespace routing
