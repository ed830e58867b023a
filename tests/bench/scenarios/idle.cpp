// SPDX-License-Identifier: MIT
// Sessions that are available and silent: what memory each keeps.
#include "scenario.h"

namespace bench {

Finding idle(World& world) {
    Finding found{0, "KiB PSS per session", 0, world.meter.cpu_and_memory(), {}};
    const Clients clients = log_in(world, world.options.count);
    make_available(world, clients);
    // Servers give memory back when nothing happened for a while.
    world.loop.run_for(world.options.settle);
    check(world, clients);
    found.after = world.meter.cpu_and_memory();
    found.amount = static_cast<double>(clients.size());
    found.value = (found.after.pss_kib - found.before.pss_kib) / found.amount;
    return found;
}

} // namespace bench
