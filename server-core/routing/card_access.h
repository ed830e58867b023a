// SPDX-License-Identifier: MIT
// What a closed card keeps from colleagues who search by name (docs/decisions/0052).
#pragma once
#include "routing/directory.h"
#include "store/node_config.h"

namespace routing {

// Whether colleagues may know what a card says that is read by this rule: in a staff group each sees the others' presence.
inline bool colleagues_may_know(store::AccessModel card, const Directory& directory) {
    return card == store::AccessModel::open || (card == store::AccessModel::presence && !directory.staff_group().empty());
}

}  // namespace routing
