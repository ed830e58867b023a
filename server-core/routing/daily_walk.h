// SPDX-License-Identifier: MIT
// Looks at every owner of a drawer once a day, the first time a minute after the start: one at a time, with a pause between
// steps, so that what people wait for comes between.
#pragma once
#include "routing/feature.h"

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>

namespace routing {

class DailyWalk {
public:
    // To be called once; false: the same owner once more.
    using Next = std::function<void(bool is_done)>;
    using Look = std::function<void(const std::string& owner, const Next& next)>;
    DailyWalk(const Feature& feature, std::string drawer, Look look)
        : feature_(feature), drawer_(std::move(drawer)), look_(std::move(look)) {}
    DailyWalk(const DailyWalk&) = delete;
    DailyWalk& operator=(const DailyWalk&) = delete;
    void begin();
    void end() { timer_.reset(); }

private:
    void list();
    void look();
    void in_a_while(std::chrono::milliseconds delay, void (DailyWalk::*step)());

    Feature feature_;
    std::string drawer_;
    Look look_;
    std::deque<std::string> owners_;  // still to be looked at today
    std::shared_ptr<void> timer_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace routing
