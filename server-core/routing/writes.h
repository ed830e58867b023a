// SPDX-License-Identifier: MIT
// DESIGN 4.1: what was caused by a write waits for its commit. Everything delivered while a stanza is handled, after
// a commit made for it, queues behind that commit, without the feature knowing.
#pragma once
#include "store/store.h"
#include "xmpp/stanza.h"

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace routing {

// One commit under way. A ticket that follows another in the same scope is refused when that one is.
class Ticket : public boost::intrusive_ref_counter<Ticket, boost::thread_unsafe_counter> {
public:
    bool is_settled() const { return settled_; }
    bool is_refused() const { return refusal_.has_value(); }
    // Calls `fn` when the commit is done or refused; at once when it is already.
    void when_settled(std::function<void()> fn);

private:
    friend class Writes;
    bool settled_ = false;
    std::optional<store::Refusal> refusal_;
    boost::intrusive_ptr<Ticket> before_;
    std::vector<std::function<void()>> waiting_;
};
using TicketPtr = boost::intrusive_ptr<Ticket>;

class Writes {
public:
    // `tell`: how the sender of a stanza hears that what it asked was not kept.
    using Tell = std::function<void(const xmpp::AnyStanza& origin, store::Refusal refusal)>;
    explicit Writes(store::Store& store) : store_(store) {}
    void on_refused(Tell tell) { tell_ = std::move(tell); }
    Writes(const Writes&) = delete;
    Writes& operator=(const Writes&) = delete;

    // Commits; deliveries of this scope, if one is open, wait from here on. `refused` (may be empty) runs before the waiting
    // deliveries are dropped: throw the memory of the batch's owner away and load it again.
    void commit(store::Batch batch, std::function<void()> refused = {});
    // Commits what no one waits for (marks, last activity); a refusal is forgotten. `settled` (may be empty) runs then.
    void commit_aside(store::Batch batch, std::function<void()> settled = {});

    // What is delivered in this scope from here on also waits until `ticket` is settled, kept or refused: for telling
    // somebody of that write. Null: there is nothing to wait for.
    void wait_for(const TicketPtr& ticket);

    // What a delivery made now waits for; null: nothing.
    const TicketPtr& gate() const { return gate_; }
    // Settled when every commit under way is kept or refused, of whatever scope, and all that is set aside now was taken up;
    // null: there is none. For <a/> (XEP-0198), which speaks for everything before it and is said also behind a refusal.
    TicketPtr newest();
    // Stanzas wait until something was read: `newest` covers them too, until they were taken up and what that committed
    // is settled.
    TicketPtr set_aside();
    void taken_up(const TicketPtr& aside);
    std::size_t under_way() const { return under_way_; }
    // How many there have been that somebody waits for.
    std::uint64_t commits() const { return commits_; }
    // More commits wait for the disk than is good: readers pause until `newest` is settled.
    bool is_behind() const { return under_way_ > most_under_way; }
    bool in_scope() const { return in_scope_; }

    // The handling of one stanza, which outlives the scope. When a commit made in it is refused, its sender is told
    // once. `after`: what an earlier scope of the same stanza had to wait for.
    class Scope {
    public:
        Scope(Writes& writes, const xmpp::AnyStanza* origin, TicketPtr after = {});
        ~Scope();
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

    private:
        Writes& writes_;
        TicketPtr outer_gate_;
        const xmpp::AnyStanza* outer_origin_;
        bool outer_in_scope_;
    };

    // While one lives, the commits of `owner` (his is the first operation of each) are gathered and made as one when it ends;
    // those of others follow it. For what several features write of one thing. An inner one does nothing.
    class Together {
    public:
        Together(Writes& writes, std::string owner);
        ~Together();
        Together(const Together&) = delete;
        Together& operator=(const Together&) = delete;

    private:
        Writes* writes_;  // null: an inner one
    };

private:
    struct Commit {
        store::Batch batch;
        TicketPtr ticket;
        std::vector<std::function<void()>> refused;
        std::shared_ptr<const xmpp::AnyStanza> origin;
        bool is_owners = false;
    };
    struct Gathered {
        std::string owner;
        std::vector<Commit> commits;
    };
    void submit(Commit commit);
    bool is_gathered(const store::Batch& batch) const;
    void join(store::Batch batch, std::function<void()> refused);
    static constexpr std::size_t most_under_way = 10000;
    void settle(const TicketPtr& ticket, std::optional<store::Refusal> refusal);
    void open(const TicketPtr& barrier);
    // Settled when both are.
    TicketPtr both(const TicketPtr& one, const TicketPtr& other);
    store::Store& store_;
    std::optional<Gathered> gathered_;
    TicketPtr gate_;
    TicketPtr newest_;
    std::vector<TicketPtr> aside_;
    const xmpp::AnyStanza* origin_ = nullptr;
    bool in_scope_ = false;
    Tell tell_;
    std::size_t under_way_ = 0;
    std::uint64_t commits_ = 0;
};

}  // namespace routing
