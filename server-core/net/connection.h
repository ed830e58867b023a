// SPDX-License-Identifier: MIT
// One TCP connection, plain or TLS: bytes in as they come, bytes out once a turn. Cheap while idle: no buffer, no timer.
#pragma once
#include "base/result.h"
#include "base/task.h"
#include "net/loop.h"
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

enum class Closed { by_peer, reset, tls_failed, by_us };

class Connection final : public Flushable {
public:
    Connection(Loop& loop, boost::asio::ip::tcp::socket socket);
    ~Connection() override;

    // Waits for bytes and returns them, in the loop's read buffer: they are gone after the next co_await of anything.
    // After 64 KiB in one turn it lets the others go first.
    base::Task<base::Result<std::span<const char>, Closed>> read();

    // Queues bytes; they are sent when the turn ends, the rest as the socket takes it. Ignored once closing.
    void write(std::string_view bytes);
    // Bytes queued and not yet taken by the kernel.
    std::size_t unsent() const { return out_.size() - out_sent_; }
    // All bytes ever queued, and of these how many the kernel took.
    std::uint64_t queued_total() const { return queued_total_; }
    std::uint64_t written_total() const { return queued_total_ - unsent(); }
    // Called after each flush that moved bytes, and once when the connection is closed.
    void on_written(std::function<void()> fn) { on_written_ = std::move(fn); }

    // The TLS handshake, server side. What was received before it and not read yet is thrown away (RFC 6120 5.4.3.3).
    base::Task<base::Result<void, Closed>> start_tls(std::shared_ptr<const TlsCredentials> credentials, std::string alpn = {});
    bool is_encrypted() const { return tls_ != nullptr; }
    std::optional<std::string> channel_binding(std::string_view name) const;
    std::string tls_description() const;

    // Sends what is queued (for at most `linger` seconds), then closes both ways; `read` then returns by_us.
    void close();
    // Closes now; what is queued is lost.
    void abort();
    bool is_open() const;

    const std::string& peer_address() const { return peer_address_; }  // "192.0.2.7", "2001:db8::7"

    void flush() override;

private:
    base::Task<base::Result<void, Closed>> wait_readable();
    void wait_writable();
    boost::asio::ip::tcp::socket& socket() { return socket_; }

    Loop& loop_;
    boost::asio::ip::tcp::socket socket_;
    std::unique_ptr<TlsSession> tls_;
    std::string out_;
    std::size_t out_sent_ = 0;
    std::uint64_t queued_total_ = 0;
    std::size_t taken_this_turn_ = 0;
    bool waiting_writable_ = false;
    bool closing_ = false;
    std::function<void()> on_written_;
    std::string peer_address_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace net
