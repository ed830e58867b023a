// SPDX-License-Identifier: MIT
#include "flow.h"

#include <algorithm>
#include <sys/resource.h>

namespace bench {
namespace {

constexpr double gib = 1024.0 * 1024 * 1024;
constexpr Seconds quiet{5}; // after so long without a byte what is missing stays so

double own_cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
}

double received(const std::vector<Stream>& streams) {
    double sum = 0;
    for (const Stream& one : streams) sum += static_cast<double>(one.target->received());
    return sum;
}

void wait_for_the_last_byte(World& world, const std::vector<Stream>& streams) {
    const auto is_at_its_end = [](const Stream& one) {
        return one.target->has_ended() || one.target->received() == one.initiator->sent();
    };
    const auto all_are = [&] { return std::all_of(streams.begin(), streams.end(), is_at_its_end); };
    double before = -1;
    while (received(streams) > before) {
        before = received(streams);
        if (world.loop.run_until(all_are, quiet)) return;
    }
}

} // namespace

void measure_flow(World& world, Finding& found, const std::vector<Stream>& streams, std::uint64_t withheld) {
    const double load_before = own_cpu_seconds();
    for (const Stream& one : streams) one.initiator->send_without_end();
    world.loop.run_for(world.options.span);
    found.after = world.meter.cpu();
    found.load_cpu_seconds = own_cpu_seconds() - load_before;
    found.amount = received(streams);
    found.value = cpu_between(found.before, found.after) / (found.amount / gib);

    for (const Stream& one : streams) one.initiator->end_sending();
    wait_for_the_last_byte(world, streams);
    for (const Stream& one : streams) {
        if (one.initiator->is_broken() || one.target->is_broken())
            world.fail("a stream broke, or its bytes are not those that were sent");
        const auto missing = one.initiator->sent() - one.target->received();
        found.missing += static_cast<double>(missing);
        if (missing > withheld) world.fail("bytes were lost");
    }
}

} // namespace bench
