// SPDX-License-Identifier: MIT
// Where stanzas leave the routing layer: a client's stream, a component's.
#pragma once
#include "xmpp/stream_error.h"

#include <cstdint>
#include <string_view>

namespace routing {

class Outlet {
public:
    virtual ~Outlet() = default;
    // Queues serialised stanzas; they are sent once the turn ends.
    virtual void write(std::string_view bytes) = 0;
    // All bytes ever given to `write` (and by the stream itself), as counted by the connection.
    virtual std::uint64_t queued_total() const = 0;
    // Bytes queued that the kernel has not taken: a slow reader's own queue.
    virtual std::size_t unsent() const = 0;
    // Sends the error and closes; the stream then lets go of its session by itself, in a later turn.
    virtual void end(const xmpp::StreamError& error) = 0;
    // The session behind this outlet is being freed: the stream forgets it.
    virtual void session_closed() = 0;
};

}  // namespace routing
