// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/reconnect.h"

#include "purple-plugin/c_boundary.h"

#include <algorithm>

#include <account.h>
#include <core.h>
#include <eventloop.h>
#include <network.h>
#include <signals.h>
#include <status.h>

namespace purple_plugin {
namespace {

constexpr unsigned first_wait = 10;
constexpr unsigned longest_wait = 120;
constexpr unsigned soon = 2;

Reconnect* reconnect_of(void* data) { return static_cast<Reconnect*>(data); }

void on_error(PurpleConnection* connection, PurpleConnectionError reason, const char*, void* reconnect) {
    guarded([=] {
        auto* account = purple_connection_get_account(connection);
        if (!is_ours(account)) return;
        if (purple_connection_error_is_fatal(reason) == FALSE)
            reconnect_of(reconnect)->lost(account);
        else
            reconnect_of(reconnect)->forget(account);
    });
}

void on_signed_on(PurpleConnection* connection, void* reconnect) {
    guarded([=] { reconnect_of(reconnect)->forget(purple_connection_get_account(connection)); });
}

void on_account_gone(PurpleAccount* account, void* reconnect) {
    guarded([=] { reconnect_of(reconnect)->forget(account); });
}

// Without a password libpurple would ask for it each time, and who has logged off wants no connection.
bool wants_connection(PurpleAccount* account) {
    return purple_account_get_enabled(account, purple_core_get_ui()) != FALSE &&
           purple_account_is_disconnected(account) != FALSE && purple_account_get_password(account) != nullptr &&
           purple_status_is_online(purple_account_get_active_status(account)) != FALSE;
}

} // namespace

unsigned seconds_before_try(unsigned tries, double chance) {
    const unsigned least = tries > 4 ? longest_wait : std::min(first_wait << tries, longest_wait);
    return least + static_cast<unsigned>(chance * least);
}

Reconnect::Reconnect(const Context&) {
    void* connections = purple_connections_get_handle();
    void* accounts = purple_accounts_get_handle();
    purple_signal_connect(connections, "connection-error", this, PURPLE_CALLBACK(on_error), this);
    purple_signal_connect(connections, "signed-on", this, PURPLE_CALLBACK(on_signed_on), this);
    purple_signal_connect(accounts, "account-disabled", this, PURPLE_CALLBACK(on_account_gone), this);
    purple_signal_connect(accounts, "account-removed", this, PURPLE_CALLBACK(on_account_gone), this);
}

Reconnect::~Reconnect() {
    purple_signals_disconnect_by_handle(this);
    for (const auto& [account, waiting] : waiting_)
        if (waiting.timer != 0) purple_timeout_remove(waiting.timer);
}

void Reconnect::wait(Waiting& waiting, unsigned seconds) {
    if (waiting.timer != 0) purple_timeout_remove(waiting.timer);
    waiting.timer = purple_timeout_add_seconds(seconds, try_now, &waiting);
}

void Reconnect::lost(PurpleAccount* account) {
    auto& waiting = waiting_[account];
    waiting.reconnect = this;
    waiting.account = account;
    wait(waiting, seconds_before_try(waiting.tries++, g_random_double()));
}

void Reconnect::forget(PurpleAccount* account) {
    const auto found = waiting_.find(account);
    if (found == waiting_.end()) return;
    if (found->second.timer != 0) purple_timeout_remove(found->second.timer);
    waiting_.erase(found);
}

void Reconnect::try_all_soon() {
    for (auto& [account, waiting] : waiting_) {
        waiting.tries = 0;
        wait(waiting, soon);
    }
}

// Not there yet, the network or the server: a try that fails comes here again by `lost`.
gboolean Reconnect::try_now(void* data) {
    guarded([data] {
        auto& waiting = *static_cast<Waiting*>(data);
        waiting.timer = 0;
        if (!wants_connection(waiting.account)) return;
        if (purple_network_is_available() != FALSE)
            purple_account_connect(waiting.account);
        else
            waiting.reconnect->lost(waiting.account);
    });
    return FALSE;
}

} // namespace purple_plugin
