// SPDX-License-Identifier: MIT
// The ordered list of features. docs/xeps.md is written from it.
#include "modules/modules.h"

namespace modules {

void add_all(routing::Feature& feature, const Choices&) {
    add_roster(feature);
    add_subscriptions(feature);
    add_presence(feature);
}

} // namespace modules
