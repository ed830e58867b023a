// SPDX-License-Identifier: MIT
// How coroutines of this layer wait for Asio: the error comes back as a value, nothing is thrown.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace net {

inline constexpr auto waiting = boost::asio::as_tuple(boost::asio::use_awaitable);

} // namespace net
