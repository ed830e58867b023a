// SPDX-License-Identifier: MIT
// Open files: each connection is one.
#pragma once
#include <cstddef>

namespace net {

// Raises the soft limit of open files to the hard one and returns what is allowed now.
std::size_t raise_descriptor_limit();

} // namespace net
