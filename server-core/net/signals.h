// SPDX-License-Identifier: MIT
// SIGTERM and SIGINT, as calls on the loop.
#pragma once
#include "net/loop.h"

#include <boost/asio/signal_set.hpp>

#include <functional>

namespace net {

class Signals {
public:
    // `stop` runs in a turn, at the first signal and at each further one.
    Signals(Loop& loop, std::function<void()> stop);

private:
    void wait();
    boost::asio::signal_set signals_;
    std::function<void()> stop_;
};

} // namespace net
