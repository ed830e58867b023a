// SPDX-License-Identifier: MIT
// XEP-0060 pubsub#item_expire: what has expired is shown to nobody at once, and leaves the disk within a day.
#pragma once
#include "modules/xep_0060_pubsub/service.h"
#include "routing/daily_walk.h"

namespace modules::pubsub {

// Erases what has expired in the nodes of one owner, an account or the service.
void expire(const routing::Feature& feature, Service& service, const std::string& owner, const routing::DailyWalk::Next& next);

}  // namespace modules::pubsub
