// SPDX-License-Identifier: MIT
#include "loop.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <sys/epoll.h>
#include <unistd.h>
#include <utility>

namespace bench {
namespace {
constexpr int longest_wait_ms = 20;
}

Loop::Loop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) throw std::runtime_error("no epoll");
}

Loop::~Loop() { ::close(epoll_); }

void Loop::watch(int socket, Watched& watched) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &watched;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) != 0) throw std::runtime_error("epoll_ctl failed");
}

void Loop::later(Watched& watched) {
    if (!std::exchange(watched.is_queued_, true)) queued_.push_back(&watched);
}

void Loop::forget(Watched& watched) { std::erase(queued_, &watched); }

void Loop::turn() {
    std::array<epoll_event, 512> events;
    const int count =
        ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), queued_.empty() ? longest_wait_ms : 0);
    if (count < 0 && errno != EINTR) throw std::runtime_error("epoll_wait failed");
    for (int i = 0; i < count; ++i) static_cast<Watched*>(events[static_cast<std::size_t>(i)].data.ptr)->ready();
    for (Watched* watched : std::exchange(queued_, {})) {
        watched->is_queued_ = false;
        watched->flush();
    }
}

bool Loop::run_until(const std::function<bool()>& done, Seconds limit) {
    const auto end = Clock::now() + limit;
    while (!done()) {
        if (Clock::now() >= end) return false;
        turn();
    }
    return true;
}

void Loop::run_for(Seconds time) {
    run_until([] { return false; }, time);
}

} // namespace bench
