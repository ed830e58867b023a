// SPDX-License-Identifier: MIT
#include "base/file_mode.h"

#include <unistd.h>

namespace base {
namespace {

std::string octal(mode_t mode) {
    std::string digits;
    for (int shift = 9; shift >= 0; shift -= 3) digits += static_cast<char>('0' + ((mode >> shift) & 7));
    return digits;
}

} // namespace

Result<void, std::string> check_mode(const std::string& file, mode_t mask) {
    struct stat found {};
    if (stat(file.c_str(), &found) != 0 || access(file.c_str(), R_OK) != 0)
        return Unexpected(file + " cannot be read; give it to the user that the server runs as");
    const mode_t mode = found.st_mode & 07777;
    if ((mode & mask) == 0) return {};
    return Unexpected(file + " has mode " + octal(mode) + ", others may read it; run: chmod " + octal(mode & ~mask) + " " + file);
}

} // namespace base
