// SPDX-License-Identifier: MIT
// XEP-0133 4.1 to 4.7 and 4.10: accounts one by one, or some at once.
#include "modules/xep_0133_administration/administration.h"

#include "routing/account.h"
#include "routing/session.h"

#include <memory>
#include <utility>

namespace modules::administration {
namespace {

using routing::Administration, routing::Command, routing::CommandCall, routing::CommandReply, routing::CommandStep;
using xmpp::Condition, xmpp::DataForm, xmpp::Jid, xmpp::Language, xmpp::StanzaError, xmpp::Words;
using Jids = std::vector<Jid>;
using Done = Administration::Done;

constexpr std::size_t most_accounts = 100;  // in one form

base::Unexpected<StanzaError> bad_payload(Words text) { return base::Unexpected(routing::bad_command("bad-payload", std::move(text))); }

// The addresses in a field, each of an account of ours, or, where `clients` may be meant, of one of its clients.
base::Result<Jids, StanzaError> addresses(const CommandCall& call, const Jid& domain, const char* var, bool clients = false) {
    const xmpp::FormField* field = call.submitted.front().field(var);
    if (field == nullptr || field->values.empty() || field->values.size() > most_accounts)
        return bad_payload({"name one to a hundred accounts", "nommez entre un et cent comptes"});
    Jids jids;
    for (const std::string& text : field->values) {
        const auto jid = xmpp::parse_jid(text);
        if (!jid || !jid->has_local() || jid->host() != domain || (!clients && !jid->is_bare()))
            return bad_payload({"'" + text + "' is no account of this server", "« " + text + " » n'est pas un compte de ce serveur"});
        jids.push_back(*jid);
    }
    return jids;
}

CommandStep said(Words note) { return {{}, std::move(note), false, false}; }

Done answered(const CommandReply& reply, const Words& note) {
    return [reply, note](base::Result<void, StanzaError> result) {
        result ? reply(said(note)) : reply(base::Unexpected(result.error()));
    };
}

// One after the other; the first that fails is the answer, and those after it are left as they were.
void for_each(const std::shared_ptr<Jids>& jids, std::size_t at, const std::function<void(const Jid&, Done)>& act, const Done& done) {
    if (at == jids->size()) return done({});
    act((*jids)[at], [jids, at, act, done](base::Result<void, StanzaError> result) {
        result ? for_each(jids, at + 1, act, done) : done(base::Unexpected(result.error()));
    });
}

using Act = void (Administration::*)(const Jid&, Done) const;

// To each account of the form, when all of them are there.
void act_on_all(const routing::Feature& feature, Act act, const Words& note, const CommandCall& call, const CommandReply& reply) {
    const auto jids = addresses(call, feature.node().domain, "accountjids");
    if (!jids) return reply(base::Unexpected(jids.error()));
    for (const Jid& jid : *jids)
        if (jid == call.by.bare())
            return reply(base::Unexpected(StanzaError{Condition::not_allowed, {"this is your own account", "c'est votre propre compte"}, {}, {}}));
    const Administration administration(feature.node(), feature.users(), feature.store());
    const auto all = std::make_shared<Jids>(*jids);
    const auto is_there = [administration](const Jid& jid, const Done& done) {
        administration.show(jid, [done](base::Result<routing::Account*, StanzaError> found) {
            found ? done({}) : done(base::Unexpected(found.error()));
        });
    };
    const auto acts = [administration, act](const Jid& jid, Done done) { (administration.*act)(jid, std::move(done)); };
    for_each(all, 0, is_there, [all, acts, note, reply](base::Result<void, StanzaError> result) {
        result ? for_each(all, 0, acts, answered(reply, note)) : reply(base::Unexpected(result.error()));
    });
}

struct Passwords {
    using Set = void (Administration::*)(const Jid&, const std::string&, Done) const;
    Set set;
    bool is_typed_twice;
    Words note;
};

void set_password(const routing::Feature& feature, const Passwords& how, const CommandCall& call, const CommandReply& reply) {
    const auto jids = addresses(call, feature.node().domain, "accountjid");
    if (!jids) return reply(base::Unexpected(jids.error()));
    const DataForm& form = call.submitted.front();
    const std::string password = form.value("password").value_or("");
    if (how.is_typed_twice && form.value("password-verify") != password)
        return reply(bad_payload({"the two passwords differ", "les deux mots de passe diffèrent"}));
    const Administration administration(feature.node(), feature.users(), feature.store());
    (administration.*how.set)(jids->front(), password, answered(reply, how.note));
}

// XEP-0133 4.5: all clients of an account, or one.
void end_sessions(const routing::Feature& feature, const CommandCall& call, const CommandReply& reply) {
    const auto jids = addresses(call, feature.node().domain, "accountjids", true);
    if (!jids) return reply(base::Unexpected(jids.error()));
    const Administration administration(feature.node(), feature.users(), feature.store());
    for (const Jid& jid : *jids)
        if (const auto ended = administration.end_sessions(jid); !ended) return reply(base::Unexpected(ended.error()));
    reply(said({"The sessions are ended.", "Les sessions sont terminées."}));
}

CommandStep statistics(Language language, routing::Account& account) {
    DataForm shown = form(language, {"Statistics of " + account.jid().text(), "Statistiques de " + account.jid().text()}, DataForm::result);
    auto contacts = field(language, "rostersize", "text-single", {"Contacts", "Contacts"}, false);
    contacts.values = {std::to_string(account.roster().size())};
    auto resources = field(language, "onlineresources", "text-multi", {"Connected clients", "Clients connectés"}, false);
    for (const routing::Session* session : account.sessions()) resources.values.emplace_back(session->jid().resource());
    shown.add(contacts).add(resources);
    return {shown, {}, false, false};
}

void show(const routing::Feature& feature, const CommandCall& call, const CommandReply& reply) {
    const auto jids = addresses(call, feature.node().domain, "accountjid");
    if (!jids) return reply(base::Unexpected(jids.error()));
    const Administration administration(feature.node(), feature.users(), feature.store());
    administration.show(jids->front(), [reply, language = call.language](base::Result<routing::Account*, StanzaError> found) {
        found ? reply(statistics(language, **found)) : reply(base::Unexpected(found.error()));
    });
}

const Words one_account("Account", "Compte");
const Words some_accounts("Accounts, one in each line", "Comptes, un par ligne");

// A form that asks for one account, or for some.
std::function<DataForm(Language)> asks_account(const Words& title) {
    return [title](Language language) { return form(language, title).add(field(language, "accountjid", "jid-single", one_account)); };
}
std::function<DataForm(Language)> asks_accounts(const Words& title) {
    return [title](Language language) { return form(language, title).add(field(language, "accountjids", "jid-multi", some_accounts)); };
}
std::function<DataForm(Language)> asks_password(const Words& title, bool twice) {
    return [title, twice](Language language) {
        DataForm asked = asks_account(title)(language);
        asked.add(field(language, "password", "text-private", {"Password", "Mot de passe"}));
        if (twice) asked.add(field(language, "password-verify", "text-private", {"Password again", "Mot de passe encore"}));
        return asked;
    };
}

} // namespace

void add_account_commands(routing::Feature& feature, const Choices& choices) {
    const auto may = administrators(choices);
    const auto add = [&](const char* name, const Words& title, const std::function<DataForm(Language)>& asked, auto run) {
        const auto runs = [feature, run](const CommandCall& call, const CommandReply& reply) { run(feature, call, reply); };
        feature.commands().add(routing::with_form({node(name), title, may, runs}, asked));
    };
    const auto on_all = [](Act act, const Words& note) {
        return [act, note](const routing::Feature& of, const CommandCall& call, const CommandReply& reply) { act_on_all(of, act, note, call, reply); };
    };
    const auto password = [](const Passwords& how) {
        return [how](const routing::Feature& of, const CommandCall& call, const CommandReply& reply) { set_password(of, how, call, reply); };
    };
    const Words adds("Add an account", "Ajouter un compte"), deletes("Delete accounts", "Supprimer des comptes"),
        disables("Disable accounts", "Désactiver des comptes"), enables("Enable accounts again", "Réactiver des comptes"),
        ends("End sessions", "Terminer des sessions"), changes("Change a password", "Changer un mot de passe"),
        counts("Statistics of an account", "Statistiques d'un compte");
    add("add-user", adds, asks_password(adds, true), password({&Administration::add, true, {"The account is made.", "Le compte est créé."}}));
    add("delete-user", deletes, asks_accounts(deletes), on_all(&Administration::remove, {"They are deleted.", "Ils sont supprimés."}));
    add("disable-user", disables, asks_accounts(disables), on_all(&Administration::disable, {"They are disabled.", "Ils sont désactivés."}));
    add("reenable-user", enables, asks_accounts(enables), on_all(&Administration::enable, {"They are enabled.", "Ils sont réactivés."}));
    add("end-user-session", ends, asks_accounts(ends), end_sessions);
    add("change-user-password", changes, asks_password(changes, false),
        password({&Administration::set_password, false, {"The password is changed.", "Le mot de passe est changé."}}));
    add("user-stats", counts, asks_account(counts), show);
}

} // namespace modules::administration
