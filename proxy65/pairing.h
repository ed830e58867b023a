// SPDX-License-Identifier: MIT
// Who waits under which hash: one initiator and one target, a third is refused. Only numbers: no sockets, no clock.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace proxy65 {

// The number of an accepted connection; 0: none.
using Ticket = std::uint64_t;

class Pairing {
public:
    // Takes a place under `hash`; false when both are taken, also those of a transfer that runs (DESIGN 6).
    bool join(const std::string& hash, Ticket ticket);
    // Gives the place back. Nothing happens when the ticket has none.
    void leave(const std::string& hash, Ticket ticket);

    enum class Found { nobody, only_one, pair, running };
    struct Pair {
        Found found = Found::nobody;
        Ticket first = 0; // who came first: the target, when both keep to XEP-0065 6.3
        Ticket second = 0;
    };
    Pair find(const std::string& hash) const;
    // Keeps both places taken until `forget`.
    void mark_running(const std::string& hash);
    void forget(const std::string& hash);

    std::size_t size() const { return places_.size(); }

private:
    struct Places {
        Ticket first = 0;
        Ticket second = 0;
        bool is_running = false;
    };
    std::unordered_map<std::string, Places> places_;
};

// The name of a bytestream: SHA-1 in lower-case hexadecimal of session id, initiator and target.
//   source  XEP-0065 6.3.2
std::string bytestream_hash(std::string_view session_id, std::string_view initiator, std::string_view target);

} // namespace proxy65
