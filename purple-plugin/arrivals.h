// SPDX-License-Identifier: GPL-2.0-or-later
// How far an account has read its archive: which messages were shown, by the ids that the archive gives them
// (XEP-0359). Keeps the last of them in the account's settings.
#pragma once
#include <ctime>
#include <deque>
#include <map>
#include <set>
#include <string>

#include <account.h>

namespace purple_plugin {

class Arrivals {
public:
    // Whether the message was not known yet; from now on it is. It becomes the last one where the account follows.
    //   id  may be empty: such a message is always new
    bool note(PurpleAccount* account, const std::string& id);

    // Whether nothing is missing before what arrives now, so that the last message is the last one seen.
    void follow(PurpleAccount* account, bool follows);

    // The last message seen, and about when; empty and 0 before the first one.
    static std::string last(PurpleAccount* account);
    static std::time_t last_time(PurpleAccount* account);
    static void set_last(PurpleAccount* account, const std::string& id);

    void forget(PurpleAccount* account) { shown_.erase(account); }

private:
    struct Shown {
        std::set<std::string> ids;
        std::deque<std::string> in_order; // the oldest are forgotten
        bool follows = false;
    };
    std::map<PurpleAccount*, Shown> shown_;
};

} // namespace purple_plugin
