// SPDX-License-Identifier: MIT
// Commands for what comes to a client from outside: links that are clicked, clocks, networks, other accounts.
#pragma once
#include "command.h"

namespace headless {

const Commands& outside_commands();

} // namespace headless
