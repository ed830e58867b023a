// SPDX-License-Identifier: MIT
// What an administrator may do to accounts and their clients. The command line and the commands of XEP-0133 both call
// it; who may is their business.
#pragma once
#include "routing/router.h"

#include <functional>
#include <string>
#include <vector>

namespace routing {

class Administration {
public:
    using Done = std::function<void(base::Result<void, xmpp::StanzaError>)>;
    using Names = std::function<void(base::Result<std::vector<std::string>, xmpp::StanzaError>)>;
    Administration(const Node& node, Users& users, store::Store& store) : node_(node), users_(users), store_(store) {}

    // `done` is called once, now or later; this object may be gone by then. `account` is a bare JID of our domain.
    //   error   not-acceptable (the password), conflict (it is there), item-not-found (it is not),
    //           resource-constraint (the store refused, or too much waits for the account)
    void add(const xmpp::Jid& account, const std::string& password, Done done) const;
    void set_password(const xmpp::Jid& account, const std::string& password, Done done) const;
    void remove(const xmpp::Jid& account, Done done) const;
    // A disabled account keeps all it has; its clients are gone and cannot log in.
    void disable(const xmpp::Jid& account, Done done) const;
    void enable(const xmpp::Jid& account, Done done) const;
    // One client, or, by a bare JID, all of an account. item-not-found: there is none.
    base::Result<void, xmpp::StanzaError> end_sessions(const xmpp::Jid& whom) const;
    // The account, which exists, for a look.
    void show(const xmpp::Jid& account, std::function<void(base::Result<Account*, xmpp::StanzaError>)> fn) const;

    // Bare JIDs, sorted.
    void registered(const Names& names) const { owners(store::account_drawer, names); }
    void disabled(const Names& names) const { owners(store::disabled_drawer, names); }
    std::vector<std::string> online() const;  // accounts with an available client

private:
    void owners(const char* drawer, const Names& names) const;
    void with_keys(const xmpp::Jid& account, const std::string& password, const Done& done,
                   std::function<void(Account&, store::AccountRecord)> fn) const;
    void set_disabled(const xmpp::Jid& account, bool is_disabled, Done done) const;
    const Node& node_;
    Users& users_;
    store::Store& store_;
};

// What the organisation says to everybody who is online, as a headline from the server; how many heard it.
std::size_t announce(const Node& node, Users& users, Router& router, const std::string& text);
xmpp::Message message_of_server(const Node& node, const xmpp::Jid& to, xmpp::Message::Type type, const std::string& text);

}  // namespace routing
