// SPDX-License-Identifier: MIT
#include "relay.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

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

Relay::Relay(Lane& lane, std::array<int, 2> sockets, std::function<void(Ending)> ended)
    : lane_(lane), ends_{RelayEnd{this, 0, sockets[0]}, RelayEnd{this, 1, sockets[1]}}, ended_(std::move(ended)) {}

Relay::~Relay() { close_sockets(); }

void Relay::start() {
    is_started_ = true;
    lane_.post([self = shared_from_this()] { self->begin(); });
}

void Relay::end(Ending ending) {
    lane_.post([self = shared_from_this(), ending] { self->finish(ending); });
}

void Relay::pace(std::optional<std::uint64_t> rate) {
    const std::uint64_t bytes_a_second = rate.value_or(~std::uint64_t{0});
    if (!is_started_) return set_rate(bytes_a_second);
    lane_.post([self = shared_from_this(), bytes_a_second] { self->set_rate(bytes_a_second); });
}

// What the sockets are ready for already comes as their first events.
void Relay::begin() {
    if (!is_over_ && !lane_.add(shared_from_this(), ends_)) finish(Ending::lost);
}

void Relay::finish(Ending ending) {
    if (std::exchange(is_over_, true)) return;
    // A plain close is right: with nothing unread the kernel still delivers what it holds; a side that goes on sending
    // is reset.
    close_sockets();
    for (auto& way : directions_) way.pipe.reset(); // bytes may be left in it: not for the pool
    std::exchange(ended_, nullptr)(ending);
    lane_.remove(shared_from_this());
}

void Relay::close_sockets() {
    for (auto& end : ends_)
        if (const int socket = std::exchange(end.socket, -1); socket >= 0) ::close(socket);
}

void Relay::set_rate(std::uint64_t bytes_a_second) {
    if (is_over_) return;
    for (const auto& end : ends_)
        ::setsockopt(end.socket, SOL_SOCKET, SO_MAX_PACING_RATE, &bytes_a_second, sizeof bytes_a_second);
}

// By edges: an event is not told again, so that pump() goes on until the kernel says that there is no more. A direction
// that has bytes in its pipe waits for its target alone.
void Relay::ready(int side, std::uint32_t events) {
    constexpr std::uint32_t to_read = EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR;
    constexpr std::uint32_t to_write = EPOLLOUT | EPOLLHUP | EPOLLERR;
    auto& to = direction(1 - side);
    auto& from = direction(side);
    if (!is_over_ && (events & to_write) != 0 && to.held > 0 && !to.is_called) pump(1 - side);
    if (!is_over_ && (events & to_read) != 0 && from.held == 0 && !from.is_done && !from.is_called) pump(side);
}

void Relay::pump(int way) {
    if (is_over_) return;
    auto& bytes = direction(way);
    bytes.is_called = false;
    const auto before = bytes.moved.load(std::memory_order_relaxed);
    auto step = Step::moved;
    while (step == Step::moved && bytes.moved.load(std::memory_order_relaxed) - before < share_of_a_turn_bytes) {
        // Filled only when empty: EAGAIN then means an empty socket, never a full pipe.
        step = bytes.held == 0 ? fill(way) : drain(way);
    }
    if (bytes.moved.load(std::memory_order_relaxed) != before)
        last_moved_.store(Clock::now(), std::memory_order_relaxed);
    if (bytes.held == 0 && bytes.pipe) {
        lane_.pipes().give_back(std::move(*bytes.pipe));
        bytes.pipe.reset();
    }
    go_on(way, step);
}

Relay::Step Relay::fill(int way) {
    auto& bytes = direction(way);
    if (!bytes.pipe) bytes.pipe = lane_.pipes().take();
    if (!bytes.pipe) return Step::no_pipe;
    while (true) {
        const auto got = ::splice(source(way), nullptr, bytes.pipe->write_end(), nullptr, Pipes::size_bytes,
                                  SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
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
        const auto put = ::splice(bytes.pipe->read_end(), nullptr, target(way), nullptr, bytes.held,
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

void Relay::go_on(int way, Step last) {
    const auto call = [this, way](std::chrono::milliseconds pause) {
        direction(way).is_called = true;
        lane_.again(shared_from_this(), way, pause);
    };
    switch (last) {
    case Step::source_empty:
    case Step::target_full: return; // epoll will tell
    case Step::moved: return call(0ms); // its share of this turn is used up
    case Step::no_pipe: return call(pipe_retry);
    case Step::source_ended: return pass_end_on(way);
    case Step::failed: return finish(Ending::lost);
    }
}

void Relay::pass_end_on(int way) {
    ::shutdown(target(way), SHUT_WR);
    direction(way).is_done = true;
    last_moved_.store(Clock::now(), std::memory_order_relaxed);
    if (direction(1 - way).is_done) finish(Ending::finished);
}

} // namespace proxy65
