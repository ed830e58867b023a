// SPDX-License-Identifier: MIT
// Pairs of clients: one sends 1:1 messages to the other, a few ahead of what has arrived. Each message carries its
// number, so that a lost, repeated or reordered one is seen.
#pragma once
#include "scenario.h"

namespace bench {

class Pairs {
public:
    // `hint`: an element that goes into each message; `managed`: with stream management (XEP-0198) on both sides.
    Pairs(World& world, std::string hint, bool managed);

    // Logs in, sends for the span, waits until everything has arrived and, where managed, is acknowledged.
    Finding measure();

private:
    struct Pair {
        Client* from;
        Client* to;
        std::uint64_t sent = 0;
        std::uint64_t arrived = 0;
        std::uint64_t acknowledged = 0; // to the sender, by the server
        std::uint32_t handled = 0;      // stanzas that the receiver got since it enabled management
    };
    void enable(Pair& pair);
    void send_more(Pair& pair);
    void arrive(Pair& pair, std::string_view element);
    void hear(Pair& pair, std::string_view element);
    bool is_quiet() const;
    double arrived() const;

    World& world_;
    std::string hint_;
    bool managed_;
    bool sending_ = true;
    std::size_t enabled_ = 0;
    Clients clients_;
    std::vector<Pair> pairs_;
};

// The number behind "<body>" of a message that a scenario sent; 0: none.
std::uint64_t number_of(std::string_view message);
// A body of 100 characters that begins with `number`.
std::string body(std::uint64_t number);

} // namespace bench
