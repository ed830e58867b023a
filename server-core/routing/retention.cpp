// SPDX-License-Identifier: MIT
#include "routing/retention.h"

#include <utility>

namespace routing {
namespace {

constexpr std::size_t trim_step = 200;

}  // namespace

Retention::Retention(const Feature& feature, std::string drawer, std::chrono::days kept, Keeps keeps)
    : feature_(feature), kept_(kept), walk_(feature, std::move(drawer), [this, keeps](const std::string& owner, const DailyWalk::Next& next) {
          keeps == Keeps::undelivered ? look_up_mark(owner, next) : look_at(owner, UINT64_MAX - 1, next);
      }) {}

void Retention::look_up_mark(const std::string& owner, const DailyWalk::Next& next) {
    feature_.store().find(owner, delivered_drawer, "", [this, owner, next, alive = std::weak_ptr<bool>(alive_)](auto mark) {
        if (alive.expired()) return;
        std::uint64_t delivered = mark && *mark ? MessageLog(0, **mark).mark_id() : 0;
        const auto jid = xmpp::parse_jid(owner);
        if (Account* account = jid ? feature_.users().in_memory(*jid) : nullptr) delivered = account->log().mark_id();
        delivered != 0 ? look_at(owner, delivered, next) : next(true);
    });
}

void Retention::look_at(const std::string& owner, std::uint64_t delivered, const DailyWalk::Next& next) {
    store::PageQuery oldest;
    oldest.before = delivered + 1;
    oldest.most = trim_step;
    feature_.store().page(owner, oldest, [this, owner, next, alive = std::weak_ptr<bool>(alive_)](auto page) {
        if (alive.expired()) return;
        const store::Time limit = feature_.node().clock.wall() - kept_;
        std::size_t old = 0;
        while (page && old < page->size() && (*page)[old].stamp < limit) ++old;
        if (old != 0) feature_.writes().commit_aside({store::Trim{owner, (*page)[old - 1].id}});
        // Else there may be more, unless nothing goes because the disk refuses it.
        const std::uint64_t first = page && !page->empty() ? page->front().id : 0;
        const bool is_stuck = std::exchange(stuck_at_, first) == first;
        next(old < trim_step || is_stuck);
    });
}

}  // namespace routing
