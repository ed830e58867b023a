// SPDX-License-Identifier: MIT
// XEP-0065 6.3: SOCKS5 connections from accept to activation, and the transfers that they become.
#pragma once
#include "base/log.h"
#include "base/result.h"
#include "base/task.h"
#include "net/loop.h"
#include "net/peer.h"
#include "net/timer.h"
#include "counters.h"
#include "counts.h"
#include "lanes.h"
#include "pairing.h"
#include "relay.h"
#include "settings.h"
#include "socks5.h"
#include "xmpp/jid.h"

#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

namespace proxy65 {

// Nothing that comes after the handshake is read before activation: the kernel holds it (libpurple sends its file
// before the answer to `activate` is there).
class Transfers {
public:
    using Socket = boost::asio::ip::tcp::socket;

    //   settings     limits and access are looked up when they matter: they may change
    //   most_files   how many descriptors sockets may use; the rest is for pipes and the program itself
    Transfers(net::Loop& loop, net::Timers& timers, const base::Log& log, const Settings& settings,
              std::size_t most_files);

    // A new connection; closed at once when it comes from nowhere that may, or when there are too many.
    void accept(Socket socket);

    // What an initiator asks to be activated.
    struct Asked {
        std::string hash;
        std::string session_id; // as much as the log shows
        xmpp::Jid initiator, target;
    };
    // Starts relaying between the two that wait under the hash.
    base::Result<void, Refusal> activate(const Asked& asked);

    Counters counters() const;
    std::size_t running() const { return running_.size(); }
    // Closes all that waits; running transfers go on.
    void close_waiting();
    // Ends all that runs, soon.
    void stop();
    // Gives each running transfer its share of the rates in the settings, soon.
    void share_rates();

private:
    struct Guest {
        Socket socket;
        Handshake handshake;
        net::Timer deadline;
        boost::asio::ip::address address;
        bool is_watched_for_data = true;
    };
    struct Running {
        Asked asked;
        std::shared_ptr<Relay> relay;
        std::size_t lane = 0;
        std::chrono::seconds idle{0}, lifetime{0}; // the limits that were when it began
        net::Timer deadline;
        std::string user() const { return std::string(asked.initiator.bare_text()); }
        std::array<net::Peer, 2> peers{};
        // Each address once: a transfer between two clients behind one address is one of its transfers.
        std::span<const net::Peer> places() const { return {peers.data(), peers[0] == peers[1] ? 1u : 2u}; }
    };

    base::Task<> greet(Ticket ticket);
    bool take_bytes(Ticket ticket, Guest& guest, std::string_view bytes);
    void join(Ticket ticket, Guest& guest);
    void dismiss(Ticket ticket, std::string last_word);
    base::Result<net::Peer, TurnedAway> admit(const boost::asio::ip::address& address) const;
    void expire(Ticket ticket, Expired what);
    bool may_tell_of_one_who_waited();
    base::Result<void, Refusal> start(const Asked& asked);
    Guest take(Ticket ticket);
    void forget(Ticket ticket);
    void watch(Ticket ticket);
    void look_after(Ticket ticket);
    std::optional<Refusal> why_not(const Guest& first, const Guest& second, const xmpp::Jid& initiator) const;
    void run(const Asked& asked, Guest first, Guest second);
    void hold_to_limits(Running& transfer);
    std::optional<std::uint64_t> rate_of(const Running& transfer) const;
    void ended(Ticket number, Ending ending);
    std::size_t most_waiting() const;

    net::Loop& loop_;
    net::Timers& timers_;
    const base::Log& log_;
    const Settings& settings_;
    const std::size_t most_files_;
    Lanes lanes_; // before the transfers, which are in them
    Pairing pairing_;
    Ticket last_ticket_ = 0;
    std::unordered_map<Ticket, Guest> guests_;
    std::unordered_map<Ticket, Running> running_;
    Counts<net::Peer> waiting_from_;
    Counts<net::Peer> running_from_;
    Counts<std::string> running_of_; // by user
    Counters counted_; // its bytes are those of ended transfers
    std::chrono::steady_clock::time_point telling_since_{};
    int told_ = 0; // since then
    net::Timer sharing_;
    bool has_rates_ = false; // somebody may have been given one
};

} // namespace proxy65
