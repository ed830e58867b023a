// SPDX-License-Identifier: MIT
// What a test tells the headless client to do, one line a command: words separated by tabs, C escapes within them.
#pragma once
#include <string>

namespace headless {

// Runs the command in `line` and tells "done", or "failed" with the reason.
void run(const std::string& line);

} // namespace headless
