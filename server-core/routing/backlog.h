// SPDX-License-Identifier: MIT
// DESIGN 4.3: how many messages wait for an account without clients. Counted once for each absence, then kept up; for a
// name that nobody has as well, so that it is not told from others by it (docs/decisions/0054).
#pragma once
#include "routing/account.h"
#include "store/store.h"

#include <cstddef>

namespace routing {

// Takes one more message into account; false when `most` wait already (0: no limit). What the store has is counted when
// the first one comes; until it has answered, messages pass.
bool has_room_to_wait(Account& account, std::size_t most, store::Store& store);

// What the sender of one more hears.
xmpp::StanzaError too_many_wait();

}  // namespace routing
