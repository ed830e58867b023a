// SPDX-License-Identifier: MIT
// A message on its way, as `Feature::on_message` watches it: at its sender's account, then at its receiver's.
#pragma once
#include "routing/account.h"
#include "xmpp/stanza.h"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace routing {

enum class Stage { sending, receiving };  // a client of ours sent it; it is about to be delivered to a local account
enum class Phase { guard, record, copy };  // may refuse or drop; may store or replace it; may send others

class Delivery {
public:
    Delivery(Account& of, xmpp::Message what, Session* by) : account(of), message(std::move(what)), sender(by) {}

    Account& account;                  // the stage's own: the sender's, or the receiver's
    xmpp::Message message;             // phase record may replace it; its addresses stay
    Session* sender = nullptr;         // sending: the client
    std::vector<xmpp::Jid> clients;    // receiving: those of the account it is for; none: as its address says
    std::vector<Session*> receivers;   // receiving, phase copy: the clients that got it
    std::uint64_t log_id = 0;          // phase copy: its entry in the account's log; 0: not logged
    bool is_copied = false;            // receiving, phase copy: other clients of the account got it as a copy
    bool archived = false;             // receiving: phase record says whether it stays in the log once it was delivered

    // Guards only: nobody gets it, and its sender hears nothing, or the error.
    void drop() { over_ = true; }
    void refuse(xmpp::StanzaError error) {
        over_ = true;
        error_ = std::move(error);
    }
    bool is_over() const { return over_; }
    const std::optional<xmpp::StanzaError>& error() const { return error_; }

private:
    bool over_ = false;
    std::optional<xmpp::StanzaError> error_;
};

using OnMessage = std::function<void(Delivery&)>;

// The features that watch messages, by stage and phase, each in the order of modules.cpp.
class MessageWatchers {
public:
    void add(Stage stage, Phase phase, OnMessage fn) { at(stage, phase).push_back(std::move(fn)); }
    bool any(Stage stage, Phase phase) const { return !at(stage, phase).empty(); }
    // Guards stop at the first that takes the message.
    void show(Stage stage, Phase phase, Delivery& delivery) const {
        for (const OnMessage& fn : at(stage, phase)) {
            fn(delivery);
            if (delivery.is_over()) return;
        }
    }

private:
    using List = std::vector<OnMessage>;
    List& at(Stage stage, Phase phase) { return lists_[static_cast<std::size_t>(stage) * 3 + static_cast<std::size_t>(phase)]; }
    const List& at(Stage stage, Phase phase) const { return lists_[static_cast<std::size_t>(stage) * 3 + static_cast<std::size_t>(phase)]; }
    std::array<List, 6> lists_;
};

}  // namespace routing
