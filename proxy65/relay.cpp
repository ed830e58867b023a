// SPDX-License-Identifier: MIT
#include "relay.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>

namespace proxy65 {
namespace {

using namespace std::chrono_literals;

// What one direction moves before the others have their turn.
constexpr std::size_t share_of_a_turn_bytes = 1024 * 1024;
constexpr auto pipe_retry = 100ms;

} // namespace

const char* to_text(Ending ending) {
    switch (ending) {
    case Ending::finished: return "finished";
    case Ending::lost: return "a side was lost";
    case Ending::idle: return "ended by limit-idle-time";
    case Ending::too_long: return "ended by limit-lifetime";
    case Ending::stopped: return "ended by the stop of the proxy";
    }
    return "";
}

Relay::Relay(RelayRoom& room, RelayLimits limits, Socket first, Socket second, std::function<void(Ending)> ended)
    : room_(room), limits_(limits), sockets_{std::move(first), std::move(second)}, ended_(std::move(ended)) {}

void Relay::start() {
    is_started_ = true;
    room_.loop.post([self = shared_from_this()] { self->begin(); });
}

void Relay::end(Ending ending) {
    room_.loop.post([self = shared_from_this(), ending] { self->finish(ending); });
}

void Relay::pace(std::optional<std::uint64_t> rate) {
    const std::uint64_t bytes_a_second = rate.value_or(~std::uint64_t{0});
    if (!is_started_) return set_rate(bytes_a_second);
    room_.loop.post([self = shared_from_this(), bytes_a_second] { self->set_rate(bytes_a_second); });
}

void Relay::begin() {
    if (is_over_) return;
    check_limits();
    pump(0);
    pump(1);
}

void Relay::finish(Ending ending) {
    if (std::exchange(is_over_, true)) return;
    limit_.cancel();
    for (auto& retry : retries_) retry.cancel();
    // A plain close is right: with nothing unread the kernel still delivers what it holds; a side that goes on sending
    // is reset.
    boost::system::error_code ignored;
    for (auto& socket : sockets_) socket.close(ignored);
    for (auto& way : directions_) way.pipe.reset(); // bytes may be left in it: not for the pool
    std::exchange(ended_, nullptr)(ending);
}

void Relay::set_rate(std::uint64_t bytes_a_second) {
    if (is_over_) return;
    for (auto& socket : sockets_)
        ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_MAX_PACING_RATE, &bytes_a_second, sizeof bytes_a_second);
}

void Relay::pump(int way) {
    const auto self = shared_from_this(); // an end lets go of us
    auto& bytes = direction(way);
    const auto before = bytes.moved.load(std::memory_order_relaxed);
    auto step = Step::moved;
    while (!is_over_ && step == Step::moved && bytes.moved - before < share_of_a_turn_bytes) {
        // Filled only when empty: EAGAIN then means an empty socket, never a full pipe.
        step = bytes.held == 0 ? fill(way) : drain(way);
    }
    if (is_over_) return;
    if (bytes.moved != before) last_moved_ = Clock::now();
    if (bytes.held == 0 && bytes.pipe) {
        room_.pipes.give_back(std::move(*bytes.pipe));
        bytes.pipe.reset();
    }
    if (step == Step::failed) return finish(Ending::lost);
    if (step == Step::source_ended) return pass_end_on(way);
    wait(way, step);
}

Relay::Step Relay::fill(int way) {
    auto& bytes = direction(way);
    if (!bytes.pipe) bytes.pipe = room_.pipes.take();
    if (!bytes.pipe) return Step::no_pipe;
    while (true) {
        const auto got = ::splice(source(way).native_handle(), nullptr, bytes.pipe->write_end(), nullptr,
                                  Pipes::size_bytes, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
        if (got > 0) {
            bytes.held = static_cast<std::size_t>(got);
            return Step::moved;
        }
        if (got == 0) return Step::source_ended;
        if (errno == EAGAIN) return Step::source_empty;
        if (errno != EINTR) return Step::failed;
    }
}

Relay::Step Relay::drain(int way) {
    auto& bytes = direction(way);
    while (bytes.held > 0) {
        // Without SPLICE_F_MORE, which would hold the last bytes back (a byte must not wait for the next).
        const auto put = ::splice(bytes.pipe->read_end(), nullptr, target(way).native_handle(), nullptr, bytes.held,
                                  SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
        if (put > 0) {
            bytes.held -= static_cast<std::size_t>(put);
            // This thread alone writes it.
            bytes.moved.store(bytes.moved.load(std::memory_order_relaxed) + static_cast<std::size_t>(put),
                              std::memory_order_relaxed);
        } else if (put == 0 || errno == EAGAIN) {
            return Step::target_full;
        } else if (errno != EINTR) {
            return Step::failed;
        }
    }
    return Step::moved;
}

void Relay::wait(int way, Step blocked) {
    const auto go_on = [self = shared_from_this(), way](const boost::system::error_code& = {}) {
        if (!self->is_over_) self->pump(way);
    };
    switch (blocked) {
    case Step::source_empty: source(way).async_wait(Socket::wait_read, go_on); break;
    case Step::target_full: target(way).async_wait(Socket::wait_write, go_on); break;
    case Step::no_pipe:
        // The timer is ours, so it does not keep us: end() and the destructor cancel it.
        retries_[static_cast<std::size_t>(way)] = room_.timers.after(pipe_retry, [this, way] { pump(way); });
        break;
    default: room_.loop.post(go_on); // its share of this turn is used up
    }
}

void Relay::pass_end_on(int way) {
    boost::system::error_code ignored;
    target(way).shutdown(Socket::shutdown_send, ignored);
    direction(way).is_done = true;
    last_moved_ = Clock::now();
    if (direction(1 - way).is_done) finish(Ending::finished);
}

void Relay::check_limits() {
    const auto now = Clock::now();
    const auto [idle, lifetime] = limits_;
    auto next = Clock::time_point::max();
    if (lifetime > 0s) next = started_ + lifetime;
    if (next <= now) return finish(Ending::too_long);
    if (idle > 0s) next = std::min(next, last_moved_ + idle);
    if (next <= now) return finish(Ending::idle);
    if (next == Clock::time_point::max()) return;
    limit_ = room_.timers.after(std::chrono::ceil<std::chrono::milliseconds>(next - now), [this] { check_limits(); });
}

} // namespace proxy65
