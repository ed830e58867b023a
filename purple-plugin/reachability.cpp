// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/reachability.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/sockets.h"
#include "purple-plugin/stanzas.h"

#include <algorithm>

#include <connection.h>
#include <eventloop.h>
#include <network.h>
#include <proxy.h>
#include <signals.h>

namespace purple_plugin {
namespace {

constexpr guint patience_seconds = 3; // a connection within an organisation takes milliseconds
constexpr gint64 reached_for = 300 * G_USEC_PER_SEC;
constexpr std::size_t most_hosts = 4; // of one proxy
constexpr gint64 dead_for = 60 * G_USEC_PER_SEC; // it may be mended meanwhile

Reachability* reachability_of(void* data) { return static_cast<Reachability*>(data); }

void on_signed_on(PurpleConnection* connection, void* reachability) {
    guarded([=] {
        if (is_ours(purple_connection_get_account(connection))) reachability_of(reachability)->look_around(connection);
    });
}

void on_signing_off(PurpleConnection* connection, void* reachability) {
    guarded([=] { reachability_of(reachability)->forget(connection); });
}

void on_network_changed(void* reachability) {
    guarded([=] { reachability_of(reachability)->look_again(); });
}

} // namespace

Reachability::Reachability(const Context& context, Questions& questions) : context_(context), questions_(questions) {
    void* connections = purple_connections_get_handle();
    purple_signal_connect(connections, "signed-on", this, PURPLE_CALLBACK(on_signed_on), this);
    purple_signal_connect(connections, "signing-off", this, PURPLE_CALLBACK(on_signing_off), this);
    purple_signal_connect(purple_network_get_handle(), "network-configuration-changed", this,
                          PURPLE_CALLBACK(on_network_changed), this);
}

Reachability::~Reachability() {
    purple_signals_disconnect_by_handle(this);
    for (auto& [host, look] : looks_) {
        purple_proxy_connect_cancel_with_handle(&look);
        purple_timeout_remove(look.timer);
    }
}

void Reachability::look_around(PurpleConnection* connection) {
    if (context_.organisation.proxy.empty()) return;
    Node iq = new_iq("get", context_.organisation.proxy);
    add_child(iq.get(), "query", bytestreams_ns);
    questions_.ask(connection, std::move(iq), [this, connection](const xmlnode* answer) {
        const xmlnode* query = answer != nullptr ? bytestreams_query(answer) : nullptr;
        if (query == nullptr) return;
        auto hosts = proxies_in(query);
        if (hosts.size() > most_hosts) hosts.resize(most_hosts);
        begin(connection, hosts);
    });
}

void Reachability::look_again() {
    seen_.clear();
    for (GList* item = purple_connections_get_all(); item != nullptr; item = item->next) {
        auto* connection = static_cast<PurpleConnection*>(item->data);
        if (PURPLE_CONNECTION_IS_CONNECTED(connection)) on_signed_on(connection, this);
    }
}

const Reachability::Seen* Reachability::seen(const Streamhost& host) const {
    const auto found = seen_.find(host);
    return found != seen_.end() && g_get_monotonic_time() < found->second.until ? &found->second : nullptr;
}

bool Reachability::knows(const std::vector<Streamhost>& hosts) const {
    return std::all_of(hosts.begin(), hosts.end(), [this](const Streamhost& host) { return seen(host) != nullptr; });
}

bool Reachability::is_dead(const Streamhost& host) const {
    const auto* known = seen(host);
    return known != nullptr && !known->is_reached;
}

void Reachability::look(PurpleConnection* connection, const std::vector<Streamhost>& hosts, Known known) {
    waiting_.push_back({connection, hosts, std::move(known)});
    begin(connection, hosts);
    tell();
}

void Reachability::begin(PurpleConnection* connection, const std::vector<Streamhost>& hosts) {
    for (const auto& host : hosts)
        if (seen(host) == nullptr) begin(connection, host);
}

void Reachability::begin(PurpleConnection* connection, const Streamhost& host) {
    const auto [place, is_new] = looks_.insert({host, Look{*this, connection, host}});
    if (!is_new) return;
    Look& look = place->second;
    look.timer = purple_timeout_add_seconds(patience_seconds, give_up, &look);
    auto* account = purple_connection_get_account(connection);
    if (purple_proxy_connect(&look, account, host.host.c_str(), host.port, on_connected, &look) == nullptr)
        end(look, false);
}

void Reachability::on_connected(void* data, int socket, const char*) {
    guarded([=] {
        const auto& look = *static_cast<Look*>(data);
        auto& reachability = look.reachability;
        if (socket >= 0) close_socket(socket);
        reachability.end(look, socket >= 0);
        reachability.tell();
    });
}

gboolean Reachability::give_up(void* data) {
    guarded([data] {
        auto& look = *static_cast<Look*>(data);
        auto& reachability = look.reachability;
        look.timer = 0;
        purple_proxy_connect_cancel_with_handle(data);
        reachability.end(look, false);
        reachability.tell();
    });
    return FALSE;
}

// The look is gone afterwards.
void Reachability::end(const Look& look, bool is_reached) {
    if (look.timer != 0) purple_timeout_remove(look.timer);
    seen_[look.host] = {is_reached, g_get_monotonic_time() + (is_reached ? reached_for : dead_for)};
    looks_.erase(Streamhost(look.host));
}

// Who is told may wait for something else.
void Reachability::tell() {
    std::list<Waiting> ready;
    for (auto next = waiting_.begin(); next != waiting_.end();) {
        const auto waiting = next++;
        if (knows(waiting->hosts)) ready.splice(ready.end(), waiting_, waiting);
    }
    for (const auto& waiting : ready) waiting.known();
}

void Reachability::forget(PurpleConnection* connection) {
    waiting_.remove_if([connection](const Waiting& waiting) { return waiting.connection == connection; });
    for (auto next = looks_.begin(); next != looks_.end();) {
        const auto look = next++;
        if (look->second.connection != connection) continue;
        purple_proxy_connect_cancel_with_handle(&look->second);
        purple_timeout_remove(look->second.timer);
        looks_.erase(look);
    }
    for (const auto& waiting : waiting_) begin(waiting.connection, waiting.hosts); // for what that one looked at
    tell();
}

} // namespace purple_plugin
