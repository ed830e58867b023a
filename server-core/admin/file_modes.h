// SPDX-License-Identifier: MIT
// Who may read what must stay secret: keys, secrets, the store, the folder that holds them.
#pragma once
#include "admin/deployment.h"
#include "base/file_mode.h"

#include <string>

namespace admin {

// base::check_mode for all that a start finds; what is not there is passed over. `turn_secret`: a path, or empty.
base::Result<void, std::string> check_modes(const Deployment& deployment, const std::string& turn_secret);

}  // namespace admin
