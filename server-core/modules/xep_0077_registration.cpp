// SPDX-License-Identifier: MIT
// XEP-0077 In-Band Registration 2.4, for who is logged in: what is on file, a new password, the account's end.
// New accounts are made before login (routing/registration.h, stream/).
#include "modules/modules.h"
#include "routing/registration.h"
#include "xmpp/namespaces.h"

namespace modules {
namespace {

using routing::Account, routing::Feature, routing::Reply, routing::Request;
using xmpp::Condition, xmpp::IqReply;

xml::Element named(std::string_view name) { return xml::Element({xmpp::ns::registration, name}); }

// XEP-0077 3.1.1: the password stays empty, since nobody knows it.
IqReply show_registration(const Request& request) {
    if (!request.session) return IqReply::error(Condition::not_allowed, {"accounts are for clients of this server", "les comptes sont pour les clients de ce serveur"});
    const xmpp::Words instructions("To change your password, type a new one.", "Pour changer de mot de passe, tapez-en un nouveau.");
    return IqReply::result(named("query")
                               .with(named("registered"))
                               .with(named("instructions").with_text(instructions.in(request.iq.language())))
                               .with(named("username").with_text(request.session->account().jid().local()))
                               .with(named("password")));
}

IqReply not_stored() {
    return IqReply::error({Condition::resource_constraint, {"the password could not be stored", "le mot de passe n'a pas pu être enregistré"}, xmpp::ErrorType::wait, {}});
}

// The account may have gone while its keys were made.
void keep_keys(const Feature& feature, const xmpp::Jid& jid, const store::AccountRecord& record, const Reply& reply) {
    const auto put = [&users = feature.users(), record, reply](Account* account) {
        if (!account || !account->exists()) return reply(not_stored());
        users.put(*account, record, [reply](bool is_kept) { reply(is_kept ? IqReply::done() : not_stored()); });
    };
    if (!feature.users().when_loaded(jid, put)) reply(not_stored());
}

// XEP-0077 3.3. Other clients of the account stay connected.
void change_password(const Feature& feature, const Account& account, const routing::Credentials& typed, const Reply& reply) {
    if (!typed.username.empty() && xmpp::prepare_local(typed.username) != account.jid().local())
        return reply(IqReply::error(Condition::bad_request, {"this is not the name of your account", "ce n'est pas le nom de votre compte"}));
    if (typed.password.empty()) return reply(IqReply::error(Condition::bad_request, {"the password is missing", "le mot de passe manque"}));
    const auto password = routing::accepted_password(typed.password);
    if (!password) return reply(IqReply::error(password.error()));
    routing::make_keys(feature.node(), *password, account.record().created,
                       [feature, jid = account.jid(), reply](const store::AccountRecord& record) {
                           keep_keys(feature, jid, record, reply);
                       });
}

// XEP-0077 3.2. The result goes out before the streams end.
void remove_account(const Feature& feature, Account& account, const xml::Element& query, const Reply& reply) {
    const auto children = query.children();
    if (std::distance(children.begin(), children.end()) != 1)
        return reply(IqReply::error(Condition::bad_request, {"'remove' stands alone", "« remove » vient seul"}));
    feature.users().remove(account, [reply](bool is_erased) { reply(is_erased ? IqReply::done() : not_stored()); });
}

void set_registration(const Feature& feature, const Request& request, const Reply& reply) {
    if (!request.session) return reply(IqReply::error(Condition::not_allowed, {"accounts are for clients of this server", "les comptes sont pour les clients de ce serveur"}));
    Account& account = request.session->account();
    const xml::Element query = request.payload();
    if (query.has_child({xmpp::ns::registration, "remove"})) return remove_account(feature, account, query, reply);
    const routing::Credentials typed = routing::read_credentials(query);
    typed.is_cancelled ? reply(IqReply::done()) : change_password(feature, account, typed, reply);
}

} // namespace

void add_registration(Feature& feature) {
    using namespace routing;
    constexpr xml::Name query{xmpp::ns::registration, "query"};
    feature.advertise(xmpp::ns::registration);
    feature.answer(xmpp::Iq::get, query, own_account | the_server, show_registration);
    feature.answer_later(xmpp::Iq::set, query, own_account | the_server,
                         [feature](const Request& request, const Reply& reply) { set_registration(feature, request, reply); });
}

} // namespace modules
