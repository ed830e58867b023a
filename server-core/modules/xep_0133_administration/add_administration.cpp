// SPDX-License-Identifier: MIT
#include "modules/xep_0133_administration/administration.h"

#include <algorithm>

namespace modules {
namespace administration {

using xmpp::Condition, xmpp::DataForm, xmpp::Language, xmpp::Words;

constexpr const char* ns = "http://jabber.org/protocol/admin";

std::string node(const char* name) { return std::string(ns) + "#" + name; }

std::function<bool(const xmpp::Jid&)> administrators(const Choices& choices) {
    return [named = choices.administrators](const xmpp::Jid& by) { return std::ranges::find(named, by) != named.end(); };
}

DataForm form(Language language, const Words& title, DataForm::Type type) {
    DataForm made(type, ns);
    made.title(title.in(language));
    return made;
}

xmpp::FormField field(Language language, const char* var, const char* type, const Words& label, bool required) {
    return {var, type, label.in(language), {}, {}, required};
}

namespace {

struct Refused {
    const char* name;
    Condition condition;
    Words why;
};

// XEP-0133 5: passwords are not known, and whom people talk to is theirs; the rest is not built.
void add_refusals(routing::Feature& feature, const Choices& choices) {
    const Words unknown("nobody knows a password, not even the server", "personne ne connaît un mot de passe, pas même le serveur");
    const Words theirs("contacts are their owner's alone", "les contacts n'appartiennent qu'à leur propriétaire");
    const Words settings("this is said in the settings of the server", "cela se règle dans la configuration du serveur");
    const Words none("this server does not do that", "ce serveur ne fait pas cela");
    const Refused all[] = {
        {"get-user-password", Condition::not_allowed, unknown},   {"get-user-roster", Condition::not_allowed, theirs},
        {"get-user-lastlogin", Condition::feature_not_implemented, none}, {"edit-blacklist", Condition::feature_not_implemented, none},
        {"edit-whitelist", Condition::feature_not_implemented, none}, {"get-active-users-num", Condition::feature_not_implemented, none},
        {"get-idle-users-num", Condition::feature_not_implemented, none}, {"get-active-users-list", Condition::feature_not_implemented, none},
        {"get-idle-users-list", Condition::feature_not_implemented, none}, {"edit-admin", Condition::not_allowed, settings},
        {"restart", Condition::feature_not_implemented, none},
    };
    for (const Refused& refused : all)
        feature.commands().add({node(refused.name), {}, administrators(choices),
                                [refused](const routing::CommandCall&, const routing::CommandReply& reply) {
                                    reply(base::Unexpected(xmpp::StanzaError{refused.condition, refused.why, {}, {}}));
                                },
                                false});
}

} // namespace
} // namespace administration

void add_administration(routing::Feature& feature, const Choices& choices) {
    administration::add_account_commands(feature, choices);
    administration::add_count_commands(feature, choices);
    administration::add_message_commands(feature, choices);
    administration::add_shutdown(feature, choices);
    administration::add_refusals(feature, choices);
}

} // namespace modules
