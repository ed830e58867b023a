// SPDX-License-Identifier: MIT
// Who may read a file that must stay secret.
#pragma once
#include "base/result.h"

#include <string>

#include <sys/stat.h>

namespace base {

inline constexpr mode_t by_others = 07;

// The error is a sentence with the remedy: the file cannot be read by us, or can be by those whom `mask` names.
Result<void, std::string> check_mode(const std::string& file, mode_t mask = by_others);

}  // namespace base
