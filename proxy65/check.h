// SPDX-License-Identifier: MIT
// `proxy65 check`: what the proxy would do, without starting it.
#pragma once
#include "settings.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace proxy65 {

// Exit codes; the last two as sysexits.h has them: EX_TEMPFAIL, which may pass, and EX_CONFIG.
constexpr int done = 0, cannot_start = 1, wrong_settings = 2, name_is_taken = 75, server_refuses = 78;

// Each transfer has two sockets, and a fifth of them, busy in one direction at once, a pipe of two ends.
std::size_t most_transfers(std::size_t files);

// What clients are told: an address without a port has that of the first listener.
std::vector<base::Endpoint> announced(const Settings& settings, std::uint16_t port);

// Prints it; the exit code.
int check(const Settings& settings);

} // namespace proxy65
