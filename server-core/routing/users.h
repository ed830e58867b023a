// SPDX-License-Identifier: MIT
// Accounts in memory by bare JID, and the sessions of connected clients. A bounded cache of what the store has.
#pragma once
#include "routing/account.h"
#include "routing/account_end.h"
#include "routing/directory.h"
#include "routing/node.h"
#include "routing/session.h"

#include <boost/unordered/unordered_flat_map.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace routing {

// Looks names up by any kind of string without making one.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
template <class T>
using ByText = boost::unordered_flat_map<std::string, T, TextHash, std::equal_to<>>;

class Users {
public:
    Users(const Node& node, store::Store& store, Writes& writes);
    ~Users();
    Users(const Users&) = delete;
    Users& operator=(const Users&) = delete;

    // The account of a bare or full JID when it is in memory, as the store has it, and nobody waits for it; null
    // otherwise.
    Account* find(const xmpp::Jid& jid);
    // The same whatever state it is in: for its message log, which no refused commit changes.
    Account* in_memory(const xmpp::Jid& jid);
    // Calls `fn` with the account (existing or not), now or when the store has answered, in the order of the calls.
    // False when too many wait already; `fn` is then not called. Null is passed when the store failed.
    bool when_loaded(const xmpp::Jid& bare, std::function<void(Account*)> fn);
    Session* find_session(const xmpp::Jid& full);

    // RFC 6120 7: a session for a resource, which must be prepared, or empty: then one is made up. An older session of
    // the same resource is ended with <conflict/> and gone when this returns. Null when the account has too many.
    Session* open_session(Account& account, std::string_view resource, Outlet& outlet);
    // The client said goodbye: tells the features, gives back what was not delivered, frees the session.
    void close_session(Session& session);

    // XEP-0198 5. The client may resume its stream, for as long as it wishes (zero: no wish) within the limit; false: not
    // here.
    bool allow_resumption(Session& session, std::chrono::seconds wished);
    // The stream died without goodbye: the session waits for its client where that may resume, else it is closed.
    void lose_stream(Session& session);
    // The session of the account `bare` that the client knows by `id`; null: none (any more).
    Session* find_resumable(const xmpp::Jid& bare, std::string_view id);
    // It goes on by `outlet`; see Session::attach.
    void resume(Session& session, Outlet& outlet, std::string resumed, const TicketPtr& gate);
    // How many stanzas were handled in a session that is over; nothing where that is forgotten.
    std::optional<std::uint32_t> handled_in_former(const xmpp::Jid& bare, std::string_view id) const;
    // What a client never acknowledged and no log has, when its session is over.
    void on_unacknowledged(std::function<void(const xmpp::Jid& client, const Unacknowledged& lost)> fn) { unacknowledged_ = std::move(fn); }
    void on_session_begin(std::function<void(Session&)> fn) { session_begins_.push_back(std::move(fn)); }
    void on_session_end(std::function<void(Session&)> fn) { session_ends_.push_back(std::move(fn)); }
    // After a session ended: its unacknowledged messages may go to another client.
    void on_returned(std::function<void(Account&)> fn) { returned_ = std::move(fn); }
    // Drawers that features want in memory beside the account; before the first account is loaded.
    using TakeRecords = std::function<void(Account&, const std::vector<store::Record>&)>;
    void load_with_accounts(std::string_view drawer, TakeRecords fn);
    // Who has an account, whether in memory or not.
    Directory& directory() { return directory_; }
    std::size_t session_count() const { return sessions_.size(); }
    void for_each_session(const std::function<void(Session&)>& fn);

    // Makes the account or replaces its keys; `done` gets false when the store refused.
    void put(Account& account, store::AccountRecord record, std::function<void(bool)> done);
    // XEP-0077 3.2: erases everything, tells the features (which cancel subscriptions), ends the sessions.
    void remove(Account& account, std::function<void(bool)> done);
    // Once, when all features are there: tells them of accounts that were erased while no server ran, or just before it was
    // killed. Before any account is loaded.
    void finish_ends();
    // Lets nobody log in any more, or again; ends the sessions.
    void set_disabled(Account& account, bool is_disabled, std::function<void(bool)> done);
    // Ends the stream with this error; the session is gone when this returns.
    void end_session(Session& session, const xmpp::StreamError& error);
    // The server is about to stop; what is sent now still reaches the clients.
    void on_stop(std::function<void()> fn) { stops_.push_back(std::move(fn)); }
    void stop() const { for (const auto& fn : stops_) fn(); }
    void on_account_end(OnAccountEnd fn) { account_ends_.push_back(std::move(fn)); }
    // Throws the account's memory away for what the store has: after a refused commit. Who asks meanwhile waits.
    void reload(const xmpp::Jid& bare);

    // Called at the end of each turn: what was delivered is kept together with what the turn commits, or at once when the
    // disk has nothing to do, one such write at a time. After a kill only what was on its way is repeated.
    void end_turn();
    // `fn` sees to it that a turn ends soon: a mark has moved.
    void on_mark_moved(std::function<void()> fn) { mark_moved_ = std::move(fn); }
    // Writes all marks that moved; at the end of all turns.
    void keep_marks();

private:
    struct Slot;
    Slot& slot(const xmpp::Jid& bare);
    void load(Slot& slot);
    void loaded(const std::string& bare, base::Result<store::Loaded, store::Refusal> result);
    void tell_features(Account& account, const std::vector<store::Record>& records) const;
    void evict();
    void forget_resumption(const Session& session);
    void close_oldest_detached(const Account& account);
    void end_sessions(const xmpp::Jid& jid, const xmpp::Words& why);
    std::function<void()> tell_end(const xmpp::Jid& jid, const std::vector<store::Record>& left, Account* there);
    void moved(const Account& account);

    const Node& node_;
    store::Store& store_;
    Writes& writes_;
    Directory directory_;
    ByText<std::unique_ptr<Slot>> slots_;
    std::list<Slot*> used_;  // least recently used first, those without sessions
    ByText<std::unique_ptr<Session>> sessions_;
    std::vector<std::function<void(Session&)>> session_begins_;
    std::vector<std::function<void(Session&)>> session_ends_;
    std::vector<OnAccountEnd> account_ends_;
    std::vector<std::function<void()>> stops_;
    std::function<void(Account&)> returned_;
    std::function<void(const xmpp::Jid&, const Unacknowledged&)> unacknowledged_;
    ByText<Session*> resumable_;  // by id
    struct Former {
        xmpp::Jid account;
        std::uint32_t handled;
    };
    ByText<Former> formers_;
    std::deque<std::string> former_ids_;  // the oldest first
    std::vector<std::string> drawers_ = account_drawers();
    std::vector<std::pair<std::string, TakeRecords>> record_takers_;
    std::vector<std::string> moved_;
    std::function<void()> mark_moved_;
    std::uint64_t commits_seen_ = 0;
    std::size_t marks_under_way_ = 0;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace routing
