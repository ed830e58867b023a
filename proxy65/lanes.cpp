// SPDX-License-Identifier: MIT
#include "lanes.h"

#include <algorithm>

namespace proxy65 {
namespace {

constexpr std::size_t most_threads = 16;

} // namespace

Lanes::Lanes(net::Loop& main, net::Timers& timers, std::size_t threads) {
    if (threads == 0) threads = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, most_threads);
    if (threads == 1) {
        auto pipes = std::make_unique<Pipes>();
        const RelayRoom room{main, timers, *pipes};
        lanes_.push_back({nullptr, std::move(pipes), room});
        return;
    }
    for (std::size_t i = 0; i < threads; ++i) {
        auto engine = std::make_unique<Engine>();
        auto pipes = std::make_unique<Pipes>();
        engine->thread = std::thread([&loop = engine->loop] { loop.run(); });
        const RelayRoom room{engine->loop, engine->timers, *pipes};
        lanes_.push_back({std::move(engine), std::move(pipes), room});
    }
}

Lanes::~Lanes() {
    for (const auto& lane : lanes_) {
        if (!lane.engine) continue;
        lane.engine->loop.stop();
        lane.engine->thread.join();
    }
}

std::size_t Lanes::take() {
    const auto fewest = std::min_element(lanes_.begin(), lanes_.end(), [](const Lane& a, const Lane& b) {
        return a.transfers < b.transfers;
    });
    ++fewest->transfers;
    return static_cast<std::size_t>(fewest - lanes_.begin());
}

Relay::Socket Lanes::moved(std::size_t lane, Relay::Socket socket) {
    if (!lanes_[lane].engine) return socket;
    boost::system::error_code error;
    const auto protocol = socket.local_endpoint(error).protocol();
    const int handle = socket.release(error);
    return {lanes_[lane].engine->loop.context(), protocol, handle};
}

} // namespace proxy65
