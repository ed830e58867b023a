// SPDX-License-Identifier: MIT
#include "stream/listener.h"

#include "stream/negotiation.h"

#include <algorithm>

#include <malloc.h>

namespace stream {
namespace {
constexpr std::chrono::seconds rest_after{10};
// After so many parsers were given back the heap has holes of 3 MB and more between what sessions keep.
constexpr std::size_t parsers_worth_a_trim = 200;
constexpr std::chrono::seconds answer_time{60};  // for a ping
constexpr std::size_t looked_at_in_a_turn = 256;
}  // namespace

ClientListener::ClientListener(const Shared& shared) : shared_(shared) { look(); }

base::Result<std::uint16_t, std::string> ClientListener::listen(const std::string& address, std::uint16_t port, bool direct_tls) {
    auto opened = net::Listener::open(shared_.loop, address, port, [this, direct_tls](std::unique_ptr<net::Connection> connection) {
        accept(std::move(connection), direct_tls);
    });
    if (!opened) return base::Unexpected(opened.error());
    listeners_.push_back(std::move(*opened));
    return listeners_.back()->port();
}

void ClientListener::accept(std::unique_ptr<net::Connection> connection, bool direct_tls) {
    const Rules& rules = shared_.rules;
    FromAddress& from_there = by_address_[connection->peer()];
    const bool full = (rules.connections != 0 && streams_.size() >= rules.connections) ||
                      (rules.connections_per_address != 0 && from_there.all >= rules.connections_per_address) ||
                      (rules.strangers_per_address != 0 && from_there.strangers >= rules.strangers_per_address);
    if (full) {
        if (from_there.all == 0) by_address_.erase(connection->peer());
        // RFC 6120 4.9.3.17; direct TLS has no word for it.
        if (!direct_tls)
            connection->write(opening("jabber:client", shared_.node.domain.text(), "full") +
                              error_bytes({xmpp::StreamCondition::resource_constraint, {"too many connections", "trop de connexions"}}) + std::string(closing));
        return connection->close();
    }
    ++from_there.all;
    ++from_there.strangers;
    auto stream = std::make_unique<ClientStream>(shared_, std::move(connection), direct_tls);
    ClientStream& added = *stream;
    added.on_awake([this](ClientStream& one) { awake(one); });
    added.on_login([this](ClientStream& one) { is_no_stranger(one); });
    streams_.emplace(&added, std::move(stream));
    added.note(looks_);
    quiet_.push_back(added);
    add_stranger(added);
    shared_.loop.spawn(serve(added));
}

base::Task<> ClientListener::serve(ClientStream& stream) {
    co_await stream.run();
    is_no_stranger(stream);
    const auto count = by_address_.find(stream.peer());
    if (--count->second.all == 0) by_address_.erase(count);
    streams_.erase(&stream);
}

void ClientListener::add_stranger(ClientStream& stream) {
    strangers_.push_back(stream);
    ++stranger_count_;
    // Not the newcomer: whoever floods us sits and waits, whoever has a password is gone from here in a moment.
    if (shared_.rules.strangers == 0 || stranger_count_ <= shared_.rules.strangers) return;
    ClientStream& oldest = strangers_.front();
    is_no_stranger(oldest);
    oldest.end({xmpp::StreamCondition::resource_constraint, {"too many connections", "trop de connexions"}});
}

void ClientListener::is_no_stranger(ClientStream& stream) {
    if (!stream.StrangerHook::is_linked()) return;  // it had to make way before
    stream.StrangerHook::unlink();
    --stranger_count_;
    --by_address_.find(stream.peer())->second.strangers;
}

void ClientListener::awake(ClientStream& stream) {
    stream.AwakeHook::unlink();
    fresh_.push_back(stream);
    stream.QuietHook::unlink();
    stream.note(looks_);
    quiet_.push_back(stream);
}

void ClientListener::look() {
    ++looks_;
    go_on_looking();
}

// In portions: ten thousand who fell silent together would otherwise hold everybody else for a quarter of a second.
void ClientListener::go_on_looking() {
    std::size_t portion = looked_at_in_a_turn;
    rest_the_silent(portion);
    ping_the_silent(portion);
    if (portion == 0) {
        look_ = shared_.timers.after(std::chrono::milliseconds(1), [this] { go_on_looking(); });
        return;
    }
    rested_ += resting_;
    // As long as others wake instead they take the holes, and the time that a trim takes would be lost to them.
    if (rested_ >= parsers_worth_a_trim && fresh_.size() * 2 <= resting_) {
        ::malloc_trim(0);
        rested_ = 0;
    }
    resting_ = 0;
    stale_.splice(stale_.end(), fresh_);
    look_ = shared_.timers.after(look_interval(), [this] { look(); });
}

void ClientListener::rest_the_silent(std::size_t& portion) {
    for (; portion > 0 && !stale_.empty(); --portion, ++resting_) {
        stale_.front().rest();
        stale_.pop_front();
    }
}

std::chrono::milliseconds ClientListener::look_interval() const {
    const std::chrono::milliseconds ping_time = shared_.rules.ping_time;
    return ping_time.count() == 0 ? std::chrono::milliseconds(rest_after) : std::min<std::chrono::milliseconds>(rest_after, ping_time);
}

// One list for all instead of a timer for each: a look costs what is due.
void ClientListener::ping_the_silent(std::size_t& portion) {
    const std::chrono::milliseconds ping_time = shared_.rules.ping_time;
    if (ping_time.count() == 0) return;
    const auto looks_in = [this](std::chrono::milliseconds time) { return static_cast<std::uint32_t>(time / look_interval()); };
    const std::uint32_t answer_looks = looks_in(std::min<std::chrono::milliseconds>(answer_time, ping_time));
    for (; portion > 0 && !asked_.empty() && looks_ - asked_.front().noted() > answer_looks; --portion) {
        ClientStream& dead = asked_.front();
        asked_.pop_front();
        dead.give_up();
    }
    for (; portion > 0 && !quiet_.empty() && looks_ - quiet_.front().noted() > looks_in(ping_time); --portion) {
        ClientStream& silent = quiet_.front();
        quiet_.pop_front();
        silent.note(looks_);
        asked_.push_back(silent);
        silent.ping();
    }
}

void ClientListener::shut_down() {
    listeners_.clear();
    for (const auto& [stream, owned] : streams_) stream->end({xmpp::StreamCondition::system_shutdown, {}});
}

base::Result<std::uint16_t, std::string> ComponentListener::listen(const std::string& address, std::uint16_t port) {
    auto opened = net::Listener::open(shared_.loop, address, port, [this](std::unique_ptr<net::Connection> connection) {
        if (shared_.rules.components != 0 && streams_.size() >= shared_.rules.components) return connection->close();
        auto stream = std::make_unique<ComponentStream>(shared_, std::move(connection));
        ComponentStream& added = *stream;
        streams_.emplace(&added, std::move(stream));
        shared_.loop.spawn(serve(added));
    });
    if (!opened) return base::Unexpected(opened.error());
    listeners_.push_back(std::move(*opened));
    return listeners_.back()->port();
}

base::Task<> ComponentListener::serve(ComponentStream& stream) {
    co_await stream.run();
    streams_.erase(&stream);
}

void ComponentListener::shut_down() {
    listeners_.clear();
    for (const auto& [stream, owned] : streams_) stream->end({xmpp::StreamCondition::system_shutdown, {}});
}

}  // namespace stream
