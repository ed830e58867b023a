// SPDX-License-Identifier: MIT
// GET /metrics for Prometheus: as much of HTTP/1.1 as one answer needs (RFC 9112), then the connection ends.
#pragma once
#include "base/task.h"
#include "net/connection.h"
#include "net/loop.h"
#include "net/timer.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace proxy65 {

// Bounded by numbers of its own: a few readers at once, a few seconds and kilobytes for each request.
class Metrics {
public:
    //   text   asked at each request
    Metrics(net::Loop& loop, net::Timers& timers, std::function<std::string()> text)
        : loop_(loop), timers_(timers), text_(std::move(text)) {}

    void accept(boost::asio::ip::tcp::socket socket);

private:
    base::Task<> serve(std::unique_ptr<net::Connection> connection);
    std::string answer_to(std::string_view request_line) const;

    net::Loop& loop_;
    net::Timers& timers_;
    std::function<std::string()> text_;
    std::size_t readers_ = 0;
};

} // namespace proxy65
