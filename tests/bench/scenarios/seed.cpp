// SPDX-License-Identifier: MIT
// Registers the accounts of the scenarios in-band (XEP-0077): every server is seeded by the same words.
#include "scenario.h"

namespace bench {

Finding seed(World& world) {
    constexpr int at_once = 500; // sockets
    Finding found{0, "ms CPU per account", 0, world.meter.cpu(), {}};
    const int count = world.options.count, first = world.options.first;
    for (int done = 0; done < count && world.fault.empty(); done += at_once) {
        world.options.first = first + done;
        log_in(world, std::min(at_once, count - done), true);
    }
    found.after = world.meter.cpu();
    found.amount = count;
    found.value = cpu_between(found.before, found.after) / count * 1e3;
    return found;
}

} // namespace bench
