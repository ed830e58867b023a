// SPDX-License-Identifier: MIT
#include "net/listener.h"

#include "net/waiting.h"

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>

#include <optional>
#include <utility>

namespace net {
namespace {

using boost::asio::ip::tcp;
constexpr std::chrono::seconds pause{1};
constexpr int accepted_a_turn = 64; // a storm of joins does not starve who is here
constexpr int backlog = 4096;       // the kernel lowers it to net.core.somaxconn

boost::system::error_code listen_on(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, bool both_families) {
    boost::system::error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error && endpoint.protocol() == tcp::v6())
        acceptor.set_option(boost::asio::ip::v6_only(!both_families), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(backlog, error);
    boost::system::error_code ignored;
    if (error) acceptor.close(ignored);
    return error;
}

boost::system::error_code listen_everywhere(tcp::acceptor& acceptor, std::uint16_t port) {
    const auto error = listen_on(acceptor, tcp::endpoint(tcp::v6(), port), true);
    const bool has_ipv6 = error != boost::asio::error::address_family_not_supported &&
                          error != boost::system::errc::address_not_available;
    return has_ipv6 ? error : listen_on(acceptor, tcp::endpoint(tcp::v4(), port), false);
}

// No descriptors or memory left: waiting helps. All else concerns one connection that is gone already.
bool is_shortage(const boost::system::error_code& error) {
    namespace errc = boost::system::errc;
    return error == errc::too_many_files_open || error == errc::too_many_files_open_in_system ||
           error == errc::no_buffer_space || error == errc::not_enough_memory;
}

} // namespace

struct Listener::State {
    State(Loop& of, AcceptedSocket fn) : loop(of), acceptor(of.context()), accepted(std::move(fn)) {}
    Loop& loop;
    tcp::acceptor acceptor;
    AcceptedSocket accepted;
};

Listener::Listener(std::shared_ptr<State> state) : state_(std::move(state)) {}

Listener::~Listener() { close(); }

base::Result<std::unique_ptr<Listener>, std::string> Listener::open(Loop& loop, const std::string& address,
                                                                    std::uint16_t port, Accepted accepted) {
    return open_sockets(loop, address, port, [&loop, accepted = std::move(accepted)](tcp::socket socket) {
        accepted(std::make_unique<Connection>(loop, std::move(socket)));
    });
}

base::Result<std::unique_ptr<Listener>, std::string>
Listener::open_sockets(Loop& loop, const std::string& address, std::uint16_t port, AcceptedSocket accepted) {
    auto state = std::make_shared<State>(loop, std::move(accepted));
    boost::system::error_code error;
    if (address.empty()) {
        error = listen_everywhere(state->acceptor, port);
    } else {
        const auto parsed = boost::asio::ip::make_address(address, error);
        if (!error) error = listen_on(state->acceptor, tcp::endpoint(parsed, port), false);
    }
    if (error) {
        const auto where = address.empty() ? "all addresses" : address;
        return base::Unexpected("port " + std::to_string(port) + " on " + where + ": " + error.message());
    }
    loop.spawn(accept(state));
    return std::unique_ptr<Listener>(new Listener(std::move(state)));
}

base::Task<> Listener::accept(std::shared_ptr<State> state) {
    int in_a_row = 0;
    auto turn = state->loop.turn();
    while (state->acceptor.is_open()) {
        auto [error, socket] = co_await state->acceptor.async_accept(waiting);
        if (!state->acceptor.is_open()) co_return;
        if (!error) {
            state->accepted(std::move(socket));
        } else if (is_shortage(error)) {
            boost::asio::steady_timer timer(state->loop.context(), pause);
            co_await timer.async_wait(waiting);
        }
        if (std::exchange(turn, state->loop.turn()) != state->loop.turn()) in_a_row = 0;
        if (++in_a_row >= accepted_a_turn) co_await state->loop.next_turn();
    }
}

std::uint16_t Listener::port() const {
    boost::system::error_code error;
    return state_->acceptor.local_endpoint(error).port();
}

void Listener::close() {
    boost::system::error_code ignored;
    state_->acceptor.close(ignored);
}

} // namespace net
