// SPDX-License-Identifier: MIT
#include "lane.h"

#include "relay.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace proxy65 {
namespace {

constexpr std::size_t events_a_turn = 64;
constexpr std::chrono::milliseconds for_ever{-1}; // as epoll_wait has it

int opened(int descriptor) {
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "a thread that moves bytes");
    return descriptor;
}

} // namespace

Lane::Lane()
    : epoll_(opened(::epoll_create1(EPOLL_CLOEXEC))),
      wake_(opened(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))),
      patience_(for_ever) {
    watch(wake_, nullptr);
    thread_ = std::thread(&Lane::run, this);
}

Lane::~Lane() {
    post([this] { is_stopping_ = true; });
    thread_.join();
    ::close(epoll_);
    ::close(wake_);
}

void Lane::post(std::function<void()> fn) {
    {
        const std::lock_guard lock(mutex_);
        posted_.push_back(std::move(fn));
    }
    // Each write is an edge, so that nobody has to read the counter.
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
}

bool Lane::watch(int socket, void* whom) const {
    epoll_event watched{EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, {.ptr = whom}};
    return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &watched) == 0;
}

bool Lane::add(std::shared_ptr<Relay> relay, std::array<RelayEnd, 2>& ends) {
    relays_.insert(std::move(relay));
    return watch(ends[0].socket, &ends[0]) && watch(ends[1].socket, &ends[1]);
}

void Lane::remove(std::shared_ptr<Relay> relay) {
    relays_.erase(relay);
    removed_.push_back(std::move(relay));
}

void Lane::again(std::shared_ptr<Relay> relay, int way, std::chrono::milliseconds pause) {
    unfinished_.push_back({std::move(relay), way});
    patience_ = patience_ == for_ever ? pause : std::min(patience_, pause);
}

void Lane::run() {
    while (!is_stopping_) take_turn();
}

void Lane::take_turn() {
    std::array<epoll_event, events_a_turn> ready;
    const auto patience = std::exchange(patience_, for_ever);
    const auto unfinished = std::exchange(unfinished_, {});
    const int count = ::epoll_wait(epoll_, ready.data(), events_a_turn, static_cast<int>(patience.count()));
    for (int i = 0; i < count; ++i) { // below 0: a signal came
        const auto* end = static_cast<const RelayEnd*>(ready[static_cast<std::size_t>(i)].data.ptr);
        if (end != nullptr) end->relay->ready(end->side, ready[static_cast<std::size_t>(i)].events);
        else run_posted();
    }
    for (const auto& [relay, way] : unfinished) relay->pump(way);
    removed_.clear();
}

void Lane::run_posted() {
    std::vector<std::function<void()>> now;
    {
        const std::lock_guard lock(mutex_);
        now.swap(posted_);
    }
    for (const auto& fn : now) fn();
}

} // namespace proxy65
