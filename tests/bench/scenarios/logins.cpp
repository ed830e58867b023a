// SPDX-License-Identifier: MIT
// Connect, STARTTLS, SCRAM-SHA-1, bind, goodbye, again and again: CPU per login with its end.
#include "scenario.h"

namespace bench {
namespace {
constexpr std::size_t at_a_time = 16;

// Keeps clients coming and going until `enough`; how many went.
double come_and_go(World& world, const std::function<bool(int started)>& enough) {
    Clients here;
    double gone = 0;
    int next = 0;
    const auto step = [&] {
        std::erase_if(here, [&](const auto& client) {
            if (!client->failure().empty()) world.fail(client->failure());
            gone += client->is_closed();
            return client->is_closed();
        });
        const bool stops = enough(next) || !world.fault.empty();
        while (!stops && here.size() < at_a_time) {
            const int number = world.options.first + next++ % world.options.count;
            auto client = std::make_unique<Client>(world.loop, account(world.options, number));
            client->on_ready([one = client.get()] { one->say_goodbye(); });
            here.push_back(std::move(client));
        }
        return stops && here.empty();
    };
    if (!world.loop.run_until(step, patience)) world.fail("the logins took too long");
    return gone;
}

} // namespace

Finding logins(World& world) {
    // Once around without measuring: afterwards the generator knows all salts.
    come_and_go(world, [&](int started) { return started >= world.options.count; });
    Finding found{0, "us CPU per login", 0, world.meter.cpu(), {}};
    const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(world.options.span);
    found.amount = come_and_go(world, [&](int) { return Clock::now() >= end; });
    found.after = world.meter.cpu();
    found.value = cpu_between(found.before, found.after) / found.amount * 1e6;
    return found;
}

} // namespace bench
