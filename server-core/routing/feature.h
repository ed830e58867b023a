// SPDX-License-Identifier: MIT
// What a feature (one file of modules/) may see of the server. A new call takes a decision note.
#pragma once
#include "routing/router.h"

#include <string>
#include <string_view>
#include <vector>

namespace routing {

class Feature {
public:
    Feature(const Node& node, Users& users, Router& router, Writes& writes, store::Store& store, std::vector<std::string>& advertised)
        : node_(node), users_(users), router_(router), writes_(writes), store_(store), advertised_(advertised) {}

    // At start.
    // Lists a namespace in the server's service discovery (XEP-0030).
    void advertise(std::string_view ns) { advertised_.emplace_back(ns); }
    // Owns one IQ payload for the addressees of `reach`; `fn` returns the result or an error.
    void answer(xmpp::Iq::Type type, xml::Name name, unsigned reach, AnswerNow fn) {
        router_.answer(type, name, reach, [fn = std::move(fn)](Request request, const Reply& reply) { reply(fn(request)); });
    }
    // The same for what must ask the store or compute first; `fn` calls the reply once.
    void answer_later(xmpp::Iq::Type type, xml::Name name, unsigned reach, AnswerLater fn) {
        router_.answer(type, name, reach, std::move(fn));
    }
    // Presence from a local client, before it is routed; true: the feature has dealt with it.
    void on_presence_sent(std::function<bool(Session&, const xmpp::Presence&)> fn) { router_.on_presence_sent(std::move(fn)); }
    // Presence to a local account, before its clients get it; true: the feature has dealt with it.
    void on_presence_received(std::function<bool(Account&, const xmpp::Presence&)> fn) { router_.on_presence_received(std::move(fn)); }
    // Messages from local clients (sending) and to local accounts (receiving); see routing/delivery.h.
    void on_message(Stage stage, Phase phase, OnMessage fn) { router_.on_message(stage, phase, std::move(fn)); }
    // An IQ to a client of a local account, or of a name that nobody has (null): the answer must not tell which is
    // which; true: the feature has dealt with it.
    void on_iq_received(std::function<bool(Account*, const xmpp::Iq&)> fn) { router_.on_iq_received(std::move(fn)); }
    // A client is gone: its session is still whole, but writes nothing.
    void on_session_end(std::function<void(Session&)> fn) { users_.on_session_end(std::move(fn)); }
    // An account is about to be erased.
    void on_account_end(std::function<void(Account&)> fn) { users_.on_account_end(std::move(fn)); }
    // Takes every stanza to a host of our own (rooms, search).
    bool serve(const std::string& host, Take take) { return router_.serve(host, std::move(take)); }

    // While running.
    const Node& node() const { return node_; }
    Users& users() const { return users_; }
    Router& router() const { return router_; }
    Writes& writes() const { return writes_; }
    store::Store& store() const { return store_; }
    const std::vector<std::string>& advertised() const { return advertised_; }

private:
    const Node& node_;
    Users& users_;
    Router& router_;
    Writes& writes_;
    store::Store& store_;
    std::vector<std::string>& advertised_;
};

}  // namespace routing
