// SPDX-License-Identifier: MIT
// What a scenario is given, and what it finds out. Each scenario is one function in scenarios/, listed in main.cpp.
#pragma once
#include "client.h"
#include "measure.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace bench {

struct Options {
    std::string scenario;
    std::string domain = "bench.example";
    std::string rooms = "conference.bench.example";
    std::string proxy = "proxy.bench.example";
    int port = 5222;
    int target = 0;             // where `forward` listens
    int first = 0;              // the number of the first account
    int count = 0;              // of sessions, pairs, occupants, streams: what the scenario is about
    Seconds span{5};            // of the measurement
    Seconds settle{25};         // before an idle session's memory is read
    std::vector<int> processes; // of the server
};

struct World {
    Options options;
    Meter meter;
    Loop loop;
    // What voids the row; the first is kept.
    std::string fault;
    void fail(const std::string& why) {
        if (fault.empty()) fault = why;
    }
};

struct Finding {
    double value = 0; // of `unit`: lower is better
    const char* unit = "";
    double amount = 0; // of what was counted in the span
    Cost before, after;
    double load_cpu_seconds = 0; // of the generator, where it matters
    double missing = 0;          // bytes that never arrived
};

using Clients = std::vector<std::unique_ptr<Client>>;

inline constexpr Seconds patience{120};

Account account(const Options& options, int number);
// `count` accounts from `first` on log in, a few at a time. Empty, with a fault, when one cannot.
Clients log_in(World& world, int count, bool to_be_made = false);
void make_available(World& world, const Clients& clients);
// Tells a client that was lost.
void check(World& world, const Clients& clients);

double cpu_between(const Cost& before, const Cost& after);

// The accounts of all other scenarios.
Finding seed(World& world);
Finding idle(World& world);
Finding logins(World& world);
Finding message(World& world);
Finding message_logged(World& world);
Finding room(World& world);
Finding proxy(World& world);
Finding forward(World& world);

} // namespace bench
