// SPDX-License-Identifier: MIT
#include "net/connection.h"

#include "net/departure.h"
#include "net/waiting.h"

#include <algorithm>
#include <cerrno>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace net {
namespace {

constexpr std::size_t share_of_a_turn_bytes = 64 * 1024;
constexpr std::size_t first_buffer_bytes = 1024;

// Unspecified where the peer is gone already.
boost::asio::ip::address address_of(const boost::asio::ip::tcp::socket& socket) {
    boost::system::error_code error;
    return socket.remote_endpoint(error).address();
}

std::string text_of(boost::asio::ip::address address) {
    if (address.is_unspecified()) return "unknown";
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
    return address.to_string();
}

// A client that leaves Nagle's algorithm on sends its last handshake records one by one, each after the acknowledgement
// of the one before, which has no answer to ride on: 40 ms of delay at every login.
void acknowledge_at_once(int socket) {
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_QUICKACK, &yes, sizeof yes);
}

} // namespace

Connection::Connection(Loop& loop, boost::asio::ip::tcp::socket socket)
    : loop_(loop), socket_(std::move(socket)), peer_address_(text_of(address_of(socket_))), peer_(peer_of(address_of(socket_))) {
    boost::system::error_code ignored; // a socket that is dead already shows it when read
    socket_.non_blocking(true, ignored);
    // Output is gathered here for a turn; held back in the kernel as well it would only come late.
    socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
    socket_.set_option(boost::asio::socket_base::keep_alive(true), ignored);
}

Connection::~Connection() {
    *alive_ = false;
    on_written_ = nullptr;
    abort();
}

base::Task<bool> Connection::ready(Socket::wait_type what) {
    const auto alive = alive_;
    // An error of the socket shows in the next receive or send, which knows it better.
    co_await socket_.async_wait(what, waiting);
    co_return *alive && !closed_;
}

base::Task<base::Result<std::span<const char>, Closed>> Connection::read() {
    const auto alive = alive_;
    while (true) {
        if (!*alive) co_return base::Unexpected(Closed::by_us);
        if (closed_) co_return base::Unexpected(*closed_);
        if (read_turn_ == loop_.turn() && read_this_turn_ >= share_of_a_turn_bytes) {
            co_await loop_.next_turn();
            continue;
        }
        const auto buffer = loop_.read_buffer();
        if (compression_) {
            const auto made = compression_->inflate(buffer);
            if (!made) co_return base::Unexpected(Closed::not_compressed);
            if (*made > 0) {
                taken(*made);
                co_return std::span<const char>(buffer.first(*made));
            }
        }
        const auto moved = receive(buffer);
        if (compression_ && moved.step == TlsStep::done) {
            compression_->feed({buffer.data(), moved.bytes});
            continue;
        }
        switch (moved.step) {
        case TlsStep::done: taken(moved.bytes); co_return std::span<const char>(buffer.first(moved.bytes));
        // Here and not in ready(): this is where an idle connection spends its life, and a frame costs memory.
        case TlsStep::want_read: co_await socket_.async_wait(Socket::wait_read, waiting); break;
        case TlsStep::want_write: co_await socket_.async_wait(Socket::wait_write, waiting); break;
        case TlsStep::closed: co_return base::Unexpected(Closed::by_peer);
        case TlsStep::failed: end(tls_ ? Closed::tls_failed : Closed::reset); co_return base::Unexpected(*closed_);
        }
    }
}

TlsSession::Moved Connection::receive(std::span<char> into) {
    if (tls_) return tls_->receive(into);
    while (true) {
        const auto got = ::recv(socket_.native_handle(), into.data(), into.size(), MSG_DONTWAIT);
        if (got > 0) return {TlsStep::done, static_cast<std::size_t>(got)};
        if (got == 0) return {TlsStep::closed, 0};
        if (errno == EAGAIN) return {TlsStep::want_read, 0};
        if (errno != EINTR) return {TlsStep::failed, 0};
    }
}

void Connection::taken(std::size_t bytes) {
    if (read_turn_ != loop_.turn()) read_this_turn_ = 0;
    read_turn_ = loop_.turn();
    read_this_turn_ += bytes;
}

void Connection::write(std::string_view bytes) {
    if (closed_ || bytes.empty()) return;
    std::string& queue = compression_ ? plain_ : out_;
    if (queue.empty()) queue.reserve(std::max(bytes.size(), first_buffer_bytes));
    queue += bytes;
    queued_total_ += bytes.size();
    if (!waiting_writable_) loop_.at_turn_end(*this);
}

void Connection::flush() {
    if (closed_ || handshaking_ || unsent() == 0) return;
    if (on_flush_) on_flush_();
    if (is_linked()) unlink();  // what was just added goes with the rest
    bool has_moved = false;
    auto step = TlsStep::done;
    while (step == TlsStep::done && unsent() > 0) {
        compress();
        const auto moved = send_some(socket_.native_handle(), tls_.get(), std::string_view(out_).substr(out_sent_));
        forget_sent(moved.bytes);
        has_moved = has_moved || moved.bytes > 0;
        step = moved.step;
    }
    switch (step) {
    case TlsStep::done: break;
    case TlsStep::want_read:
    case TlsStep::want_write: wait_writable(); break;
    case TlsStep::closed: return end(Closed::reset);
    case TlsStep::failed: return end(Closed::tls_failed);
    }
    if (has_moved && on_written_) on_written_();
}

void Connection::start_compression() {
    written_compressed_ = queued_total_ - unsent();
    compression_ = std::make_unique<Compression>();
}

// A piece when all before it is sent: so it is known what the kernel took.
void Connection::compress() {
    if (!compression_ || !out_.empty()) return;
    const std::size_t piece = std::min(plain_.size(), share_of_a_turn_bytes);
    compression_->deflate(std::string_view(plain_).substr(0, piece), out_);
    if (piece == plain_.size())
        plain_ = {};
    else
        plain_.erase(0, piece);
}

void Connection::forget_sent(std::size_t bytes) {
    out_sent_ += bytes;
    if (out_sent_ == out_.size()) {
        out_ = {}; // an idle connection holds no buffer
        out_sent_ = 0;
        written_compressed_ = queued_total_ - plain_.size();
    } else if (out_sent_ > out_.size() / 2) {
        out_.erase(0, out_sent_);
        out_sent_ = 0;
    }
}

void Connection::wait_writable() {
    if (waiting_writable_) return;
    waiting_writable_ = true;
    socket_.async_wait(Socket::wait_write, [this, alive = alive_](const boost::system::error_code&) {
        if (!*alive) return;
        waiting_writable_ = false;
        if (!closed_) loop_.at_turn_end(*this);
    });
}

void Connection::throw_away_received() {
    const auto buffer = loop_.read_buffer();
    // Bounded, so that a peer who keeps sending does not hold the loop; what is left makes the handshake fail.
    for (int i = 0; i < 16 && receive(buffer).step == TlsStep::done; ++i) continue;
}

base::Task<base::Result<void, Closed>> Connection::send_all() {
    const auto alive = alive_;
    while (*alive && !closed_) {
        flush();
        if (unsent() == 0) co_return base::Result<void, Closed>();
        if (!closed_) co_await ready(Socket::wait_write);
    }
    co_return base::Unexpected(*alive && closed_ ? *closed_ : Closed::by_us);
}

base::Task<base::Result<void, Closed>> Connection::start_tls(std::shared_ptr<const TlsCredentials> credentials,
                                                             std::string alpn) {
    const auto alive = alive_;
    if (unsent() > 0) {
        // Before the peer can have read <proceed/>: plain text smuggled in front of the handshake (command injection).
        throw_away_received();
        const auto sent = co_await send_all();
        if (!sent) co_return sent;
    }
    if (closed_) co_return base::Unexpected(*closed_);
    tls_ = std::make_unique<TlsSession>(std::move(credentials), socket_.native_handle(), alpn);
    handshaking_ = true;
    while (*alive && !closed_) {
        const auto step = tls_->handshake();
        if (step == TlsStep::want_read) acknowledge_at_once(socket_.native_handle());
        if (step == TlsStep::want_read || step == TlsStep::want_write) {
            co_await ready(step == TlsStep::want_read ? Socket::wait_read : Socket::wait_write);
            continue;
        }
        handshaking_ = step != TlsStep::done;
        if (step == TlsStep::done) {
            if (unsent() > 0) loop_.at_turn_end(*this);
            co_return base::Result<void, Closed>();
        }
        if (step == TlsStep::failed) depart(loop_, std::move(socket_), nullptr, {}); // the alert still arrives
        end(step == TlsStep::closed ? Closed::by_peer : Closed::tls_failed);
    }
    co_return base::Unexpected(*alive ? *closed_ : Closed::by_us);
}

std::optional<std::string> Connection::channel_binding(std::string_view name) const {
    return is_encrypted() ? tls_->channel_binding(name) : std::nullopt;
}

std::string Connection::tls_description() const { return tls_ ? tls_->description() : "no TLS"; }

void Connection::close() {
    if (closed_) return;
    if (handshaking_) return end(Closed::by_us);
    const auto report = std::exchange(on_written_, nullptr); // once, below
    flush();
    if (!closed_) {
        closed_ = Closed::by_us;
        boost::system::error_code ignored;
        socket_.cancel(ignored);
        if (compression_ && !plain_.empty()) compression_->deflate(std::exchange(plain_, {}), out_);
        depart(loop_, std::move(socket_), std::move(tls_), out_.substr(out_sent_));
    }
    if (report) report();
}

void Connection::abort() {
    if (!closed_) end(Closed::by_us);
}

void Connection::end(Closed why) {
    closed_ = why;
    boost::system::error_code ignored;
    socket_.close(ignored);
    if (on_written_) std::exchange(on_written_, nullptr)();
}

} // namespace net
