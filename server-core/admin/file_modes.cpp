// SPDX-License-Identifier: MIT
#include "admin/file_modes.h"

#include <unistd.h>

namespace admin {

base::Result<void, std::string> check_modes(const Deployment& deployment, const std::string& turn_secret) {
    for (const auto& file : {deployment.data, deployment.key, deployment.authority_key_file(), deployment.scram_secret_file(),
                             deployment.component_secret_file, deployment.store_file(), deployment.deliveries_file(), turn_secret}) {
        if (file.empty() || access(file.c_str(), F_OK) != 0) continue;
        if (auto kept = base::check_mode(file); !kept) return kept;
    }
    return {};
}

} // namespace admin
