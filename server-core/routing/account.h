// SPDX-License-Identifier: MIT
// One account in memory: what the store has of it, and which clients are connected. Loaded when needed, dropped at any
// time when no client is connected. Nobody but the router and the account's own features reaches it; others send
// stanzas.
#pragma once
#include "routing/message_log.h"
#include "routing/roster.h"
#include "routing/state_bag.h"
#include "store/accounts.h"
#include "xmpp/stanza.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace routing {

class Session;

class Account {
public:
    Account(xmpp::Jid jid, const store::Loaded& loaded, std::function<void(const Account&)> mark_moved);
    Account(const Account&) = delete;
    Account& operator=(const Account&) = delete;

    const xmpp::Jid& jid() const { return jid_; }
    // False for a name that nobody has: remembered as well, so that asking again costs no read.
    bool exists() const { return record_.has_value(); }
    const store::AccountRecord& record() const { return *record_; }
    void set_record(store::AccountRecord record) { record_ = std::move(record); }
    bool is_disabled() const { return disabled_; }
    void set_disabled(bool is_disabled) { disabled_ = is_disabled; }

    Roster& roster() { return roster_; }
    MessageLog& log() { return log_; }
    void delivered(std::uint64_t log_id);
    void reached(std::uint64_t log_id);
    void sent(std::uint64_t log_id);

    // Connected clients, in the order they came; and those among them that are available.
    const std::vector<Session*>& sessions() const { return sessions_; }
    Session* session(std::string_view resource) const;
    void add(Session& session) { sessions_.push_back(&session); }
    void remove(Session& session);
    // A catch-up from the log is under way; messages that are not logged wait in order until it ends.
    bool is_catching_up() const { return catching_up_; }
    void begin_catch_up() {
        catching_up_ = true;
        backlog_.reset();
    }
    // How many messages wait for a client, as far as known (routing/backlog.h); null: not counted.
    std::shared_ptr<std::size_t>& backlog() { return backlog_; }
    struct Waiting {
        xmpp::Message message;
        std::vector<xmpp::Jid> clients;  // those it is for; none: as its address says
        std::uint64_t after = 0;         // the entry of the log that came before it
    };
    // Those that come before this entry.
    std::vector<Waiting> take_waiting(std::uint64_t log_id);
    std::vector<Waiting> end_catch_up();
    // The timer of a page that waits for slow clients.
    void look_again(std::shared_ptr<void> timer) { look_again_ = std::move(timer); }
    bool is_paused() const { return look_again_ != nullptr; }
    // False when too many wait.
    bool wait_for_catch_up(Waiting message);
    // The clients that an entry is for once a page brings it, beside the one in its address; a bounded number of entries.
    void share(std::uint64_t log_id, const std::vector<xmpp::Jid>& clients);
    std::vector<xmpp::Jid> shared_with(std::uint64_t log_id) const;

    template <class T>
    T& state() { return states_.get<T>(); }

    // A commit was refused: what memory has is not to be used until `reload` brings what the store has.
    void begin_reload() { is_stale_ = true; }
    bool is_stale() const { return is_stale_; }
    void reload(const store::Loaded& loaded);

private:
    xmpp::Jid jid_;
    std::optional<store::AccountRecord> record_;
    bool disabled_ = false;
    Roster roster_;
    MessageLog log_;
    std::vector<Session*> sessions_;
    std::function<void(const Account&)> mark_moved_;
    bool is_stale_ = false;
    bool catching_up_ = false;
    std::shared_ptr<std::size_t> backlog_;
    std::shared_ptr<void> look_again_;
    std::vector<Waiting> waiting_;
    std::map<std::uint64_t, std::vector<xmpp::Jid>> shared_;
    StateBag states_;
};

// The drawers that an Account is made of.
std::vector<std::string> account_drawers();

}  // namespace routing
