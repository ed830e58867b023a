// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/proxy_probe.h"

#include "purple-plugin/bytestreams.h"
#include "purple-plugin/c_boundary.h"
#include "purple-plugin/sockets.h"
#include "purple-plugin/stanzas.h"

#include <cstdlib>

#include <eventloop.h>
#include <proxy.h>

namespace purple_plugin {
namespace {

constexpr guint patience_seconds = 15;
constexpr std::size_t digest_length = 40;
constexpr std::size_t reply_length = 5 + digest_length + 2;
const std::string greeting("\x05\x01\x00", 3), greeted("\x05\x00", 2); // RFC 1928 3: without a password
const std::string there = "there", back = "back";

std::string new_session() {
    const Text id(g_strdup_printf("probe%08x", g_random_int()));
    return id.get();
}

bool send_all(int socket, const std::string& bytes) {
    return send_bytes(socket, bytes.data(), bytes.size()) == static_cast<long>(bytes.size());
}

} // namespace

ProxyProbe::ProxyProbe(const Context& context, Questions& questions, PurpleConnection* connection,
                       std::string own_full_address, Done done)
    : context_(context),
      questions_(questions),
      connection_(connection),
      own_(std::move(own_full_address)),
      session_(new_session()),
      sides_{Side{*this}, Side{*this}},
      done_(std::move(done)) {
    timer_ = purple_timeout_add_seconds(patience_seconds, give_up, this);
    Node iq = new_iq("get", context_.organisation.proxy);
    add_child(iq.get(), "query", bytestreams_ns);
    questions_.ask(connection_, std::move(iq), [this, alive = std::weak_ptr(alive_)](const xmlnode* answer) {
        if (!alive.expired()) got_address(answer);
    });
}

ProxyProbe::~ProxyProbe() {
    if (timer_ != 0) purple_timeout_remove(timer_);
    for (Side& side : sides_) {
        purple_proxy_connect_cancel_with_handle(&side);
        if (side.watch != 0) purple_input_remove(side.watch);
        if (side.socket >= 0) close_socket(side.socket);
    }
}

void ProxyProbe::got_address(const xmlnode* answer) {
    const xmlnode* query =
        answer != nullptr ? xmlnode_get_child_with_namespace(answer, "query", bytestreams_ns) : nullptr;
    const xmlnode* host = query != nullptr ? xmlnode_get_child(query, "streamhost") : nullptr;
    host_ = attribute(host, "host");
    port_ = std::atoi(attribute(host, "port").c_str());
    if (host_.empty() || port_ <= 0) return end(Outcome::no_answer);
    auto* account = purple_connection_get_account(connection_);
    if (purple_proxy_connect(&sides_[0], account, host_.c_str(), port_, on_connected, &sides_[0]) == nullptr)
        end(Outcome::unreachable);
}

void ProxyProbe::on_connected(void* data, int socket, const char*) {
    guarded([=] {
        auto& side = *static_cast<Side*>(data);
        if (socket < 0) return side.probe.end(Outcome::unreachable);
        side.socket = socket;
        side.watch = purple_input_add(socket, PURPLE_INPUT_READ, on_readable, &side);
        send_all(socket, greeting); // what fails here is seen by reading: libpurple still works on the connection
    });
}

void ProxyProbe::on_readable(void* data, int socket, PurpleInputCondition) {
    guarded([=] {
        auto& side = *static_cast<Side*>(data);
        char bytes[256];
        const long count = receive_bytes(socket, bytes, sizeof bytes);
        if (count <= 0) return side.probe.end(Outcome::refused);
        side.received.append(bytes, static_cast<std::size_t>(count));
        side.probe.advance(side);
    });
}

// The second side comes when the first waits; the transfer is activated when both do.
void ProxyProbe::advance(Side& side) {
    if (side.step == Step::greeting && side.received.size() >= greeted.size()) {
        if (side.received != greeted) return end(Outcome::refused);
        side.received.clear();
        side.step = Step::asking;
        const auto digest = bytestream_hash(session_, own_, own_); // both sides are ours
        if (!send_all(side.socket, std::string("\x05\x01\x00\x03\x28", 5) + digest + std::string(2, '\0')))
            end(Outcome::refused);
    } else if (side.step == Step::asking && side.received.size() >= reply_length) {
        if (side.received[1] != '\0') return end(Outcome::refused);
        side.received.clear();
        side.step = Step::waiting;
        if (&side == &sides_[1]) return activate();
        auto* account = purple_connection_get_account(connection_);
        if (purple_proxy_connect(&sides_[1], account, host_.c_str(), port_, on_connected, &sides_[1]) == nullptr)
            end(Outcome::unreachable);
    } else if (side.step == Step::passing) {
        pass_bytes();
    }
}

// XEP-0065 6.3.
void ProxyProbe::activate() {
    Node iq = new_iq("set", context_.organisation.proxy);
    xmlnode* query = add_child(iq.get(), "query", bytestreams_ns);
    xmlnode_set_attrib(query, "sid", session_.c_str());
    add_child(query, "activate", bytestreams_ns, own_);
    questions_.ask(connection_, std::move(iq), [this, alive = std::weak_ptr(alive_)](const xmlnode* answer) {
        if (alive.expired()) return;
        if (attribute(answer, "type") != "result") return end(Outcome::refused);
        for (Side& side : sides_) side.step = Step::passing;
        if (!send_all(sides_[1].socket, there)) end(Outcome::refused);
    });
}

void ProxyProbe::pass_bytes() {
    if (sides_[1].received == back) return end(Outcome::both_ways);
    if (sides_[0].received != there) return;
    sides_[0].received.clear();
    if (!send_all(sides_[0].socket, back)) end(Outcome::refused);
}

gboolean ProxyProbe::give_up(void* probe) {
    guarded([probe] {
        auto& self = *static_cast<ProxyProbe*>(probe);
        self.timer_ = 0;
        self.end(self.sides_[0].socket < 0 ? Outcome::unreachable : Outcome::refused);
    });
    return FALSE;
}

// `done` may destroy the probe: nothing of it is touched afterwards.
void ProxyProbe::end(Outcome outcome) {
    if (const Done done = std::exchange(done_, nullptr)) done(outcome);
}

} // namespace purple_plugin
