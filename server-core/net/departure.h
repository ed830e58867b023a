// SPDX-License-Identifier: MIT
// The last seconds of a connection that was closed: what is queued goes out, then both sides end.
#pragma once
#include "net/loop.h"
#include "net/tls.h"

#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>

namespace net {

// Sends `rest`, says good-bye (close_notify, FIN) and waits for the peer to end too, so that no reset overtakes the
// last bytes. After 5 seconds it ends anyway. Runs by itself, counted by `loop.departing()`.
//   tls   may be null
void depart(Loop& loop, boost::asio::ip::tcp::socket socket, std::unique_ptr<TlsSession> tls, std::string rest);

// The same sending to a socket as one step, for both: plain where `tls` is null.
TlsSession::Moved send_some(int socket, TlsSession* tls, std::string_view bytes);

} // namespace net
