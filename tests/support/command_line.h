// SPDX-License-Identifier: MIT
// What a doctest binary is told beside doctest's own options.
#pragma once
#include <string_view>

// What follows `name` (with its '=') in the argument that begins with it; empty: there is none.
std::string_view command_line_value(std::string_view name);
