// SPDX-License-Identifier: MIT
// A connected client: its address, what it announced, and what goes out to it. Outlives a stream once XEP-0198
// resumption comes. Owned by Users.
#pragma once
#include "routing/out_queue.h"
#include "routing/state_bag.h"
#include "xmpp/stanza.h"

#include <boost/container/deque.hpp>

#include <cstdint>
#include <memory>
#include <optional>

namespace routing {

class Account;

// XEP-0198 4: counts and what the client has not acknowledged. Values only.
struct StreamManagement {
    bool enabled = false;            // the client asked for it: its stanzas are counted
    bool sending = false;            // <enabled/> is out: ours are
    std::uint32_t received = 0;      // stanzas from the client, handled
    std::uint32_t acknowledged = 0;  // of ours, by the client
    std::uint32_t sent = 0;
    boost::container::deque<Outgoing> unacknowledged;
};

class Session {
public:
    Session(Account& account, xmpp::Jid jid, Outlet& outlet, std::size_t queue_limit_bytes);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    const xmpp::Jid& jid() const { return jid_; }
    Account& account() const { return account_; }

    // Queues a stanza for the client, behind `gate` (the commits of the current scope). `log_id`: its entry in the
    // account's message log, so that reaching the client is marked there.
    void deliver(const xmpp::Stanza& stanza, const TicketPtr& gate, std::uint64_t log_id = 0);
    // The stream's own words (<a/>, <r/>), in order with stanzas but not counted.
    void deliver_nonza(std::string bytes, const TicketPtr& gate);

    // Presence (RFC 6121 4): what the client last announced to all; empty while it is not available.
    const std::optional<xmpp::Presence>& presence() const { return presence_; }
    void set_presence(std::optional<xmpp::Presence> presence);
    bool is_available() const { return presence_.has_value(); }
    int priority() const { return priority_; }
    // Asked for the roster, so it gets roster pushes (RFC 6121 2.1.6).
    bool is_interested() const { return interested_; }
    void set_interested() { interested_ = true; }

    template <class T>
    T& state() { return states_.get<T>(); }
    template <class T>
    const T* find_state() const { return states_.find<T>(); }

    // XEP-0198. `acknowledge` is false when the client acknowledges more than was sent (XEP-0198 4.3).
    void enable_management(std::string enabled);
    StreamManagement& management() { return management_; }
    [[nodiscard]] bool acknowledge(std::uint32_t handled);
    // The kernel took bytes up to this total: logged messages among them count as delivered where there is no 0198.
    void written(std::uint64_t total);

    // Whether so much waits for this client already that more from the log is better read later.
    bool is_behind() const;

    // Ends the client's stream; it unbinds in a later turn.
    void end(const xmpp::StreamError& error);
    // The client has said goodbye, or the stream died: nothing more is written, what was not delivered goes back.
    void release();
    bool is_released() const { return outlet_ == nullptr; }

private:
    void sent(Outgoing&& entry);
    void dropped(Outgoing&& entry);
    bool has_room_for(std::size_t bytes) const;

    Account& account_;
    xmpp::Jid jid_;
    Outlet* outlet_;
    std::size_t limit_bytes_;
    OutQueue queue_;
    StreamManagement management_;
    boost::container::deque<std::pair<std::uint64_t, std::uint64_t>> unwritten_;  // stream offset, log id
    std::optional<xmpp::Presence> presence_;
    int priority_ = 0;
    bool interested_ = false;
    StateBag states_;
};

}  // namespace routing
