// SPDX-License-Identifier: MIT
// The ports that are listened on, which may change while the proxy runs.
#pragma once
#include "base/log.h"
#include "base/result.h"
#include "base/settings_section.h"
#include "net/listener.h"
#include "net/loop.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace proxy65 {

class Listeners {
public:
    using Accepted = net::Listener::AcceptedSocket;
    //   what   for the log: "SOCKS5"
    Listeners(net::Loop& loop, const base::Log& log, std::string what, Accepted accepted)
        : loop_(loop), log_(log), what_(std::move(what)), accepted_(std::move(accepted)) {}

    // Listens on these and on no others; what is open already stays open. The error is a sentence; nothing has changed
    // then.
    base::Result<void, std::string> listen_on(const std::vector<base::Endpoint>& endpoints);
    // That of the first one; 0: there is none.
    std::uint16_t first_port() const { return open_.empty() ? 0 : open_.front().listener->port(); }
    void close() { open_.clear(); }

private:
    struct Open {
        base::Endpoint wanted;
        std::unique_ptr<net::Listener> listener;
    };
    Open* find(const base::Endpoint& endpoint);
    net::Loop& loop_;
    const base::Log& log_;
    const std::string what_;
    const Accepted accepted_;
    std::vector<Open> open_;
};

} // namespace proxy65
