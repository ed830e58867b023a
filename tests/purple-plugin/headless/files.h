// SPDX-License-Identifier: MIT
// Commands about files.
#pragma once
#include "command.h"

namespace headless {

const Commands& file_commands();

} // namespace headless
