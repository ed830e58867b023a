// SPDX-License-Identifier: MIT
// Accepts connections on one address and port.
#pragma once
#include "base/result.h"
#include "net/connection.h"
#include "net/loop.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace net {

class Listener {
public:
    using Accepted = std::function<void(std::unique_ptr<Connection>)>;

    // Binds and listens; the error is a sentence ("port 5222 on 0.0.0.0: Address already in use").
    //   address  "" (all, IPv6 and IPv4), an IPv4 or an IPv6 address; port 0: the kernel picks
    static base::Result<std::unique_ptr<Listener>, std::string> open(Loop& loop, const std::string& address,
                                                                   std::uint16_t port, Accepted accepted);
    std::uint16_t port() const;
    void close();
    // Out of descriptors: accepting pauses for a second instead of spinning.

private:
    Listener(Loop& loop, boost::asio::ip::tcp::acceptor acceptor, Accepted accepted);
    base::Task<> accept();
    Loop& loop_;
    boost::asio::ip::tcp::acceptor acceptor_;
    Accepted accepted_;
};

}  // namespace net
