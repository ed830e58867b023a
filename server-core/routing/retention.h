// SPDX-License-Identifier: MIT
// XEP-0313 3.2: messages leave the archives when they are old enough, the oldest first, so that no gap comes to be; of
// accounts never what no client has got yet.
#pragma once
#include "routing/daily_walk.h"

#include <chrono>
#include <memory>
#include <string>

namespace routing {

class Retention {
public:
    // What stays beside the last days.
    enum class Keeps { undelivered, nothing_else };
    // Keeps `days` of the logs of all owners in `drawer` ("account", "room").
    Retention(const Feature& feature, std::string drawer, std::chrono::days kept, Keeps keeps);
    void begin() { walk_.begin(); }

private:
    void look_up_mark(const std::string& owner, const DailyWalk::Next& next);
    void look_at(const std::string& owner, std::uint64_t delivered, const DailyWalk::Next& next);

    Feature feature_;
    std::chrono::days kept_;
    std::uint64_t stuck_at_ = 0;      // the oldest entry of the page before
    DailyWalk walk_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace routing
