// SPDX-License-Identifier: MIT
// XEP-0313 3.2: messages leave the archives when they are old enough, the oldest first, so that no gap comes to be; of
// accounts never what no client has got yet.
#pragma once
#include "routing/feature.h"

#include <chrono>
#include <deque>
#include <memory>
#include <string>

namespace routing {

class Retention {
public:
    // What stays beside the last days.
    enum class Keeps { undelivered, nothing_else };
    // Keeps `days` of the logs of all owners in `drawer` ("account", "room"). Begins a minute after the start, then once a day.
    Retention(const Feature& feature, std::string drawer, std::chrono::days kept, Keeps keeps);
    void begin();

private:
    void list();
    void next_owner();
    void look_up_mark(const std::string& owner);
    void look_at(const std::string& owner, std::uint64_t delivered);
    void in_a_while(std::chrono::milliseconds delay, void (Retention::*step)());

    Feature feature_;
    std::string drawer_;
    std::chrono::days kept_;
    Keeps keeps_;
    std::deque<std::string> owners_;  // still to be looked at today
    std::uint64_t stuck_at_ = 0;      // the oldest entry of the page before
    std::shared_ptr<void> timer_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace routing
