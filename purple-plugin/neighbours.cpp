// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/neighbours.h"

#include "purple-plugin/c_boundary.h"

#include <signals.h>

namespace purple_plugin {
namespace {

constexpr const char* signed_on = "account-signed-on";

void before_others(PurpleAccount* account, void* neighbours) {
    guarded([=] {
        if (is_ours(account)) static_cast<Neighbours*>(neighbours)->show(account);
    });
}

void after_others(PurpleAccount*, void* neighbours) {
    guarded([=] { static_cast<Neighbours*>(neighbours)->hide(); });
}

} // namespace

Neighbours::Neighbours() {
    void* accounts = purple_accounts_get_handle();
    purple_signal_connect_priority(accounts, signed_on, this, PURPLE_CALLBACK(before_others), this,
                                   PURPLE_SIGNAL_PRIORITY_LOWEST);
    purple_signal_connect_priority(accounts, signed_on, this, PURPLE_CALLBACK(after_others), this,
                                   PURPLE_SIGNAL_PRIORITY_HIGHEST);
}

Neighbours::~Neighbours() { purple_signals_disconnect_by_handle(this); }

} // namespace purple_plugin
