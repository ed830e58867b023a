// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/arrivals.h"

namespace purple_plugin {
namespace {

constexpr std::size_t most_ids = 10000;
constexpr std::size_t most_bytes = 256; // of an id; ours have 16
constexpr const char* last_key = "bioaster-archive-last";
constexpr const char* time_key = "bioaster-archive-time";

} // namespace

bool Arrivals::note(PurpleAccount* account, const std::string& id) {
    if (id.empty() || id.size() > most_bytes) return true;
    Shown& shown = shown_[account];
    if (!shown.ids.insert(id).second) return false;
    shown.in_order.push_back(id);
    if (shown.in_order.size() > most_ids) {
        shown.ids.erase(shown.in_order.front());
        shown.in_order.pop_front();
    }
    if (shown.follows) set_last(account, id);
    return true;
}

void Arrivals::follow(PurpleAccount* account, bool follows) { shown_[account].follows = follows; }

std::string Arrivals::last(PurpleAccount* account) { return purple_account_get_string(account, last_key, ""); }

std::time_t Arrivals::last_time(PurpleAccount* account) { return purple_account_get_int(account, time_key, 0); }

void Arrivals::set_last(PurpleAccount* account, const std::string& id) {
    purple_account_set_string(account, last_key, id.c_str());
    purple_account_set_int(account, time_key, static_cast<int>(std::time(nullptr)));
}

} // namespace purple_plugin
