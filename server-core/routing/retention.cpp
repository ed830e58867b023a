// SPDX-License-Identifier: MIT
#include "routing/retention.h"

#include <utility>

namespace routing {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds after_start = std::chrono::minutes(1);
constexpr milliseconds until_next_day = std::chrono::hours(24);
// One step for one owner, so that what people wait for comes between.
constexpr milliseconds between_steps{20};
constexpr std::size_t step = 200;

}  // namespace

Retention::Retention(const Feature& feature, std::string drawer, std::chrono::days kept, Keeps keeps)
    : feature_(feature), drawer_(std::move(drawer)), kept_(kept), keeps_(keeps) {}

void Retention::begin() { in_a_while(after_start, &Retention::list); }

void Retention::in_a_while(milliseconds delay, void (Retention::*step_of)()) {
    timer_ = feature_.after(delay, [this, step_of] { (this->*step_of)(); });
}

void Retention::list() {
    feature_.store().owners(drawer_, [this, alive = std::weak_ptr<bool>(alive_)](auto found) {
        if (alive.expired()) return;
        if (found) owners_.assign(found->begin(), found->end());
        next_owner();
    });
}

void Retention::next_owner() {
    if (owners_.empty()) return in_a_while(until_next_day, &Retention::list);
    const std::string owner = owners_.front();
    return keeps_ == Keeps::undelivered ? look_up_mark(owner) : look_at(owner, UINT64_MAX - 1);
}

void Retention::look_up_mark(const std::string& owner) {
    feature_.store().find(owner, delivered_drawer, "", [this, owner, alive = std::weak_ptr<bool>(alive_)](auto mark) {
        if (alive.expired()) return;
        std::uint64_t delivered = mark && *mark ? MessageLog(0, **mark).mark_id() : 0;
        const auto jid = xmpp::parse_jid(owner);
        if (Account* account = jid ? feature_.users().in_memory(*jid) : nullptr) delivered = account->log().mark_id();
        if (delivered != 0) return look_at(owner, delivered);
        owners_.pop_front();
        in_a_while(between_steps, &Retention::next_owner);
    });
}

void Retention::look_at(const std::string& owner, std::uint64_t delivered) {
    store::PageQuery oldest;
    oldest.before = delivered + 1;
    oldest.most = step;
    feature_.store().page(owner, oldest, [this, owner, alive = std::weak_ptr<bool>(alive_)](auto page) {
        if (alive.expired()) return;
        const store::Time limit = feature_.node().clock.wall() - kept_;
        std::size_t old = 0;
        while (page && old < page->size() && (*page)[old].stamp < limit) ++old;
        if (old != 0) feature_.writes().commit_aside({store::Trim{owner, (*page)[old - 1].id}});
        // Else there may be more, unless nothing goes because the disk refuses it.
        const std::uint64_t first = page && !page->empty() ? page->front().id : 0;
        if (old < step || first == stuck_at_) owners_.pop_front();
        stuck_at_ = first;
        in_a_while(between_steps, &Retention::next_owner);
    });
}

}  // namespace routing
