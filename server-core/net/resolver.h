// SPDX-License-Identifier: MIT
// Connects to a host and port by name: each address in turn.
#pragma once
#include "base/result.h"
#include "net/connection.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace net {

// The error is a sentence: "proxy.bioaster.org port 5347: Connection refused".
//   host   a name, an IPv4 or an IPv6 address
//   limit  for the whole of it: looking up and all attempts
base::Task<base::Result<std::unique_ptr<Connection>, std::string>>
connect(Loop& loop, std::string host, std::uint16_t port, std::chrono::milliseconds limit);

} // namespace net
