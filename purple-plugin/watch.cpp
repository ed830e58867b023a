// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/watch.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/stanzas.h"

#include <utility>

#include <connection.h>
#include <eventloop.h>
#include <network.h>
#include <signals.h>

namespace purple_plugin {
namespace {

constexpr guint look_seconds = 10;
constexpr gint64 slept_seconds = 40; // more than a busy client is ever late

void on_network_changed(void* watch) {
    guarded([watch] { static_cast<Watch*>(watch)->suspect_all(Word::network_changed); });
}

} // namespace

Watch::Watch(const Context& context, Questions& questions, Dead dead, Changed changed)
    : context_(context),
      questions_(questions),
      dead_(std::move(dead)),
      changed_(std::move(changed)),
      looked_(g_get_real_time()),
      timer_(purple_timeout_add_seconds(look_seconds, look_at_clock, this)) {
    purple_signal_connect(purple_network_get_handle(), "network-configuration-changed", this,
                          PURPLE_CALLBACK(on_network_changed), this);
}

Watch::~Watch() {
    purple_timeout_remove(timer_);
    purple_signals_disconnect_by_handle(this);
}

// By the wall clock: the monotonic one stands still during sleep on Linux and does not on Windows.
gboolean Watch::look_at_clock(void* data) {
    guarded([data] {
        auto& watch = *static_cast<Watch*>(data);
        const gint64 now = g_get_real_time();
        const gint64 passed = now - std::exchange(watch.looked_, now);
        if (passed > slept_seconds * G_USEC_PER_SEC) watch.suspect_all(Word::computer_slept);
    });
    return TRUE;
}

void Watch::suspect_all(Word why) {
    GList* connections = g_list_copy(purple_connections_get_all());
    for (GList* item = connections; item != nullptr; item = item->next) {
        auto* connection = static_cast<PurpleConnection*>(item->data);
        if (!is_ours(purple_connection_get_account(connection)) || !PURPLE_CONNECTION_IS_CONNECTED(connection))
            continue;
        asked_.erase(connection); // a question before the change may have gone nowhere
        ask(connection, why, after_a_change);
    }
    g_list_free(connections);
    changed_();
}

void Watch::ask(PurpleConnection* connection, Word why, unsigned seconds) {
    if (!asked_.insert(connection).second) return;
    Node ping = new_iq("get", context_.organisation.domain);
    add_child(ping.get(), "ping", "urn:xmpp:ping");
    const auto answered = [this, connection, why](const xmlnode* answer) {
        asked_.erase(connection);
        if (answer == nullptr) dead_(connection, why); // an error is an answer too
    };
    questions_.ask(connection, std::move(ping), answered, seconds);
}

} // namespace purple_plugin
