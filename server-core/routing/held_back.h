// SPDX-License-Identifier: MIT
// XEP-0352 3.2: what a client that nobody looks at need not hear at once. Of each kind and sender the last one is kept.
#pragma once
#include "routing/out_queue.h"
#include "xmpp/stanza.h"

#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace routing {

class HeldBack {
public:
    // What `stanza` replaces of the same kind: presence, chat states, events (XEP-0163) of others than `own`; empty when
    // it is important.
    static std::string kind_of(const xmpp::Stanza& stanza, const xmpp::Jid& own);

    void put(const std::string& kind, Outgoing entry, TicketPtr gate);
    bool is_full() const;
    // Hands over all, in the order of their coming.
    void release(const std::function<void(Outgoing&&, const TicketPtr&)>& to);

private:
    struct Held {
        std::string kind;
        Outgoing entry;
        TicketPtr gate;
    };
    std::list<Held> held_;
    std::unordered_map<std::string, std::list<Held>::iterator> by_kind_;
    std::size_t bytes_ = 0;
};

}  // namespace routing
