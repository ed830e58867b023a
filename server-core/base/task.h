// SPDX-License-Identifier: MIT
// What a named coroutine returns. The only Asio header that base includes.
#pragma once
#include <boost/asio/awaitable.hpp>

namespace base {
template <class T = void>
using Task = boost::asio::awaitable<T>;
}  // namespace base
