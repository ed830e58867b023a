// SPDX-License-Identifier: MIT
#include "net/loop.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <memory>
#include <utility>

namespace net {
namespace {

// What one turn handles at most, so that output never waits for the end of a storm: of small things, and of handshakes,
// each of which takes a millisecond.
constexpr int handlers_a_turn = 1024;
constexpr std::chrono::milliseconds longest_turn{5};

} // namespace

Loop::~Loop() {
    // These hold coroutines, and what those own needs the io_context.
    next_turn_.clear();
}

void Loop::run() {
    while (!stopping_.exchange(false)) take_turn(true);
}

void Loop::poll() { take_turn(false); }

void Loop::stop() {
    stopping_ = true;
    boost::asio::post(context_, [] {}); // wakes a loop that waits
}

void Loop::spawn(base::Task<> task) {
    boost::asio::co_spawn(context_, std::move(task), [](std::exception_ptr error) {
        if (error) std::rethrow_exception(error);
    });
}

void Loop::post(std::function<void()> fn) { boost::asio::post(context_, std::move(fn)); }

base::Task<> Loop::next_turn() {
    const auto keep = [this](auto handler) {
        auto kept = std::make_shared<decltype(handler)>(std::move(handler));
        next_turn_.push_back([kept] { std::move (*kept)(); });
    };
    co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(keep,
                                                                                       boost::asio::use_awaitable);
}

void Loop::at_turn_end(Flushable& flushable) {
    if (!flushable.is_linked()) flushables_.push_back(flushable);
}

void Loop::each_turn(std::function<void()> fn) { each_turn_.push_back(std::move(fn)); }

bool Loop::has_time() {
    const auto now = std::chrono::steady_clock::now();
    if (turn_ends_ == Moment()) turn_ends_ = now + longest_turn; // asked for the first time since it waited
    return now < turn_ends_;
}

void Loop::take_turn(bool may_wait) {
    ++turn_;
    for (auto& fn : std::exchange(next_turn_, {})) boost::asio::post(context_, std::move(fn));
    int handled = 0;
    // A flush that asked for another one must not wait for an event.
    turn_ends_ = may_wait ? Moment() : Moment::max();
    if (may_wait && flushables_.empty()) handled = static_cast<int>(context_.run_one());
    while (handled < handlers_a_turn && has_time() && context_.poll_one() > 0) ++handled;
    end_turn();
}

void Loop::end_turn() {
    for (std::size_t i = 0; i < each_turn_.size(); ++i) each_turn_[i](); // by index: one may add another
    Flushables now;
    now.swap(flushables_); // what a flush asks for again belongs to the next turn
    while (!now.empty()) {
        Flushable& next = now.front();
        now.pop_front();
        next.flush();
    }
}

} // namespace net
