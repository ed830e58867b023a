// SPDX-License-Identifier: MIT
// What goes out by one outlet, in order; entries behind an unfinished commit wait, stanzas behind a refused one are
// dropped. Its owner bounds it together with what the socket has not taken.
#pragma once
#include "routing/outlet.h"
#include "routing/writes.h"

#include <boost/container/deque.hpp>  // takes no memory while empty

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace routing {

struct Outgoing {
    std::string bytes;
    std::uint64_t log_id = 0;  // of the receiver's message log; 0: not logged
    // What stream management (XEP-0198) makes of it: stanzas are counted once <enabled/> is out, and sent again behind
    // <resumed/>; of the stream's other words nothing is kept.
    enum class Kind : std::uint8_t { stanza, nonza, enabled, resumed };
    Kind kind = Kind::stanza;
    store::Time sent_at{};  // see Unacknowledged
};

class OutQueue {
public:
    // `sent` is called for each entry when it goes to the outlet, `dropped` when its commit was refused.
    using Told = std::function<void(Outgoing&&)>;
    OutQueue(Told sent, Told dropped);

    void push(Outgoing entry, const TicketPtr& gate);
    bool is_empty() const { return waiting_.empty(); }
    std::size_t bytes() const { return bytes_; }
    // Hands what still waits to `left` and forgets it.
    void clear_returning(const std::function<void(Outgoing&&)>& left);

private:
    void drain();
    struct Waiting {
        Outgoing entry;
        TicketPtr gate;
    };
    Told sent_;
    Told dropped_;
    boost::container::deque<Waiting> waiting_;
    std::size_t bytes_ = 0;
    bool asked_ = false;  // the front's ticket will wake us
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace routing
