// SPDX-License-Identifier: MIT
#include "routing/administration.h"

#include "routing/registration.h"

#include <algorithm>
#include <utility>

namespace routing {
namespace {

using xmpp::Condition, xmpp::ErrorType, xmpp::Jid, xmpp::StanzaError;

base::Unexpected<StanzaError> error(Condition condition, xmpp::Words text, ErrorType type = ErrorType::none) {
    return base::Unexpected(StanzaError{condition, std::move(text), type, {}});
}

base::Unexpected<StanzaError> not_stored() {
    return error(Condition::resource_constraint, {"the server could not store this", "le serveur n'a pas pu enregistrer cela"}, ErrorType::wait);
}

base::Unexpected<StanzaError> unknown(const Jid& account) {
    return error(Condition::item_not_found, {"there is no account " + account.text(), "il n'y a pas de compte " + account.text()});
}

std::function<void(bool)> stored(const Administration::Done& done) {
    return [done](bool is_kept) { is_kept ? done({}) : done(not_stored()); };
}

}  // namespace

void Administration::show(const Jid& account, std::function<void(base::Result<Account*, StanzaError>)> fn) const {
    const auto look = [account, fn](Account* found) {
        if (found == nullptr) return fn(not_stored());
        if (!found->exists()) return fn(unknown(account));
        fn(found);
    };
    if (!users_.when_loaded(account, look)) fn(not_stored());
}

// The keys are made before the account is looked at: between that and the write nobody else's turn comes.
void Administration::with_keys(const Jid& account, const std::string& password, const Done& done,
                               std::function<void(Account&, store::AccountRecord)> fn) const {
    const auto prepared = accepted_password(password);
    if (!prepared) return done(base::Unexpected(prepared.error()));
    make_keys(node_, *prepared, node_.clock.wall(), [users = &users_, account, done, fn = std::move(fn)](const store::AccountRecord& record) {
        const auto found = [done, fn, record](Account* there) { there == nullptr ? done(not_stored()) : fn(*there, record); };
        if (!users->when_loaded(account, found)) done(not_stored());
    });
}

void Administration::add(const Jid& account, const std::string& password, Done done) const {
    with_keys(account, password, done, [users = &users_, account, done](Account& found, const store::AccountRecord& record) {
        if (found.exists())
            return done(error(Condition::conflict, {account.text() + " exists already", account.text() + " existe déjà"}));
        users->put(found, record, stored(done));
    });
}

void Administration::set_password(const Jid& account, const std::string& password, Done done) const {
    with_keys(account, password, done, [users = &users_, account, done](Account& found, store::AccountRecord record) {
        if (!found.exists()) return done(unknown(account));
        record.created = found.record().created;
        users->put(found, record, stored(done));
    });
}

void Administration::remove(const Jid& account, Done done) const {
    show(account, [users = &users_, done](base::Result<Account*, StanzaError> found) {
        found ? users->remove(**found, stored(done)) : done(base::Unexpected(found.error()));
    });
}

void Administration::disable(const Jid& account, Done done) const { set_disabled(account, true, std::move(done)); }
void Administration::enable(const Jid& account, Done done) const { set_disabled(account, false, std::move(done)); }

void Administration::set_disabled(const Jid& account, bool is_disabled, Done done) const {
    show(account, [users = &users_, is_disabled, done](base::Result<Account*, StanzaError> found) {
        found ? users->set_disabled(**found, is_disabled, stored(done)) : done(base::Unexpected(found.error()));
    });
}

base::Result<void, StanzaError> Administration::end_sessions(const Jid& whom) const {
    const xmpp::StreamError reason{xmpp::StreamCondition::policy_violation, {"an administrator ended this session", "un administrateur a terminé cette session"}};
    Account* account = users_.find(whom.bare());
    std::vector<Session*> meant;
    if (account != nullptr)
        for (Session* session : account->sessions())
            if (whom.is_bare() || session->jid() == whom) meant.push_back(session);
    if (meant.empty())
        return error(Condition::item_not_found, {whom.text() + " is not connected", whom.text() + " n'est pas connecté"});
    for (Session* session : meant) users_.end_session(*session, reason);
    return {};
}

std::vector<std::string> Administration::online() const {
    std::vector<std::string> names;
    users_.for_each_session([&](Session& session) {
        if (session.is_available()) names.emplace_back(session.jid().bare_text());
    });
    std::ranges::sort(names);
    const auto doubled = std::ranges::unique(names);
    names.erase(doubled.begin(), doubled.end());
    return names;
}

void Administration::owners(const char* drawer, const Names& names) const {
    store_.owners(drawer, [names](base::Result<std::vector<std::string>, store::Refusal> found) {
        found ? names(*std::move(found)) : names(not_stored());
    });
}

xmpp::Message message_of_server(const Node& node, const Jid& to, xmpp::Message::Type type, const std::string& text) {
    return {node.domain, to, type, xml::Element({xml::stanza_ns, "body"}).with_text(text)};
}

std::size_t announce(const Node& node, Users& users, Router& router, const std::string& text) {
    std::size_t heard = 0;
    users.for_each_session([&](const Session& session) {
        if (!session.is_available()) return;
        ++heard;
        router.send(message_of_server(node, session.jid(), xmpp::Message::headline, text));
    });
    return heard;
}

}  // namespace routing
