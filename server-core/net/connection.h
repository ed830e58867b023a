// SPDX-License-Identifier: MIT
// One TCP connection, plain or TLS: bytes in as they come, bytes out once a turn. Cheap while idle: no buffer, no
// timer.
#pragma once
#include "base/result.h"
#include "base/task.h"
#include "net/compression.h"
#include "net/loop.h"
#include "net/peer.h"
#include "net/tls.h"

#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace net {

enum class Closed { by_peer, reset, tls_failed, by_us, not_compressed };

// May be destroyed while its coroutines wait: they then return by_us. Destroying loses what is queued; `close` does
// not.
class Connection final : public Flushable {
public:
    Connection(Loop& loop, boost::asio::ip::tcp::socket socket);
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Waits for bytes and returns them, in the loop's read buffer: they are gone after the next co_await of anything.
    // After 64 KiB in one turn it lets the others go first. One reader at a time. After by_peer and not_compressed (what
    // came cannot be decompressed, or blows up) one may still write.
    base::Task<base::Result<std::span<const char>, Closed>> read();

    // Queues bytes; they are sent when the turn ends, the rest as the socket takes it. Ignored once closed.
    void write(std::string_view bytes);
    // Bytes queued and not yet taken by the kernel.
    std::size_t unsent() const { return out_.size() - out_sent_ + plain_.size(); }
    // All bytes ever queued, and of these how many the kernel took (compressed: at least so many).
    std::uint64_t queued_total() const { return queued_total_; }
    std::uint64_t written_total() const { return compression_ ? written_compressed_ : queued_total_ - unsent(); }
    // Called at the end of a turn in which something was written, before it is sent: for last words. `fn` may only write.
    void on_flush(std::function<void()> fn) { on_flush_ = std::move(fn); }
    // Called after each flush that moved bytes, and once when the connection is closed, not by its destructor.
    // `fn` must not destroy the connection.
    void on_written(std::function<void()> fn) { on_written_ = std::move(fn); }

    // The TLS handshake, server side. Call it in the turn that wrote <proceed/>: what the peer sent before that went
    // out and was not read is thrown away (RFC 6120 5.4.3.3). With nothing written before, it is direct TLS.
    base::Task<base::Result<void, Closed>> start_tls(std::shared_ptr<const TlsCredentials> credentials,
                                                     std::string alpn = {});
    bool is_encrypted() const { return tls_ && !handshaking_; }
    std::optional<std::string> channel_binding(std::string_view name) const;
    std::string tls_description() const; // also why the handshake failed

    // XEP-0138: what is written from here on is compressed, what is read was.
    void start_compression();
    bool is_compressed() const { return compression_ != nullptr; }

    // Sends what is queued, for at most 5 seconds and without this object, then closes both ways. `read` returns by_us
    // and written_total() stays at what the kernel has taken by now.
    void close();
    // Closes now; what is queued is lost.
    void abort();
    bool is_open() const { return !closed_; }

    const std::string& peer_address() const { return peer_address_; } // "192.0.2.7", "2001:db8::7"
    Peer peer() const { return peer_; } // for limits that count by address

    void flush() override;

private:
    using Socket = boost::asio::ip::tcp::socket;

    // Whether the connection is still there and open.
    base::Task<bool> ready(Socket::wait_type what);
    TlsSession::Moved receive(std::span<char> into);
    base::Task<base::Result<void, Closed>> send_all();
    void throw_away_received();
    void forget_sent(std::size_t bytes);
    void compress();
    void wait_writable();
    void taken(std::size_t bytes);
    void end(Closed why);

    Loop& loop_;
    Socket socket_;
    std::unique_ptr<TlsSession> tls_;
    std::string out_;
    std::size_t out_sent_ = 0;
    std::unique_ptr<Compression> compression_;
    std::string plain_;  // to be compressed
    std::uint64_t written_compressed_ = 0;
    std::uint64_t queued_total_ = 0;
    std::uint64_t read_turn_ = 0;
    std::size_t read_this_turn_ = 0;
    bool waiting_writable_ = false;
    bool handshaking_ = false;
    std::optional<Closed> closed_;
    std::function<void()> on_flush_;
    std::function<void()> on_written_;
    std::string peer_address_;
    Peer peer_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace net
