// SPDX-License-Identifier: MIT
// Turns "call me back" into co_await: `auto loaded = co_await store::wait<T>([&](auto answer) { store.load(..., answer); });`
#pragma once
#include "base/task.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <memory>

namespace store {

// `start` is called once with a function that must be called once, on the loop's thread, now or later.
// No coroutine itself: GCC 12 destroys a temporary std::function twice that is a coroutine's parameter in a co_await.
template <class T>
base::Task<T> wait(std::function<void(std::function<void(T)>)> start) {
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(T)>(
        [start = std::move(start)](auto handler) {
            auto shared = std::make_shared<decltype(handler)>(std::move(handler));
            start([shared](T value) { std::move (*shared)(std::move(value)); });
        },
        boost::asio::use_awaitable);
}

}  // namespace store
