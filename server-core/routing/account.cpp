// SPDX-License-Identifier: MIT
#include "routing/account.h"

#include "routing/session.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace routing {
namespace {
// Chat states and the like that arrive while a page is read; more are not worth keeping.
constexpr std::size_t most_waiting = 1000;

std::string_view mark_of(const store::Loaded& loaded) {
    for (const store::Record& record : loaded.records)
        if (record.drawer == delivered_drawer) return record.value;
    return {};
}

bool has_record(const store::Loaded& loaded, std::string_view drawer) {
    return std::any_of(loaded.records.begin(), loaded.records.end(), [&](const store::Record& record) { return record.drawer == drawer; });
}

}  // namespace

std::vector<std::string> account_drawers() {
    return {store::account_drawer, delivered_drawer, store::disabled_drawer, store::roster_drawer};
}

Account::Account(xmpp::Jid jid, const store::Loaded& loaded, std::function<void(const Account&)> mark_moved)
    : jid_(std::move(jid)), record_(store::read_account(loaded.records)), disabled_(has_record(loaded, store::disabled_drawer)),
      roster_(store::read_roster(loaded.records)),
      log_(loaded.last_entry_id, mark_of(loaded)), mark_moved_(std::move(mark_moved)) {}

void Account::delivered(std::uint64_t log_id) {
    const bool was_changed = log_.is_changed();
    log_.delivered(log_id);
    if (!was_changed && log_.is_changed()) mark_moved_(*this);
}

void Account::reached(std::uint64_t log_id) {
    const bool was_changed = log_.is_changed();
    log_.reached(log_id);
    if (!was_changed && log_.is_changed()) mark_moved_(*this);
}

void Account::sent(std::uint64_t log_id) {
    const bool was_changed = log_.is_changed();
    log_.sent(log_id);
    if (!was_changed && log_.is_changed()) mark_moved_(*this);
}

Session* Account::session(std::string_view resource) const {
    for (Session* session : sessions_)
        if (session->jid().resource() == resource) return session;
    return nullptr;
}

void Account::remove(Session& session) { std::erase(sessions_, &session); }

std::vector<Account::Waiting> Account::end_catch_up() {
    catching_up_ = false;
    shared_.clear();
    return std::exchange(waiting_, {});
}

std::vector<Account::Waiting> Account::take_waiting(std::uint64_t log_id) {
    const auto end = std::ranges::lower_bound(waiting_, log_id, {}, &Waiting::after);
    std::vector<Waiting> taken(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    return taken;
}

bool Account::wait_for_catch_up(Waiting message) {
    if (waiting_.size() >= most_waiting) return false;
    waiting_.insert(std::ranges::upper_bound(waiting_, message.after, {}, &Waiting::after), std::move(message));
    return true;
}

void Account::share(std::uint64_t log_id, const std::vector<xmpp::Jid>& clients) {
    if (shared_.size() < most_waiting) shared_.emplace(log_id, clients);
}

std::vector<xmpp::Jid> Account::shared_with(std::uint64_t log_id) const {
    const auto found = shared_.find(log_id);
    return found == shared_.end() ? std::vector<xmpp::Jid>() : found->second;
}

void Account::reload(const store::Loaded& loaded) {
    record_ = store::read_account(loaded.records);
    disabled_ = has_record(loaded, store::disabled_drawer);
    roster_.reload(store::read_roster(loaded.records));
    is_stale_ = false;
}

}  // namespace routing
