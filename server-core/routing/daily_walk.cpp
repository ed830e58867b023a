// SPDX-License-Identifier: MIT
#include "routing/daily_walk.h"

#include <utility>

namespace routing {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds after_start = std::chrono::minutes(1);
constexpr milliseconds until_next_day = std::chrono::hours(24);
constexpr milliseconds between_steps{20};

}  // namespace

void DailyWalk::begin() { in_a_while(after_start, &DailyWalk::list); }

void DailyWalk::in_a_while(milliseconds delay, void (DailyWalk::*step)()) {
    timer_ = feature_.after(delay, [this, step] { (this->*step)(); });
}

void DailyWalk::list() {
    feature_.store().owners(drawer_, [this, alive = std::weak_ptr<bool>(alive_)](auto found) {
        if (alive.expired()) return;
        if (found) owners_.assign(found->begin(), found->end());
        look();
    });
}

void DailyWalk::look() {
    if (owners_.empty()) return in_a_while(until_next_day, &DailyWalk::list);
    const std::string owner = owners_.front();
    look_(owner, [this, alive = std::weak_ptr<bool>(alive_)](bool is_done) {
        if (alive.expired()) return;
        if (is_done) owners_.pop_front();
        in_a_while(between_steps, &DailyWalk::look);
    });
}

}  // namespace routing
