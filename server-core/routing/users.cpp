// SPDX-License-Identifier: MIT
#include "routing/users.h"

#include "routing/former_streams.h"

#include <algorithm>
#include <utility>

namespace routing {

struct Users::Slot {
    std::string bare;
    xmpp::Jid jid;
    std::unique_ptr<Account> account;  // null while loading
    std::vector<std::function<void(Account*)>> waiting;
    bool loading = false;
    std::list<Slot*>::iterator place;

    bool is_usable() const { return account && !account->is_stale() && waiting.empty(); }
};

Users::Users(const Node& node, store::Store& store, Writes& writes) : node_(node), store_(store), writes_(writes), directory_(node, store, writes) {}
Users::~Users() = default;

Account* Users::find(const xmpp::Jid& jid) {
    const auto found = slots_.find(jid.bare_text());
    if (found == slots_.end()) return nullptr;
    Slot& slot = *found->second;
    return slot.is_usable() ? slot.account.get() : nullptr;
}

Account* Users::in_memory(const xmpp::Jid& jid) {
    const auto found = slots_.find(jid.bare_text());
    return found == slots_.end() ? nullptr : found->second->account.get();
}

Session* Users::find_session(const xmpp::Jid& full) {
    const auto found = sessions_.find(std::string_view(full.text()));
    return found == sessions_.end() ? nullptr : found->second.get();
}

bool Users::when_loaded(const xmpp::Jid& bare, std::function<void(Account*)> fn) {
    Slot& at = slot(bare);
    used_.splice(used_.end(), used_, at.place);
    if (at.is_usable()) {
        fn(at.account.get());
        return true;
    }
    if (node_.limits.waiting_stanzas != 0 && at.waiting.size() >= node_.limits.waiting_stanzas) return false;
    // Where others wait already it is being loaded, or they are just being called.
    const bool is_first = at.waiting.empty();
    at.waiting.push_back(std::move(fn));
    if (is_first && !at.loading) load(at);
    return true;
}

Users::Slot& Users::slot(const xmpp::Jid& bare) {
    const auto found = slots_.find(bare.bare_text());
    if (found != slots_.end()) return *found->second;
    evict();
    auto made = std::make_unique<Slot>();
    made->jid = bare.bare();
    made->bare = made->jid.text();
    made->place = used_.insert(used_.end(), made.get());
    const std::string key = made->bare;
    return *slots_.emplace(key, std::move(made)).first->second;
}

void Users::load(Slot& slot) {
    slot.loading = true;
    store_.load(slot.bare, drawers_,
                [this, bare = slot.bare, alive = std::weak_ptr<bool>(alive_)](base::Result<store::Loaded, store::Refusal> result) {
                    if (!alive.expired()) loaded(bare, std::move(result));
                });
}

void Users::loaded(const std::string& bare, base::Result<store::Loaded, store::Refusal> result) {
    const auto found = slots_.find(std::string_view(bare));
    if (found == slots_.end()) return;
    Slot& slot = *found->second;
    slot.loading = false;
    if (result && slot.account)
        slot.account->reload(*result);
    else if (result)
        slot.account = std::make_unique<Account>(slot.jid, *result, [this](const Account& account) { moved(account); });
    if (result) take_acknowledged(node_, *slot.account);
    if (result) slot.account->roster().set_directory(&directory_);
    if (result) tell_features(*slot.account, result->records);
    // What is called may send to this account again: those stanzas line up behind.
    for (std::size_t i = 0; i < slot.waiting.size(); ++i) {
        const auto fn = std::move(slot.waiting[i]);
        fn(result ? slot.account.get() : nullptr);
    }
    slot.waiting.clear();
    if (!slot.account) {
        used_.erase(slot.place);
        slots_.erase(bare);
    }
}

void Users::load_with_accounts(std::string_view drawer, TakeRecords fn) {
    if (std::ranges::find(drawers_, drawer) == drawers_.end()) drawers_.emplace_back(drawer);
    record_takers_.emplace_back(drawer, std::move(fn));
}

void Users::tell_features(Account& account, const std::vector<store::Record>& records) const {
    for (const auto& [drawer, fn] : record_takers_) {
        std::vector<store::Record> own;
        for (const store::Record& record : records)
            if (record.drawer == drawer) own.push_back(record);
        fn(account, own);
    }
}

void Users::evict() {
    const std::size_t most = node_.limits.accounts_in_memory;
    if (most == 0 || slots_.size() < most) return;
    std::size_t looked_at = 0;
    for (auto at = used_.begin(); at != used_.end() && slots_.size() >= most && looked_at < 64; ++looked_at) {
        Slot& slot = **at++;
        const bool busy = slot.loading || !slot.waiting.empty() || !slot.account->sessions().empty();
        if (busy) {
            used_.splice(used_.end(), used_, slot.place);
            continue;
        }
        keep_marks();  // so that what is loaded again knows what was delivered
        used_.erase(slot.place);
        slots_.erase(std::string(slot.bare));
    }
}

Session* Users::open_session(Account& account, std::string_view resource, Outlet& outlet) {
    const std::string made_up = resource.empty() ? node_.random.text(16) : std::string(resource);
    if (Session* older = account.session(made_up)) {
        end_session(*older, {xmpp::StreamCondition::conflict, {"the same resource logged in again", "la même ressource s'est connectée à nouveau"}});
    }
    const std::size_t most = node_.limits.sessions_per_account;
    if (most != 0 && account.sessions().size() >= most) close_oldest_detached(account);
    if (most != 0 && account.sessions().size() >= most) return nullptr;
    const xmpp::Jid jid = account.jid().with_resource(made_up);
    auto session = std::make_unique<Session>(account, jid, outlet, node_);
    Session& opened = *session;
    sessions_.emplace(jid.text(), std::move(session));
    account.add(opened);
    for (const auto& fn : session_begins_) fn(opened);
    return &opened;
}

void Users::close_session(Session& session) {
    const auto found = sessions_.find(std::string_view(session.jid().text()));
    if (found == sessions_.end() || found->second.get() != &session) return;
    Account& account = session.account();
    // Features still see the session, but nothing is written to it any more.
    const std::vector<Unacknowledged> unlogged = session.release();
    account.remove(session);
    forget_resumption(session);
    for (const auto& fn : session_ends_) fn(session);
    const std::unique_ptr<Session> last = std::move(found->second);
    sessions_.erase(last->jid().text());
    // They find their place among what the log has, which is read next.
    for (const Unacknowledged& lost : unlogged)
        if (unacknowledged_) unacknowledged_(last->jid(), lost);
    if (returned_) returned_(account);
}

void Users::for_each_session(const std::function<void(Session&)>& fn) {
    std::vector<std::string> names;
    names.reserve(sessions_.size());
    for (const auto& [name, session] : sessions_) names.push_back(name);
    for (const std::string& name : names) {
        const auto found = sessions_.find(std::string_view(name));
        if (found != sessions_.end()) fn(*found->second);
    }
}

void Users::put(Account& account, store::AccountRecord record, std::function<void(bool)> done) {
    const xmpp::Jid jid = account.jid();
    store::Batch batch{store::put_account(jid.text(), record)};
    std::optional<Colleague> joined;
    if (!account.exists()) {
        joined = directory_.joining(jid);
        directory_.add_to(batch, *joined);
    }
    store_.commit(std::move(batch), [this, jid, record, joined, done = std::move(done)](std::optional<store::Refusal> refusal) {
        if (refusal) return done(false);
        // Not find(): others may wait for this account just now.
        const auto found = slots_.find(std::string_view(jid.text()));
        if (found != slots_.end() && found->second->account) found->second->account->set_record(record);
        if (joined) directory_.keep(*joined);
        done(true);
    });
}

void Users::set_disabled(Account& account, bool is_disabled, std::function<void(bool)> done) {
    const xmpp::Jid jid = account.jid();
    const Colleague colleague = is_disabled ? directory_.disabling(jid) : directory_.joining(jid);
    store::Batch batch{is_disabled ? store::Operation(store::Put{jid.text(), {store::disabled_drawer, "", "1"}})
                                   : store::Operation(store::EraseDrawer{jid.text(), store::disabled_drawer})};
    directory_.add_to(batch, colleague);
    store_.commit(std::move(batch), [this, jid, colleague, is_disabled, done = std::move(done)](std::optional<store::Refusal> refusal) {
        done(!refusal);
        if (refusal) return;
        if (Account* changed = in_memory(jid)) changed->set_disabled(is_disabled);
        if (is_disabled) end_sessions(jid, {"the account was disabled", "le compte a été désactivé"});
        directory_.keep(colleague);
    });
}

void Users::end_sessions(const xmpp::Jid& jid, const xmpp::Words& why) {
    const Account* account = in_memory(jid);
    const auto sessions = account ? account->sessions() : std::vector<Session*>();
    for (Session* session : sessions) end_session(*session, {xmpp::StreamCondition::not_authorized, why});
}

void Users::end_session(Session& session, const xmpp::StreamError& error) {
    session.end(error);
    close_session(session);
}

void Users::reload(const xmpp::Jid& bare) {
    const auto found = slots_.find(bare.bare_text());
    if (found == slots_.end() || found->second->loading) return;
    if (found->second->account) found->second->account->begin_reload();
    load(*found->second);
}

void Users::moved(const Account& account) {
    if (moved_.empty() && mark_moved_) mark_moved_();
    moved_.push_back(account.jid().text());
}

void Users::end_turn() {
    const bool has_committed = std::exchange(commits_seen_, writes_.commits()) != writes_.commits();
    if (moved_.empty() || marks_under_way_ != 0) return;
    if (has_committed || writes_.under_way() == 0) keep_marks();
}

void Users::keep_marks() {
    for (const std::string& bare : std::exchange(moved_, {})) {
        const auto found = slots_.find(std::string_view(bare));
        if (found == slots_.end() || !found->second->account) continue;
        MessageLog& log = found->second->account->log();
        log.kept();
        ++marks_under_way_;
        store::Batch batch{store::Put{bare, {delivered_drawer, "", log.mark()}}};
        if (log.may_have_passing()) {
            batch.push_back(store::ForgetPassing{bare, log.mark_id()});
            log.passing_forgotten();
        }
        writes_.commit_aside(std::move(batch), [this] { --marks_under_way_; });
    }
}

}  // namespace routing
