// SPDX-License-Identifier: MIT
#include "net/signals.h"

#include <csignal>

namespace net {

Signals::Signals(Loop& loop, std::function<void()> stop) : signals_(loop.context(), SIGTERM, SIGINT), stop_(std::move(stop)) {
    std::signal(SIGPIPE, SIG_IGN); // a peer that is gone is an error of the write
    wait();
}

void Signals::wait() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
        if (error) return;
        stop_();
        wait();
    });
}

} // namespace net
