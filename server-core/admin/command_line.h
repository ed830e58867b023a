// SPDX-License-Identifier: MIT
// `server-core COMMAND ...`: runs one command of the administrator. The lock of the data folder decides where: a server
// runs, then through its socket; none does, then this process opens the store itself. Never both.
#pragma once
#include "admin/deployment.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace admin {

// Reads passwords from `in`; answers on `out`, what went wrong on `err`; returns the exit code.
int run_command(const Deployment& deployment, const std::vector<std::string>& words, bool json, std::istream& in,
                std::ostream& out, std::ostream& err);

} // namespace admin
