// SPDX-License-Identifier: MIT
// A connected client: its address, what it announced, and what goes out to it. Outlives its stream when the client may
// resume it (XEP-0198 5). Owned by Users.
#pragma once
#include "routing/held_back.h"
#include "routing/state_bag.h"
#include "store/deliveries.h"
#include "xmpp/stanza.h"

#include <boost/container/deque.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace routing {

class Account;
struct Node;

// XEP-0198 4, 5: counts, what the client has not acknowledged, and how it may come back. Values only, so that another
// node can take it over (DESIGN 9.8).
struct StreamManagement {
    bool enabled = false;            // the client asked for it: its stanzas are counted
    bool sending = false;            // <enabled/> is out: ours are
    std::uint32_t received = 0;      // stanzas from the client, handled
    std::uint32_t acknowledged = 0;  // of ours, by the client
    std::uint32_t sent = 0;
    boost::container::deque<Outgoing> unacknowledged;
    std::size_t unacknowledged_bytes = 0;
    std::string id;  // the client's secret for resumption; empty: it may not
    std::uint64_t stream = 0;  // its name in store::Deliveries
    std::chrono::seconds resumable{0};
};

// A stanza that no log has, given back when the client is gone for good without having acknowledged it.
struct Unacknowledged {
    std::string stanza;
    std::uint64_t after = 0;  // the entry of the log that the client got before it; 0: none of those that are given back
    store::Time sent_at{};    // of a message that the account's others get instead; unset: nobody does
};

class Session {
public:
    Session(Account& account, xmpp::Jid jid, Outlet& outlet, const Node& node);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    const xmpp::Jid& jid() const { return jid_; }
    Account& account() const { return account_; }

    // Queues a stanza for the client, behind `gate` (the commits of the current scope). `log_id`: its entry in the
    // account's message log, so that reaching the client is marked there. `sent_at`: see Unacknowledged.
    void deliver(const xmpp::Stanza& stanza, const TicketPtr& gate, std::uint64_t log_id = 0, store::Time sent_at = {});
    // The stream's own words (<a/>, <r/>), in order with stanzas but not counted.
    void deliver_nonza(std::string bytes, const TicketPtr& gate);

    // XEP-0352: nobody looks at the client. What is not important is held back, until something important comes, it is
    // too much, or the client is active again.
    void set_inactive(bool inactive);

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
    const StreamManagement& management() const { return management_; }
    [[nodiscard]] bool acknowledge(std::uint32_t handled);
    // The kernel took bytes up to this total: logged messages among them count as delivered where there is no 0198.
    void written(std::uint64_t total);

    // Whether so much waits for this client already that more from the log is better read later.
    bool is_behind() const;

    // XEP-0198 5. `detach`: the stream died and may be resumed; what is delivered meanwhile is kept, up to
    // `limit_bytes`, beyond which `expire` is called. `attach`: it goes on by `outlet`, an older one is ended; behind
    // `resumed`, which waits for `gate`, follows all that is not acknowledged.
    bool may_resume() const { return outlet_ != nullptr && management_.sending && !management_.id.empty(); }
    void detach(std::size_t limit_bytes, std::function<void()> expire);
    void attach(Outlet& outlet, std::size_t limit_bytes, std::string resumed, const TicketPtr& gate);
    bool is_detached() const { return is_detached_; }
    // What ends the wait for a detached client; forgotten when it comes back.
    void expires_by(std::shared_ptr<void> timer) { expiry_ = std::move(timer); }

    // Ends the client's stream, or the wait for one; it unbinds in a later turn.
    void end(const xmpp::StreamError& error);
    // The client has said goodbye, or will not come back: nothing more is written, what was not delivered goes back.
    // Returns the stanzas among it that no log has, in order.
    std::vector<Unacknowledged> release();
    bool is_released() const { return outlet_ == nullptr && !is_detached_; }

private:
    void sent(Outgoing&& entry);
    void sent_stanza(Outgoing&& entry);
    void dropped(Outgoing&& entry);
    void resumed(const std::string& bytes);
    bool has_room_for(std::size_t bytes) const;
    void return_unwritten();
    void release_held_back();

    Account& account_;
    xmpp::Jid jid_;
    Outlet* outlet_;
    std::size_t limit_bytes_;
    std::size_t most_unacknowledged_;
    store::Deliveries* deliveries_;  // null: nobody remembers
    bool is_detached_ = false;
    bool holds_ = false;        // until <resumed/> is out
    unsigned resumptions_ = 0;  // waiting in the queue: the last one counts
    std::function<void()> expire_;
    std::shared_ptr<void> expiry_;
    OutQueue queue_;
    std::unique_ptr<HeldBack> held_back_;  // while the client is inactive
    StreamManagement management_;
    boost::container::deque<std::pair<std::uint64_t, std::uint64_t>> unwritten_;  // stream offset, log id
    std::optional<xmpp::Presence> presence_;
    int priority_ = 0;
    bool interested_ = false;
    StateBag states_;
};

}  // namespace routing
