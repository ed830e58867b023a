// SPDX-License-Identifier: MIT
// What a feature (one file of modules/) may see of the server. A new call takes a decision note.
#pragma once
#include "routing/commands.h"
#include "routing/discovery.h"
#include "routing/publisher.h"
#include "routing/router.h"

#include <string>
#include <string_view>
#include <vector>

namespace routing {

class Feature {
public:
    Feature(const Node& node, Users& users, Router& router, Writes& writes, store::Store& store, Discovery& discovery,
            Publisher& publisher, Commands& commands)
        : node_(node), users_(users), router_(router), writes_(writes), store_(store), discovery_(discovery), publisher_(publisher),
          commands_(commands) {}

    // At start.
    // Lists a namespace in the server's service discovery (XEP-0030).
    void advertise(std::string_view ns) { discovery_.advertise(ns); }
    // The same for each account (its bare JID).
    void advertise_for_accounts(std::string_view ns) { discovery_.advertise_for_accounts(ns); }
    // More for service discovery: identities, forms, items, nodes.
    Discovery& discovery() const { return discovery_; }
    // Commands of the server (XEP-0050).
    Commands& commands() const { return commands_; }
    // Records of this drawer come into memory with each account; `fn` gets them, in order of their names, when the
    // account is loaded and again when its memory is thrown away. What changes them afterwards keeps its own state.
    void load_with_accounts(std::string_view drawer, std::function<void(Account&, const std::vector<store::Record>&)> fn) {
        users_.load_with_accounts(drawer, std::move(fn));
    }
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
    // An IQ from a local client to somebody, before it is routed; true: the feature has dealt with it.
    void on_iq_sent(std::function<bool(Session&, const xmpp::Iq&)> fn) { router_.on_iq_sent(std::move(fn)); }
    // An IQ to a client of a local account, or of a name that nobody has (null): the answer must not tell which is
    // which; or of somebody else to an account. True: the feature has dealt with it.
    void on_iq_received(std::function<bool(Account*, const xmpp::Iq&)> fn) { router_.on_iq_received(std::move(fn)); }
    // A client has bound a resource; nothing it sent was handled yet.
    void on_session_begin(std::function<void(Session&)> fn) { users_.on_session_begin(std::move(fn)); }
    // A client is gone: its session is still whole, but writes nothing.
    void on_session_end(std::function<void(Session&)> fn) { users_.on_session_end(std::move(fn)); }
    // An account was erased, perhaps while no server ran.
    void on_account_end(OnAccountEnd fn) { users_.on_account_end(std::move(fn)); }
    // The server is about to stop (docs/decisions/0081); what is sent now still reaches the clients.
    void on_stop(std::function<void()> fn) { users_.on_stop(std::move(fn)); }
    // Takes every stanza to a host of our own (rooms, search).
    bool serve(const std::string& host, Take take) { return router_.serve(host, std::move(take)); }

    // While running.
    const Node& node() const { return node_; }
    Users& users() const { return users_; }
    Router& router() const { return router_; }
    Writes& writes() const { return writes_; }
    store::Store& store() const { return store_; }
    // The nodes of accounts and services (XEP-0060).
    Publisher& publisher() const { return publisher_; }
    // Sends an IQ of the server's own, from `request.from()`, and gives its answer once: the result, the error, or
    // nothing when none came in time.
    void ask(const xmpp::Iq& request, std::function<void(const xmpp::Iq*)> answer) const { router_.ask(request, std::move(answer)); }
    // Runs `fn` in a later turn, not before `delay`; dropping the handle forgets it.
    [[nodiscard]] std::shared_ptr<void> after(std::chrono::milliseconds delay, std::function<void()> fn) const {
        return node_.after(delay, std::move(fn));
    }

private:
    const Node& node_;
    Users& users_;
    Router& router_;
    Writes& writes_;
    store::Store& store_;
    Discovery& discovery_;
    Publisher& publisher_;
    Commands& commands_;
};

}  // namespace routing
