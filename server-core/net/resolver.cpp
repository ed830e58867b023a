// SPDX-License-Identifier: MIT
#include "net/resolver.h"

#include "net/waiting.h"

#include <boost/asio/steady_timer.hpp>

#include <vector>

namespace net {
namespace {

using boost::asio::ip::tcp;

// What the limit cuts off.
struct Attempt {
    explicit Attempt(Loop& loop) : resolver(loop.context()), socket(loop.context()), timer(loop.context()) {}
    tcp::resolver resolver;
    tcp::socket socket;
    boost::asio::steady_timer timer;
    bool is_late = false;

    void give_up() {
        boost::system::error_code ignored;
        is_late = true;
        resolver.cancel();
        socket.close(ignored);
    }
};

// The error of the last address tried.
base::Task<boost::system::error_code> connect_to_any(std::shared_ptr<Attempt> attempt, std::string host,
                                                     std::string port) {
    const auto [unknown, found] = co_await attempt->resolver.async_resolve(host, port, waiting);
    if (unknown) co_return unknown;
    boost::system::error_code last = boost::asio::error::host_not_found;
    for (const auto& entry : found) {
        if (attempt->is_late) break;
        boost::system::error_code ignored;
        attempt->socket.close(ignored);
        const auto [error] = co_await attempt->socket.async_connect(entry.endpoint(), waiting);
        if (!error) co_return error;
        last = error;
    }
    co_return last;
}

} // namespace

base::Task<base::Result<std::unique_ptr<Connection>, std::string>>
connect(Loop& loop, std::string host, std::uint16_t port, std::chrono::milliseconds limit) {
    const auto attempt = std::make_shared<Attempt>(loop);
    attempt->timer.expires_after(limit);
    attempt->timer.async_wait([weak = std::weak_ptr(attempt)](const boost::system::error_code& error) {
        if (const auto late = weak.lock(); late && !error) late->give_up();
    });
    const auto error = co_await connect_to_any(attempt, host, std::to_string(port));
    const std::string where = host + " port " + std::to_string(port) + ": ";
    if (attempt->is_late) co_return base::Unexpected(where + "no answer");
    if (error) co_return base::Unexpected(where + error.message());
    co_return std::make_unique<Connection>(loop, std::move(attempt->socket));
}

} // namespace net
