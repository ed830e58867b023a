// SPDX-License-Identifier: MIT
// Accepts connections on one address and port. Out of descriptors or memory, it pauses for a second.
#pragma once
#include "base/result.h"
#include "net/connection.h"
#include "net/loop.h"

#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace net {

// Stops when destroyed; what it accepted stays.
class Listener {
public:
    using Accepted = std::function<void(std::unique_ptr<Connection>)>;
    using AcceptedSocket = std::function<void(boost::asio::ip::tcp::socket)>;

    // Binds and listens; the error is a sentence ("port 5222 on 0.0.0.0: Address already in use").
    //   address  "" (all, IPv6 and IPv4), an IPv4 or an IPv6 address; port 0: the kernel picks
    static base::Result<std::unique_ptr<Listener>, std::string> open(Loop& loop, const std::string& address,
                                                                     std::uint16_t port, Accepted accepted);
    // The same for who does not read by Connection (proxy65 must not read ahead).
    static base::Result<std::unique_ptr<Listener>, std::string>
    open_sockets(Loop& loop, const std::string& address, std::uint16_t port, AcceptedSocket accepted);

    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    std::uint16_t port() const;
    void close();

private:
    struct State;
    explicit Listener(std::shared_ptr<State> state);
    static base::Task<> accept(std::shared_ptr<State> state);

    std::shared_ptr<State> state_; // shared with the coroutine that accepts
};

} // namespace net
