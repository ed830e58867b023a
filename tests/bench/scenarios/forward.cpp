// SPDX-License-Identifier: MIT
// Bytes through what passes each connection on to us: a bare splice relay, socat, or nothing, when the port is our own.
#include "flow.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {
namespace {

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int listen_on(int port) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const sockaddr_in address = loopback(port);
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener, SOMAXCONN) != 0)
        throw std::runtime_error("cannot listen on port " + std::to_string(port));
    return listener;
}

} // namespace

Finding forward(World& world) {
    const int listener = listen_on(world.options.target);
    Finding found{0, "CPU seconds per GiB", 0, world.meter.cpu(), {}};
    std::vector<Stream> streams;
    for (int i = 0; i < world.options.count; ++i) { // one after the other: which is whose is known then
        auto initiator = std::make_unique<SocksEnd>(world.loop, world.options.port);
        const int accepted = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (accepted < 0) throw std::runtime_error("nobody passes the connection on");
        streams.push_back({SocksEnd::over(world.loop, accepted), std::move(initiator)});
    }
    measure_flow(world, found, streams, 0);
    ::close(listener);
    return found;
}

} // namespace bench
