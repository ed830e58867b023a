// SPDX-License-Identifier: MIT
// Who may read what must stay secret: keys, secrets, the store, the folder that holds them.
#pragma once
#include "admin/deployment.h"
#include "base/result.h"

#include <string>

#include <sys/stat.h>

namespace admin {

inline constexpr mode_t by_others = 07;

// The error is a sentence with the remedy: the file cannot be read by us, or can be by those whom `mask` names.
base::Result<void, std::string> check_mode(const std::string& file, mode_t mask = by_others);

// The same for all that a start finds; what is not there is passed over. `turn_secret`: a path, or empty.
base::Result<void, std::string> check_modes(const Deployment& deployment, const std::string& turn_secret);

}  // namespace admin
