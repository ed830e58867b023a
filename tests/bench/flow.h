// SPDX-License-Identifier: MIT
// As many bytes as go through streams that stand: what that costs who passes them on, and whether one is missing.
#pragma once
#include "scenario.h"
#include "socks.h"

#include <memory>
#include <vector>

namespace bench {

struct Stream {
    std::unique_ptr<SocksEnd> target, initiator;
};

// Sends for the span, then ends each stream and waits for its last byte. `found.before` was taken already.
//   withheld   bytes of each stream that may be missing without voiding the row
void measure_flow(World& world, Finding& found, const std::vector<Stream>& streams, std::uint64_t withheld);

} // namespace bench
