// SPDX-License-Identifier: MIT
#include "play.h"

#include "net/listener.h"
#include "net/resolver.h"

#include <doctest/doctest.h>

#include <sys/resource.h>

using namespace std::chrono_literals;

namespace {

using Connected = base::Result<std::unique_ptr<net::Connection>, std::string>;

base::Task<> connect_to(net::Loop& loop, std::string host, std::uint16_t port, std::optional<Connected>& into) {
    into = co_await net::connect(loop, host, port, 2s);
    loop.stop();
}

Connected connected(net::Loop& loop, const std::string& host, std::uint16_t port) {
    std::optional<Connected> result;
    loop.spawn(connect_to(loop, host, port, result));
    play::run(loop);
    return std::move(*result);
}

} // namespace

TEST_CASE("a listener on all addresses accepts IPv4 and names the peer so") {
    net::Loop loop;
    std::vector<std::unique_ptr<net::Connection>> accepted;
    auto listener =
        net::Listener::open(loop, "", 0, [&](auto connection) { accepted.push_back(std::move(connection)); });
    REQUIRE(listener);
    CHECK((*listener)->port() != 0);
    auto client = connected(loop, "127.0.0.1", (*listener)->port());
    REQUIRE(client);
    while (accepted.empty()) loop.poll();
    CHECK(accepted[0]->peer_address() == "127.0.0.1");
    auto named = connected(loop, "localhost", (*listener)->port());
    CHECK(named);
}

TEST_CASE("an address in use, a wrong one and a port nobody listens on are sentences") {
    net::Loop loop;
    auto listener = net::Listener::open(loop, "127.0.0.1", 0, [](auto) {});
    REQUIRE(listener);
    const auto port = (*listener)->port();
    CHECK(net::Listener::open(loop, "127.0.0.1", port, [](auto) {}).error() ==
          "port " + std::to_string(port) + " on 127.0.0.1: Address already in use");
    CHECK(net::Listener::open(loop, "not an address", 5222, [](auto) {}).error() ==
          "port 5222 on not an address: Invalid argument");
    (*listener)->close();
    CHECK(connected(loop, "127.0.0.1", port).error() ==
          "127.0.0.1 port " + std::to_string(port) + ": Connection refused");
}

TEST_CASE("a connection that nobody answers ends with its limit") {
    net::Loop loop;
    // A backlog that is full answers no further SYN.
    const int full = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(full, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(full, 0) == 0);
    ::getsockname(full, reinterpret_cast<sockaddr*>(&address), &size);
    std::vector<int> fillers;
    for (int i = 0; i < 4; ++i) {
        fillers.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        (void)::connect(fillers.back(), reinterpret_cast<sockaddr*>(&address), size);
    }
    const auto port = ntohs(address.sin_port);
    CHECK(connected(loop, "127.0.0.1", port).error() == "127.0.0.1 port " + std::to_string(port) + ": no answer");
    for (const int filler : fillers) ::close(filler);
    ::close(full);
}

TEST_CASE("out of descriptors a listener pauses, then accepts who waited") {
    net::Loop loop;
    std::vector<std::unique_ptr<net::Connection>> accepted;
    auto listener = net::Listener::open(loop, "127.0.0.1", 0, [&](auto connection) {
        accepted.push_back(std::move(connection));
        loop.stop();
    });
    REQUIRE(listener);
    auto client = connected(loop, "127.0.0.1", (*listener)->port());
    REQUIRE(client);
    while (accepted.empty()) loop.poll();

    boost::asio::ip::tcp::socket waiting(loop.context());
    waiting.open(boost::asio::ip::tcp::v4());
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    auto none_left = before;
    none_left.rlim_cur = 3;
    ::setrlimit(RLIMIT_NOFILE, &none_left);
    waiting.connect({boost::asio::ip::address_v4::loopback(), (*listener)->port()});
    for (int i = 0; i < 100; ++i) loop.poll();
    CHECK(accepted.size() == 1);
    ::setrlimit(RLIMIT_NOFILE, &before);
    loop.poll(); // forgets the stops of before
    play::run(loop);
    if (accepted.size() == 1) play::run(loop);
    CHECK(accepted.size() == 2);
}

TEST_CASE("a listener destroyed while it accepts is safe; so is a callback that closes it") {
    net::Loop loop;
    std::unique_ptr<net::Listener> listener;
    bool called = false;
    listener = net::Listener::open_sockets(loop, "127.0.0.1", 0, [&](boost::asio::ip::tcp::socket) {
                   called = true;
                   listener.reset();
                   loop.stop();
               }).value();
    const auto port = listener->port();
    boost::asio::ip::tcp::socket client(loop.context());
    client.connect({boost::asio::ip::address_v4::loopback(), port});
    play::run(loop);
    CHECK(called);
    loop.poll();
}
