// SPDX-License-Identifier: MIT
#include "transfers.h"

#include "net/departure.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <cerrno>
#include <cstdio>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace proxy65 {
namespace {

constexpr auto waiting = boost::asio::as_tuple(boost::asio::use_awaitable);
constexpr auto sharing_pause = std::chrono::milliseconds(100);
constexpr std::size_t longest_part_bytes = 257; // a name of 255 bytes and its port
constexpr auto telling_span = std::chrono::minutes(1);
constexpr int most_told_in_a_span = 60;

void prepare(Transfers::Socket& socket) {
    boost::system::error_code ignored; // a socket that is dead already shows it when read
    socket.native_non_blocking(true, ignored);
    socket.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
    socket.set_option(boost::asio::socket_base::keep_alive(true), ignored);
}

// Looks without reading: whether the peer is gone. One that has sent bytes and its end is not: they are for the other.
enum class Seen { nothing, bytes, gone };
Seen look_at(int socket) {
    pollfd seen{socket, POLLIN | POLLRDHUP, 0};
    int bytes = 0;
    if (::poll(&seen, 1, 0) < 0 || ::ioctl(socket, FIONREAD, &bytes) < 0) return Seen::nothing;
    if ((seen.revents & (POLLERR | POLLHUP)) != 0) return Seen::gone;
    if (bytes > 0) return Seen::bytes;
    return (seen.revents & POLLRDHUP) != 0 ? Seen::gone : Seen::nothing;
}

// Nothing where the peer is gone already.
std::optional<boost::asio::ip::address> address_of(const Transfers::Socket& socket) {
    boost::system::error_code error;
    const auto peer = socket.remote_endpoint(error);
    return error ? std::nullopt : std::optional(peer.address());
}

std::string seconds_text(std::chrono::steady_clock::duration duration) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f s", std::chrono::duration<double>(duration).count());
    return text.data();
}

// Both clients and the server know the hash, and nothing else of what they know is here before activation. Users are
// shown its first digits when a transfer fails.
std::string id_of(const std::string& hash) { return "id " + hash; }

std::string text_of(const Transfers::Asked& asked) {
    return "sid " + asked.session_id + ", " + asked.initiator.text() + " to " + asked.target.text();
}

} // namespace

Transfers::Transfers(net::Loop& loop, net::Timers& timers, const base::Log& log, const Settings& settings,
                     std::size_t most_files)
    : loop_(loop),
      timers_(timers),
      log_(log),
      settings_(settings),
      most_files_(most_files),
      lanes_(static_cast<std::size_t>(settings.threads)) {}

std::size_t Transfers::most_waiting() const {
    const auto used = 2 * running_.size() + loop_.departing();
    const auto left = most_files_ > used ? most_files_ - used : 0;
    const auto limit = settings_.limits.waiting;
    return limit > 0 ? std::min(left, static_cast<std::size_t>(limit)) : left;
}

void Transfers::accept(Socket socket) {
    ++counted_.connections;
    const auto address = address_of(socket);
    if (!address) return; // closed with this
    const auto peer = admit(*address);
    if (!peer) return counted_.turned_away.add(peer.error());
    prepare(socket);
    const auto ticket = ++last_ticket_;
    waiting_from_.add(*peer);
    auto& guest = guests_.emplace(ticket, Guest{std::move(socket), {}, {}, *address}).first->second;
    if (settings_.limits.handshake.count() > 0)
        guest.deadline = timers_.after(settings_.limits.handshake, [this, ticket] { expire(ticket, Expired::handshake); });
    loop_.spawn(greet(ticket));
}

base::Result<net::Peer, TurnedAway> Transfers::admit(const boost::asio::ip::address& address) const {
    if (!settings_.access.may_connect(address)) return base::Unexpected(TurnedAway::network);
    if (guests_.size() >= most_waiting()) return base::Unexpected(TurnedAway::waiting);
    const auto peer = net::peer_of(address);
    if (!waiting_from_.fits(peer, 1, settings_.limits.waiting_per_address))
        return base::Unexpected(TurnedAway::waiting_from_address);
    return peer;
}

base::Task<> Transfers::greet(Ticket ticket) {
    std::array<char, longest_part_bytes> buffer;
    while (true) {
        const auto at = guests_.find(ticket); // again after each wait: the deadline may have taken it
        if (at == guests_.end()) co_return;
        auto& guest = at->second;
        const auto wanted = guest.handshake.wanted();
        if (wanted == 0) co_return;
        // Exactly what belongs to the handshake: bytes of the file may follow at once.
        const auto got = ::recv(guest.socket.native_handle(), buffer.data(), wanted, MSG_DONTWAIT);
        if (got > 0) {
            if (!take_bytes(ticket, guest, {buffer.data(), static_cast<std::size_t>(got)})) co_return;
        } else if (got < 0 && errno == EAGAIN) {
            co_await guest.socket.async_wait(Socket::wait_read, waiting);
        } else if (got == 0 || errno != EINTR) {
            forget(ticket);
            co_return;
        }
    }
}

// Whether the handshake goes on.
bool Transfers::take_bytes(Ticket ticket, Guest& guest, std::string_view bytes) {
    const auto reply = guest.handshake.take(bytes);
    if (guest.handshake.is_refused()) {
        dismiss(ticket, reply);
        return false;
    }
    // A few bytes into an empty socket always fit.
    if (!reply.empty()) ::send(guest.socket.native_handle(), reply.data(), reply.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (!guest.handshake.hash()) return true;
    join(ticket, guest);
    return false;
}

void Transfers::join(Ticket ticket, Guest& guest) {
    if (!pairing_.join(*guest.handshake.hash(), ticket))
        return dismiss(ticket, guest.handshake.answer(Reply::not_allowed));
    const auto reply = guest.handshake.answer(Reply::succeeded);
    ::send(guest.socket.native_handle(), reply.data(), reply.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    guest.deadline.cancel();
    if (settings_.limits.activation.count() > 0)
        guest.deadline = timers_.after(settings_.limits.activation, [this, ticket] { expire(ticket, Expired::activation); });
    watch(ticket);
}

void Transfers::dismiss(Ticket ticket, std::string last_word) {
    ++counted_.handshakes_refused;
    net::depart(loop_, take(ticket).socket, nullptr, std::move(last_word));
}

Transfers::Guest Transfers::take(Ticket ticket) {
    auto guest = std::move(guests_.extract(ticket).mapped());
    waiting_from_.remove(net::peer_of(guest.address));
    return guest;
}

void Transfers::expire(Ticket ticket, Expired what) {
    counted_.expired.add(what);
    const auto& guest = guests_.at(ticket);
    const auto hash = guest.handshake.hash();
    if (hash && may_tell_of_one_who_waited())
        log_.info(id_of(*hash) + ": nobody started the transfer for which " + guest.address.to_string() +
                  " waited (limit-activation-time)");
    forget(ticket);
}

// Anybody who reaches the port may wait for nothing, again and again: that must not fill the log.
bool Transfers::may_tell_of_one_who_waited() {
    const auto now = std::chrono::steady_clock::now();
    if (now - telling_since_ >= telling_span) {
        telling_since_ = now;
        told_ = 0;
    }
    return ++told_ <= most_told_in_a_span;
}

void Transfers::forget(Ticket ticket) {
    if (!guests_.contains(ticket)) return;
    const auto guest = take(ticket);
    if (guest.handshake.hash()) pairing_.leave(*guest.handshake.hash(), ticket);
}

// A place is given back when its holder goes. Only events are watched for, and the first bytes end that watch: they
// stay where they are, and so would the event.
void Transfers::watch(Ticket ticket) {
    auto& guest = guests_.at(ticket);
    const auto what = guest.is_watched_for_data ? Socket::wait_read : Socket::wait_error;
    guest.socket.async_wait(what, [this, ticket](const boost::system::error_code& error) {
        if (!error) look_after(ticket);
    });
}

void Transfers::look_after(Ticket ticket) {
    const auto at = guests_.find(ticket);
    if (at == guests_.end()) return;
    switch (look_at(at->second.socket.native_handle())) {
    case Seen::gone: return forget(ticket);
    case Seen::nothing:
        if (at->second.is_watched_for_data) watch(ticket);
        return;
    case Seen::bytes:
        if (std::exchange(at->second.is_watched_for_data, false)) watch(ticket);
        return;
    }
}

base::Result<void, Refusal> Transfers::activate(const Asked& asked) {
    const auto started = start(asked);
    if (started) return started;
    counted_.refused.add(started.error());
    log_.info(id_of(asked.hash) + ": " + text_of(asked) + ", not started: " +
              refusal_names[static_cast<std::size_t>(started.error())]);
    return started;
}

base::Result<void, Refusal> Transfers::start(const Asked& asked) {
    const auto pair = pairing_.find(asked.hash);
    if (pair.found == Pairing::Found::nobody) return base::Unexpected(Refusal::nobody_waits);
    if (pair.found == Pairing::Found::only_one) return base::Unexpected(Refusal::only_one_waits);
    if (pair.found == Pairing::Found::running) return base::Unexpected(Refusal::runs_already);
    if (const auto refusal = why_not(guests_.at(pair.first), guests_.at(pair.second), asked.initiator))
        return base::Unexpected(*refusal);
    pairing_.mark_running(asked.hash);
    auto first = take(pair.first);
    run(asked, std::move(first), take(pair.second));
    return {};
}

std::optional<Refusal> Transfers::why_not(const Guest& first, const Guest& second, const xmpp::Jid& initiator) const {
    // Both were let in once; the settings may have changed since.
    const auto& access = settings_.access;
    if (!access.may_connect(first.address) || !access.may_connect(second.address)) return Refusal::network;
    const auto& limits = settings_.limits;
    if (limits.transfers > 0 && static_cast<std::int64_t>(running_.size()) >= limits.transfers)
        return Refusal::limit_transfers;
    if (!running_of_.fits(std::string(initiator.bare_text()), 1, limits.transfers_per_user)) return Refusal::limit_user;
    for (const auto& address : {first.address, second.address})
        if (!running_from_.fits(net::peer_of(address), 1, limits.transfers_per_address)) return Refusal::limit_address;
    return std::nullopt;
}

void Transfers::run(const Asked& asked, Guest first, Guest second) {
    const auto number = ++counted_.activated;
    const auto lane = lanes_.take();
    boost::system::error_code ignored;
    const std::array sockets{first.socket.release(ignored), second.socket.release(ignored)}; // ends the watches of before
    auto relay = std::make_shared<Relay>(lanes_.at(lane), sockets, [this, number](Ending ending) {
        loop_.post([this, number, ending] { ended(number, ending); });
    });
    Running transfer{asked, relay, lane, settings_.limits.idle, settings_.limits.lifetime, {}, {}};
    transfer.peers = {net::peer_of(first.address), net::peer_of(second.address)};
    running_of_.add(transfer.user());
    for (const auto peer : transfer.places()) running_from_.add(peer);
    auto& running = running_.emplace(number, std::move(transfer)).first->second;
    if (const auto rate = rate_of(running)) relay->pace(rate); // its first bytes as well
    share_rates();                                             // the others have less now
    hold_to_limits(running);
    relay->start();
}

// Ends the transfer when its time is over; until then looks again when that might be.
void Transfers::hold_to_limits(Running& transfer) {
    using std::chrono::milliseconds, std::chrono::seconds;
    auto& relay = *transfer.relay;
    const auto now = Relay::Clock::now();
    auto next = Relay::Clock::time_point::max();
    if (transfer.lifetime > seconds(0)) next = relay.started() + transfer.lifetime;
    if (next <= now) return relay.end(Ending::too_long);
    if (transfer.idle > seconds(0)) next = std::min(next, relay.last_moved() + transfer.idle);
    if (next <= now) return relay.end(Ending::idle);
    if (next == Relay::Clock::time_point::max()) return;
    transfer.deadline = timers_.after(std::chrono::ceil<milliseconds>(next - now),
                                      [this, &transfer] { hold_to_limits(transfer); });
}

// Once for all changes of a moment: each touches every transfer.
void Transfers::share_rates() {
    const auto& rates = settings_.rates;
    if (rates.user == 0 && rates.total == 0 && !has_rates_) return;
    if (sharing_.is_running()) return;
    sharing_ = timers_.after(sharing_pause, [this] {
        has_rates_ = settings_.rates.user != 0 || settings_.rates.total != 0;
        for (const auto& [number, transfer] : running_) transfer.relay->pace(rate_of(transfer));
    });
}

std::optional<std::uint64_t> Transfers::rate_of(const Running& transfer) const {
    const auto& [of_user, of_all] = settings_.rates;
    std::optional<std::uint64_t> rate;
    if (of_user > 0) rate = static_cast<std::uint64_t>(of_user / running_of_.of(transfer.user()));
    if (of_all > 0) {
        const auto share = static_cast<std::uint64_t>(of_all) / running_.size();
        rate = std::min(rate.value_or(share), share);
    }
    return rate;
}

void Transfers::ended(Ticket number, Ending ending) {
    const auto node = running_.extract(number);
    const auto& transfer = node.mapped();
    pairing_.forget(transfer.asked.hash);
    lanes_.give_back(transfer.lane);
    running_of_.remove(transfer.user());
    for (const auto peer : transfer.places()) running_from_.remove(peer);
    // Who came first is the target, when both keep to XEP-0065 6.3.
    const auto there = transfer.relay->bytes_from_second(), back = transfer.relay->bytes_from_first();
    counted_.bytes += there + back;
    counted_.ended.add(ending);
    log_.info("transfer " + std::to_string(number) + ": " + id_of(transfer.asked.hash) + ", " + text_of(transfer.asked) +
              ", " + std::to_string(there) + " bytes there, " + std::to_string(back) + " back, " +
              seconds_text(Relay::Clock::now() - transfer.relay->started()) + ", " + to_text(ending));
    share_rates();
}

Counters Transfers::counters() const {
    auto counters = counted_;
    counters.running = running_.size();
    counters.waiting = guests_.size();
    for (const auto& [number, transfer] : running_)
        counters.bytes += transfer.relay->bytes_from_first() + transfer.relay->bytes_from_second();
    return counters;
}

void Transfers::close_waiting() {
    while (!guests_.empty()) forget(guests_.begin()->first);
}

void Transfers::stop() {
    for (const auto& [number, transfer] : running_) transfer.relay->end(Ending::stopped);
}

} // namespace proxy65
