// SPDX-License-Identifier: MIT
// XEP-0045 16.4.3: the fields of a room's configuration.
#include "modules/xep_0045_rooms/owning.h"
#include "store/fields.h"

#include <algorithm>
#include <array>
#include <utility>

namespace modules::rooms {
namespace {

using xmpp::Condition, xmpp::DataForm, xmpp::FormField;

struct Text {
    const char* var;
    Sentence label;
    std::string Config::*member;
    std::size_t most_bytes;
};
struct Flag {
    const char* var;
    Sentence label;
    bool Config::*member;
};
constexpr std::array texts = {
    Text{"muc#roomconfig_roomname", {"Name of the room", "Nom du salon"}, &Config::name, 200},
    Text{"muc#roomconfig_roomdesc", {"Short description", "Description courte"}, &Config::description, 2000},
    Text{"muc#roomconfig_lang", {"Language of the discussion", "Langue de la discussion"}, &Config::language, 40},
};
constexpr std::array flags = {
    Flag{"muc#roomconfig_persistentroom",
         {"Keep the room when everybody has left", "Garder le salon quand tout le monde est parti"}, &Config::is_persistent},
    Flag{"muc#roomconfig_enablelogging",
         {"Keep what is said in a lasting room, for all who may enter (without it, what was kept is erased)",
          "Conserver ce qui se dit dans un salon durable, pour tous ceux qui peuvent y entrer (sinon, ce qui était conservé est effacé)"}, &Config::is_logged},
    Flag{"muc#roomconfig_publicroom",
         {"List the room for everybody to find", "Montrer le salon dans la liste publique"}, &Config::is_public},
    Flag{"muc#roomconfig_membersonly", {"Only members may enter", "Seuls les membres peuvent entrer"}, &Config::is_members_only},
    Flag{"muc#roomconfig_allowinvites", {"Members may invite others", "Les membres peuvent inviter"}, &Config::members_invite},
    Flag{"muc#roomconfig_moderatedroom",
         {"Only those with voice may speak", "Seuls ceux qui ont la parole peuvent parler"}, &Config::is_moderated},
    Flag{"muc#roomconfig_changesubject",
         {"Everybody with voice may change the subject", "Tous ceux qui ont la parole peuvent changer le sujet"},
         &Config::anyone_sets_subject},
};
constexpr const char* has_password_var = "muc#roomconfig_passwordprotectedroom";
constexpr const char* password_var = "muc#roomconfig_roomsecret";
constexpr const char* whois_var = "muc#roomconfig_whois";
constexpr const char* private_var = "muc#roomconfig_allowpm";
constexpr const char* shown_var = "muc#roomconfig_presencebroadcast";
constexpr const char* readers_var = "muc#roomconfig_getmemberlist";
constexpr const char* most_var = "muc#roomconfig_maxusers";
constexpr const char* history_var = "muc#maxhistoryfetch";
constexpr const char* admins_var = "muc#roomconfig_roomadmins";
constexpr const char* owners_var = "muc#roomconfig_roomowners";
constexpr std::size_t most_password_bytes = 200;

constexpr Sentence everybody = {"Everybody", "Tout le monde"};
constexpr Sentence moderators = {"Moderators", "Les modérateurs"};

struct LeastRole {
    const char* value;
    Sentence label;
    Role role;
};
constexpr std::array private_message_roles = {
    LeastRole{"anyone", everybody, Role::visitor},
    LeastRole{"participants", {"Those with voice", "Ceux qui ont la parole"}, Role::participant},
    LeastRole{"moderators", moderators, Role::moderator},
    LeastRole{"none", {"Nobody", "Personne"}, Role::none},
};

Sentence name_of(Role role) {
    if (role == Role::moderator) return moderators;
    return role == Role::participant ? Sentence{"Participants", "Les participants"} : Sentence{"Visitors", "Les visiteurs"};
}

FormField boolean(const char* var, std::string label, bool value) {
    return {var, "boolean", std::move(label), {value ? "1" : "0"}, {}, false};
}

FormField jids(const char* var, std::string label, const Room& room, Affiliation affiliation) {
    FormField field{var, "jid-multi", std::move(label), {}, {}, false};
    for (const auto& [bare, standing] : room.affiliations.all())
        if (standing.affiliation == affiliation) field.values.push_back(bare);
    return field;
}

FormField roles_field(const char* var, const Sentence& label, const Roles& roles, xmpp::Language language) {
    FormField field{var, "list-multi", label.in(language), {}, {}, false};
    for (const Role role : present_roles) {
        field.options.emplace_back(to_string(role), name_of(role).in(language));
        if (roles.has(role)) field.values.emplace_back(to_string(role));
    }
    return field;
}

void add_access(DataForm& form, const Config& config, xmpp::Language language) {
    const auto say = [language](const Sentence& label) { return label.in(language); };
    form.add(boolean(has_password_var, say({"A password is needed to enter", "Il faut un mot de passe pour entrer"}), !config.password.empty()));
    form.add({password_var, "text-private", say({"The password", "Le mot de passe"}), {config.password}, {}, false});
    form.add({whois_var, "list-single", say({"Who sees the real addresses", "Qui voit les adresses réelles"}),
              {config.is_non_anonymous ? "anyone" : "moderators"}, {{"moderators", say(moderators)}, {"anyone", say(everybody)}}, false});
    FormField role{private_var, "list-single", say({"Who may send private messages", "Qui peut envoyer des messages privés"}), {}, {}, false};
    for (const LeastRole& least : private_message_roles) {
        role.options.emplace_back(least.value, say(least.label));
        if (least.role == config.private_messages) role.values = {least.value};
    }
    form.add(std::move(role));
    form.add(roles_field(shown_var, {"Whose presence is shown to the others", "De qui la présence est montrée aux autres"}, config.shown, language));
    form.add(roles_field(readers_var, {"Who may read the list of members", "Qui peut lire la liste des membres"}, config.member_list_readers, language));
}

void add_limits(DataForm& form, const Config& config, xmpp::Language language) {
    const auto say = [language](const Sentence& label) { return label.in(language); };
    const auto most = config.most_occupants == 0 ? "none" : std::to_string(config.most_occupants);
    FormField field{most_var, "list-single", say({"Most occupants", "Nombre maximal d'occupants"}), {most}, {}, false};
    for (const char* value : {"10", "20", "50", "100", "200", "500"}) field.options.emplace_back(value, value);
    field.options.emplace_back("none", say({"As many as the server allows", "Autant que le serveur permet"}));
    if (std::ranges::none_of(field.options, [&](const auto& option) { return option.first == most; }))
        field.options.insert(field.options.begin(), {most, most});
    form.add(std::move(field));
    form.add({history_var, "text-single", say({"Most messages shown to who enters", "Nombre de messages montrés à qui entre"}),
              {std::to_string(config.history)}, {}, false});
}

base::Unexpected<xmpp::StanzaError> unacceptable(xmpp::Words text) {
    return base::Unexpected(xmpp::StanzaError{Condition::not_acceptable, std::move(text), {}, {}});
}

bool read_roles(const DataForm& form, const char* var, Roles& roles) {
    const FormField* field = form.field(var);
    if (!field) return true;
    roles = {};
    for (const std::string& value : field->values) {
        const auto role = parse_role(value);
        if (!role) return false;
        if (*role != Role::none) roles.add(*role);
    }
    return true;
}

bool read_choices(const DataForm& form, Config& config) {
    if (const auto whois = form.value(whois_var)) {
        if (*whois != "anyone" && *whois != "moderators") return false;
        config.is_non_anonymous = *whois == "anyone";
    }
    if (const auto least = form.value(private_var)) {
        const auto found = std::ranges::find(private_message_roles, *least, [](const LeastRole& one) { return std::string(one.value); });
        if (found == private_message_roles.end()) return false;
        config.private_messages = found->role;
    }
    return read_roles(form, shown_var, config.shown) && read_roles(form, readers_var, config.member_list_readers);
}

bool read_texts(const DataForm& form, Config& config) {
    for (const Text& text : texts) {
        const auto value = form.value(text.var);
        if (value && value->size() > text.most_bytes) return false;
        if (value) config.*text.member = *value;
    }
    return true;
}

bool read_limits(const DataForm& form, Config& config, std::uint64_t most_occupants) {
    if (const auto most = form.value(most_var)) {
        const auto number = most->empty() || *most == "none" ? std::optional<std::uint64_t>(0) : store::read_number(*most);
        if (!number || (most_occupants != 0 && *number > most_occupants)) return false;
        config.most_occupants = *number;
    }
    if (const auto history = form.value(history_var)) {
        const auto number = store::read_number(*history);
        if (!number) return false;
        config.history = std::min(*number, most_history);
    }
    return true;
}

// XEP-0045 10.1.3: a room that asks for a blank password is refused.
bool read_password(const DataForm& form, Config& config) {
    const bool is_asked_for = form.boolean(has_password_var).value_or(!config.password.empty());
    if (const auto password = form.value(password_var)) config.password = *password;
    if (is_asked_for) return !config.password.empty() && config.password.size() <= most_password_bytes;
    config.password.clear();
    return true;
}

// Bare JIDs of users; nothing when one is none.
std::optional<std::vector<std::string>> read_users(const FormField& field) {
    std::vector<std::string> users;
    for (const std::string& value : field.values) {
        if (value.empty()) continue;
        const auto jid = xmpp::parse_jid(value);
        if (!jid || !jid->has_local()) return std::nullopt;
        users.emplace_back(jid->bare_text());
    }
    return users;
}

}  // namespace

DataForm config_form(const Room& room, xmpp::Language language) {
    const auto say = [language](const Sentence& label) { return label.in(language); };
    DataForm form(DataForm::form, "http://jabber.org/protocol/muc#roomconfig");
    form.title(say({"Configuration of the room ", "Configuration du salon "}) + std::string(room.jid.local()));
    for (const Text& text : texts) {
        const std::string& value = room.config.*text.member;
        form.add({text.var, "text-single", say(text.label), {value}, {}, false});
    }
    for (const Flag& flag : flags) form.add(boolean(flag.var, say(flag.label), room.config.*flag.member));
    add_access(form, room.config, language);
    add_limits(form, room.config, language);
    form.add(jids(admins_var, say({"Admins", "Administrateurs"}), room, Affiliation::admin));
    form.add(jids(owners_var, say({"Owners", "Propriétaires"}), room, Affiliation::owner));
    return form;
}

base::Result<Submitted, xmpp::StanzaError> read_config_form(const Room& room, const DataForm& form,
                                                            std::uint64_t most_occupants) {
    Submitted submitted{room.config, {}, {}};
    Config& config = submitted.config;
    if (!read_texts(form, config)) return unacceptable({"a text is too long", "un texte est trop long"});
    for (const Flag& flag : flags) {
        const auto value = form.boolean(flag.var);
        if (!value && form.value(flag.var)) return unacceptable({std::string(flag.var) + " is 0 or 1", std::string(flag.var) + " vaut 0 ou 1"});
        if (value) config.*flag.member = *value;
    }
    if (!read_choices(form, config)) return unacceptable({"an option was chosen that is not offered", "une option choisie n'est pas proposée"});
    if (!read_limits(form, config, most_occupants)) return unacceptable({"a limit is no number, or too large", "une limite n'est pas un nombre, ou est trop grande"});
    if (!read_password(form, config))
        return unacceptable({"a room with a password needs one, and not a long one", "un salon à mot de passe en a besoin d'un, pas trop long"});
    if (const FormField* field = form.field(admins_var)) {
        if (!(submitted.admins = read_users(*field))) return unacceptable({"an admin has no address of a user", "un administrateur n'a pas d'adresse d'utilisateur"});
    }
    if (const FormField* field = form.field(owners_var)) {
        if (!(submitted.owners = read_users(*field))) return unacceptable({"an owner has no address of a user", "un propriétaire n'a pas d'adresse d'utilisateur"});
    }
    return submitted;
}

}  // namespace modules::rooms
