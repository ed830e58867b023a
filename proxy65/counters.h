// SPDX-License-Identifier: MIT
// What is counted, for discovery (XEP-0128) and Prometheus. Each list has its names in the order of its values.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace proxy65 {

// Why a transfer ended.
enum class Ending { finished, lost, idle, too_long, stopped };
constexpr std::array ending_names{"finished", "lost", "idle", "lifetime", "stopped"};

// Why a transfer could not be activated.
enum class Refusal { nobody_waits, only_one_waits, runs_already, network, limit_transfers, limit_user, limit_address };
constexpr std::array refusal_names{"nobody-waits", "only-one-waits",  "runs-already", "network",
                                   "transfers",    "transfers-of-user", "transfers-of-address"};

// Why a connection was closed when it came.
enum class TurnedAway { network, waiting, waiting_from_address };
constexpr std::array turned_away_names{"network", "waiting", "waiting-from-address"};

// What a connection did not do in time.
enum class Expired { handshake, activation };
constexpr std::array expired_names{"handshake", "activation"};

// One number for each value of E.
template <class E, std::size_t size>
struct CountOf {
    std::array<std::uint64_t, size> counts{};
    void add(E value) { ++counts[static_cast<std::size_t>(value)]; }
    std::uint64_t of(E value) const { return counts[static_cast<std::size_t>(value)]; }
};

// Since the start, but for `running` and `waiting`.
struct Counters {
    std::uint64_t activated = 0;
    std::uint64_t running = 0;
    std::uint64_t bytes = 0; // relayed, both ways, also of those that run
    std::uint64_t connections = 0;
    std::uint64_t waiting = 0; // connections without a transfer
    std::uint64_t handshakes_refused = 0;
    CountOf<Ending, ending_names.size()> ended;
    CountOf<Refusal, refusal_names.size()> refused;
    CountOf<TurnedAway, turned_away_names.size()> turned_away;
    CountOf<Expired, expired_names.size()> expired;
};

} // namespace proxy65
