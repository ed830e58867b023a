// SPDX-License-Identifier: MIT
// XEP-0198 5: sessions that wait for their client to resume its stream, and what is remembered of those that are over.
#include "routing/users.h"

#include <algorithm>
#include <utility>

namespace routing {
namespace {
constexpr std::size_t most_formers = 10000;
}  // namespace

bool Users::allow_resumption(Session& session, std::chrono::seconds wished) {
    const std::chrono::seconds most = node_.limits.resume_time;
    if (most.count() == 0) return false;
    StreamManagement& management = session.management();
    management.id = node_.random.text(24);
    management.resumable = wished.count() > 0 ? std::min(wished, most) : most;
    resumable_.insert_or_assign(management.id, &session);
    return true;
}

void Users::lose_stream(Session& session) {
    if (!session.may_resume()) return close_session(session);
    const auto expire = [this, id = session.management().id] {
        const auto found = resumable_.find(std::string_view(id));
        if (found != resumable_.end() && found->second->is_detached()) close_session(*found->second);
    };
    Account& account = session.account();
    // Too much waits for it: it ends in a later turn, as a stream would.
    session.detach(node_.limits.resume_bytes, [this, &session, expire] {
        session.expires_by(node_.after(std::chrono::milliseconds(0), expire));
    });
    session.expires_by(node_.after(session.management().resumable, expire));
    if (returned_) returned_(account);
}

Session* Users::find_resumable(const xmpp::Jid& bare, std::string_view id) {
    const auto found = resumable_.find(id);
    const bool is_theirs = found != resumable_.end() && found->second->account().jid() == bare && found->second->management().sending;
    return is_theirs ? found->second : nullptr;
}

void Users::resume(Session& session, Outlet& outlet, std::string resumed, const TicketPtr& gate) {
    session.attach(outlet, node_.limits.queue_bytes, std::move(resumed), gate);
}

std::optional<std::uint32_t> Users::handled_in_former(const xmpp::Jid& bare, std::string_view id) const {
    const auto found = formers_.find(id);
    if (found == formers_.end() || found->second.account != bare) return std::nullopt;
    return found->second.handled;
}

void Users::forget_resumption(const Session& session) {
    const StreamManagement& management = session.management();
    if (management.id.empty() || resumable_.erase(std::string_view(management.id)) == 0) return;
    if (former_ids_.size() >= most_formers) {
        formers_.erase(std::string_view(former_ids_.front()));
        former_ids_.pop_front();
    }
    former_ids_.push_back(management.id);
    formers_.emplace(management.id, Former{session.account().jid(), management.received});
}

// A client that cannot resume comes back as a new one: the oldest that waits must not keep it out.
void Users::close_oldest_detached(const Account& account) {
    const auto& sessions = account.sessions();
    const auto detached = std::ranges::find_if(sessions, [](const Session* session) { return session->is_detached(); });
    if (detached != sessions.end()) close_session(**detached);
}

}  // namespace routing
