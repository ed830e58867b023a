// SPDX-License-Identifier: MIT
#include "routing/registration.h"

#include "xmpp/data_form.h"
#include "xmpp/namespaces.h"

#include <algorithm>
#include <array>
#include <utility>

namespace routing {
namespace {

using xmpp::Condition, xmpp::Jid, xmpp::StanzaError;

constexpr std::size_t most_password_bytes = 1023;
constexpr std::size_t most_at_once = 100;
constexpr std::size_t salt_bytes = 16;

// Names that people take for the organisation's voice (RFC 2142 and what is usual).
constexpr std::array<std::string_view, 24> reserved = {
    "abuse",     "admin",      "administrateur", "administrator", "anonymous", "daemon",  "ftp",     "help",
    "hostmaster", "info",      "mailer-daemon",  "news",          "nobody",    "noc",     "operator", "postmaster",
    "root",      "security",   "server",         "service",       "support",   "system",  "webmaster", "xmpp",
};

base::Unexpected<StanzaError> refused(Condition condition, xmpp::Words text) {
    return base::Unexpected(StanzaError{condition, std::move(text), {}, {}});
}

StanzaError wait_error(Condition condition, xmpp::Words text) {
    return {condition, std::move(text), xmpp::ErrorType::wait, {}};
}

xmpp::FormField field(const char* var, const char* type, const std::string& label) { return {var, type, label, {}, {}, true}; }

}  // namespace

Credentials read_credentials(const xml::Element& query) {
    if (const auto x = query.child({xmpp::ns::data_form, "x"})) {
        if (const auto form = xmpp::parse_form(*x)) {
            return {form->value("username").value_or(""), form->value("password").value_or(""),
                    form->type() == xmpp::DataForm::cancel};
        }
    }
    return {query.child_text({xmpp::ns::registration, "username"}), query.child_text({xmpp::ns::registration, "password"})};
}

base::Result<std::string, StanzaError> accepted_password(const std::string& typed) {
    if (typed.empty()) return refused(Condition::not_acceptable, {"the password is missing", "le mot de passe manque"});
    if (typed.size() > most_password_bytes) return refused(Condition::not_acceptable, {"the password is too long", "le mot de passe est trop long"});
    auto prepared = xmpp::prepare_password(typed);
    if (!prepared) return refused(Condition::not_acceptable, {"the password has characters that cannot be used", "le mot de passe a des caractères qui ne peuvent pas servir"});
    return *std::move(prepared);
}

void make_keys(const Node& node, const std::string& password, store::Time created,
               std::function<void(store::AccountRecord)> done) {
    auto made = std::make_shared<store::AccountRecord>();
    node.workers.run(
        [made, password, created, salt1 = node.random.bytes(salt_bytes), salt256 = node.random.bytes(salt_bytes),
         iterations = node.scram_iterations] {
            *made = store::make_account(password, salt1, salt256, created, iterations);
        },
        [made, done = std::move(done)] { done(std::move(*made)); });
}

xml::Element Registration::form(xmpp::Language language) const {
    const std::string instructions = xmpp::Words("Choose a name such as " + rules_.hint + " and a password.",
                                                 "Choisissez un nom comme " + rules_.hint + " et un mot de passe.").in(language);
    const std::string title = xmpp::Words("Account at " + node_.domain.text(), "Compte chez " + node_.domain.text()).in(language);
    const xmpp::Words name("Name", "Nom"), password("Password", "Mot de passe");
    xmpp::DataForm form(xmpp::DataForm::form, xmpp::ns::registration);
    form.title(title).instructions(instructions);
    form.add(field("username", "text-single", name.in(language))).add(field("password", "text-private", password.in(language)));
    return xml::Element({xmpp::ns::registration, "query"})
        .with(xml::Element({xmpp::ns::registration, "instructions"}).with_text(instructions))
        .with(xml::Element({xmpp::ns::registration, "username"}))
        .with(xml::Element({xmpp::ns::registration, "password"}))
        .with(form.to_element());
}

base::Result<Jid, StanzaError> Registration::accepted_name(const std::string& typed) const {
    if (typed.empty()) return refused(Condition::not_acceptable, {"the name is missing", "le nom manque"});
    const auto jid = xmpp::make_jid(typed, node_.domain.text(), {});
    if (!jid || !jid->has_local()) return refused(Condition::not_acceptable, {"the name has characters that cannot be used", "le nom a des caractères qui ne peuvent pas servir"});
    if (std::ranges::find(reserved, jid->local()) != reserved.end())
        return refused(Condition::not_acceptable, {"this name is reserved", "ce nom est réservé"});
    if (!rules_.names.matches(jid->local()))
        return refused(Condition::not_acceptable, {"the name must look like " + rules_.hint, "le nom doit ressembler à " + rules_.hint});
    return *jid;
}

void Registration::submit(const xml::Element& query, Done done) {
    const auto fail = [&done](StanzaError error) { done(base::Unexpected(std::move(error))); };
    if (!rules_.is_open) return fail({Condition::not_allowed, {"accounts are made by the administrator", "les comptes sont créés par l'administrateur"}, {}, {}});
    const Credentials typed = read_credentials(query);
    if (typed.is_cancelled) return fail({Condition::not_acceptable, {"the form was cancelled", "le formulaire a été annulé"}, {}, {}});
    const auto jid = accepted_name(typed.username);
    if (!jid) return fail(jid.error());
    const auto password = accepted_password(typed.password);
    if (!password) return fail(password.error());
    if (under_way_.size() >= most_at_once)
        return fail(wait_error(Condition::resource_constraint, {"too many register at this moment", "trop de monde s'inscrit en ce moment"}));
    if (!under_way_.insert(*jid).second) return fail({Condition::conflict, {"this name is taken", "ce nom est pris"}, {}, {}});

    const auto finish = [this, jid = *jid, alive = std::weak_ptr<bool>(alive_),
                         done = std::move(done)](base::Result<Jid, StanzaError> result) {
        if (alive.expired()) return;
        under_way_.erase(jid);
        done(std::move(result));
    };
    const bool waits = users_.when_loaded(*jid, [this, jid = *jid, password = *password, finish](Account* account) {
        if (account == nullptr)
            return finish(base::Unexpected(wait_error(Condition::internal_server_error, {"the name could not be looked up", "le nom n'a pas pu être cherché"})));
        if (account->exists()) return finish(refused(Condition::conflict, {"this name is taken", "ce nom est pris"}));
        make(jid, password, finish);
    });
    if (!waits) finish(base::Unexpected(wait_error(Condition::resource_constraint, {"too much is waiting for this name", "trop de choses attendent pour ce nom"})));
}

void Registration::make(const Jid& jid, const std::string& password, const Done& done) {
    make_keys(node_, password, node_.clock.wall(),
              [this, jid, done, alive = std::weak_ptr<bool>(alive_)](const store::AccountRecord& record) {
                  if (!alive.expired()) put(jid, record, done);
              });
}

void Registration::put(const Jid& jid, const store::AccountRecord& record, const Done& done) {
    const bool waits = users_.when_loaded(jid, [this, jid, record, done](Account* account) {
        if (account == nullptr)
            return done(base::Unexpected(wait_error(Condition::internal_server_error, {"the name could not be looked up", "le nom n'a pas pu être cherché"})));
        if (account->exists()) return done(refused(Condition::conflict, {"this name is taken", "ce nom est pris"}));
        users_.put(*account, record, [jid, done](bool is_kept) {
            if (is_kept) return done(jid);
            done(base::Unexpected(wait_error(Condition::resource_constraint, {"the account could not be stored", "le compte n'a pas pu être enregistré"})));
        });
    });
    if (!waits) done(base::Unexpected(wait_error(Condition::resource_constraint, {"too much is waiting for this name", "trop de choses attendent pour ce nom"})));
}

}  // namespace routing
