// SPDX-License-Identifier: MIT
#include "net/departure.h"

#include "net/waiting.h"

#include <boost/asio/steady_timer.hpp>

#include <cerrno>
#include <sys/socket.h>

namespace net {
namespace {

using Socket = boost::asio::ip::tcp::socket;
constexpr std::chrono::seconds linger{5};

struct Departing {
    Departing(Loop& of, Socket moved, std::unique_ptr<TlsSession> session, std::string bytes)
        : counted(of),
          loop(of),
          socket(std::move(moved)),
          tls(std::move(session)),
          rest(std::move(bytes)),
          limit(of.context()) {}
    Loop::Departure counted;
    Loop& loop;
    Socket socket;
    std::unique_ptr<TlsSession> tls;
    std::string rest;
    boost::asio::steady_timer limit;
};

base::Task<bool> send_rest(std::shared_ptr<Departing> leaving) {
    std::size_t sent = 0;
    while (sent < leaving->rest.size()) {
        const auto moved = send_some(leaving->socket.native_handle(), leaving->tls.get(),
                                     std::string_view(leaving->rest).substr(sent));
        sent += moved.bytes;
        if (moved.step == TlsStep::done) continue;
        if (moved.step != TlsStep::want_write) co_return false;
        const auto [error] = co_await leaving->socket.async_wait(Socket::wait_write, waiting);
        if (error || !leaving->socket.is_open()) co_return false;
    }
    co_return true;
}

// Until the peer ends; bytes it still sends are nobody's.
base::Task<> await_end(std::shared_ptr<Departing> leaving) {
    while (true) {
        const auto [error] = co_await leaving->socket.async_wait(Socket::wait_read, waiting);
        if (error || !leaving->socket.is_open()) co_return;
        const auto buffer = leaving->loop.read_buffer();
        const auto got = ::recv(leaving->socket.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) co_return;
        co_await leaving->loop.next_turn();
        if (!leaving->socket.is_open()) co_return;
    }
}

void give_up(Departing& leaving) {
    boost::system::error_code ignored;
    // A reset frees what the kernel still holds for a peer that does not read.
    leaving.socket.set_option(boost::asio::socket_base::linger(true, 0), ignored);
    leaving.socket.close(ignored);
}

base::Task<> take_leave(std::shared_ptr<Departing> leaving) {
    leaving->limit.expires_after(linger);
    leaving->limit.async_wait([weak = std::weak_ptr(leaving)](const boost::system::error_code& error) {
        if (const auto late = weak.lock(); late && !error) give_up(*late);
    });
    if (!co_await send_rest(leaving)) co_return;
    if (leaving->tls) leaving->tls->bye();
    boost::system::error_code ignored;
    leaving->socket.shutdown(Socket::shutdown_send, ignored);
    co_await await_end(leaving);
}

} // namespace

TlsSession::Moved send_some(int socket, TlsSession* tls, std::string_view bytes) {
    if (tls) return tls->send(bytes);
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const auto code = ::send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (code >= 0)
            sent += static_cast<std::size_t>(code);
        else if (errno == EAGAIN)
            return {TlsStep::want_write, sent};
        else if (errno != EINTR)
            return {TlsStep::closed, sent};
    }
    return {TlsStep::done, sent};
}

void depart(Loop& loop, Socket socket, std::unique_ptr<TlsSession> tls, std::string rest) {
    loop.spawn(take_leave(std::make_shared<Departing>(loop, std::move(socket), std::move(tls), std::move(rest))));
}

} // namespace net
