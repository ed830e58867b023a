// SPDX-License-Identifier: MIT
#include "admin/file_modes.h"

#include <unistd.h>

namespace admin {
namespace {

std::string octal(mode_t mode) {
    std::string digits;
    for (int shift = 9; shift >= 0; shift -= 3) digits += static_cast<char>('0' + ((mode >> shift) & 7));
    return digits;
}

} // namespace

base::Result<void, std::string> check_mode(const std::string& file, mode_t mask) {
    struct stat found {};
    if (stat(file.c_str(), &found) != 0 || access(file.c_str(), R_OK) != 0)
        return base::Unexpected(file + " cannot be read; give it to the user that the server runs as");
    const mode_t mode = found.st_mode & 07777;
    if ((mode & mask) == 0) return {};
    return base::Unexpected(file + " has mode " + octal(mode) + ", others may read it; run: chmod " + octal(mode & ~mask) + " " + file);
}

base::Result<void, std::string> check_modes(const Deployment& deployment, const std::string& turn_secret) {
    for (const auto& file : {deployment.data, deployment.key, deployment.authority_key_file(), deployment.scram_secret_file(),
                             deployment.component_secret_file, deployment.store_file(), turn_secret}) {
        if (file.empty() || access(file.c_str(), F_OK) != 0) continue;
        if (auto kept = check_mode(file); !kept) return kept;
    }
    return {};
}

} // namespace admin
