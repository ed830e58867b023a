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
    const char* label;
    std::string Config::*member;
};
struct Flag {
    const char* var;
    const char* label;
    bool Config::*member;
};
constexpr std::array texts = {
    Text{"muc#roomconfig_roomname", "Name of the room", &Config::name},
    Text{"muc#roomconfig_roomdesc", "Short description", &Config::description},
    Text{"muc#roomconfig_lang", "Language of the discussion", &Config::language},
};
constexpr std::array flags = {
    Flag{"muc#roomconfig_persistentroom", "Keep the room when everybody has left", &Config::is_persistent},
    Flag{"muc#roomconfig_publicroom", "List the room for everybody to find", &Config::is_public},
    Flag{"muc#roomconfig_membersonly", "Only members may enter", &Config::is_members_only},
    Flag{"muc#roomconfig_allowinvites", "Members may invite others", &Config::members_invite},
    Flag{"muc#roomconfig_moderatedroom", "Only those with voice may speak", &Config::is_moderated},
    Flag{"muc#roomconfig_changesubject", "Everybody with voice may change the subject", &Config::anyone_sets_subject},
};
constexpr const char* has_password_var = "muc#roomconfig_passwordprotectedroom";
constexpr const char* password_var = "muc#roomconfig_roomsecret";
constexpr const char* whois_var = "muc#roomconfig_whois";
constexpr const char* private_var = "muc#roomconfig_allowpm";
constexpr const char* most_var = "muc#roomconfig_maxusers";
constexpr const char* history_var = "muc#maxhistoryfetch";
constexpr const char* admins_var = "muc#roomconfig_roomadmins";
constexpr const char* owners_var = "muc#roomconfig_roomowners";

struct LeastRole {
    const char* value;
    const char* label;
    Role role;
};
constexpr std::array private_message_roles = {
    LeastRole{"anyone", "Everybody", Role::visitor},
    LeastRole{"participants", "Those with voice", Role::participant},
    LeastRole{"moderators", "Moderators", Role::moderator},
    LeastRole{"none", "Nobody", Role::none},
};

FormField boolean(const char* var, const char* label, bool value) {
    return {var, "boolean", label, {value ? "1" : "0"}, {}, false};
}

FormField jids(const char* var, const char* label, const Room& room, Affiliation affiliation) {
    FormField field{var, "jid-multi", label, {}, {}, false};
    for (const auto& [bare, standing] : room.affiliations.all())
        if (standing.affiliation == affiliation) field.values.push_back(bare);
    return field;
}

void add_access(DataForm& form, const Config& config) {
    form.add(boolean(has_password_var, "A password is needed to enter", !config.password.empty()));
    form.add({password_var, "text-private", "The password", {config.password}, {}, false});
    form.add({whois_var, "list-single", "Who sees the real addresses",
              {config.is_non_anonymous ? "anyone" : "moderators"},
              {{"moderators", "Moderators"}, {"anyone", "Everybody"}}, false});
    FormField role{private_var, "list-single", "Who may send private messages", {}, {}, false};
    for (const LeastRole& least : private_message_roles) {
        role.options.emplace_back(least.value, least.label);
        if (least.role == config.private_messages) role.values = {least.value};
    }
    form.add(std::move(role));
}

void add_limits(DataForm& form, const Config& config) {
    const auto most = config.most_occupants == 0 ? "none" : std::to_string(config.most_occupants);
    FormField field{most_var, "list-single", "Most occupants", {most}, {}, false};
    for (const char* value : {"10", "20", "50", "100", "200", "500"}) field.options.emplace_back(value, value);
    field.options.emplace_back("none", "As many as the server allows");
    if (std::ranges::none_of(field.options, [&](const auto& option) { return option.first == most; }))
        field.options.insert(field.options.begin(), {most, most});
    form.add(std::move(field));
    form.add({history_var, "text-single", "Most messages shown to who enters", {std::to_string(config.history)}, {}, false});
}

base::Unexpected<xmpp::StanzaError> unacceptable(const xmpp::Words& text) {
    return base::Unexpected(xmpp::StanzaError{Condition::not_acceptable, text, {}, {}});
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
    if (is_asked_for) return !config.password.empty();
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

DataForm config_form(const Room& room) {
    DataForm form(DataForm::form, "http://jabber.org/protocol/muc#roomconfig");
    form.title("Configuration of the room " + std::string(room.jid.local()));
    for (const Text& text : texts) {
        const std::string& value = room.config.*text.member;
        form.add({text.var, "text-single", text.label, {value}, {}, false});
    }
    for (const Flag& flag : flags) form.add(boolean(flag.var, flag.label, room.config.*flag.member));
    add_access(form, room.config);
    add_limits(form, room.config);
    form.add(jids(admins_var, "Admins", room, Affiliation::admin));
    form.add(jids(owners_var, "Owners", room, Affiliation::owner));
    return form;
}

base::Result<Submitted, xmpp::StanzaError> read_config_form(const Room& room, const DataForm& form,
                                                            std::uint64_t most_occupants) {
    Submitted submitted{room.config, {}, {}};
    Config& config = submitted.config;
    for (const Text& text : texts)
        if (const auto value = form.value(text.var)) config.*text.member = *value;
    for (const Flag& flag : flags) {
        const auto value = form.boolean(flag.var);
        if (!value && form.value(flag.var)) return unacceptable(std::string(flag.var) + " is 0 or 1");
        if (value) config.*flag.member = *value;
    }
    if (!read_choices(form, config)) return unacceptable("an option was chosen that is not offered");
    if (!read_limits(form, config, most_occupants)) return unacceptable("a limit is no number, or too large");
    if (!read_password(form, config)) return unacceptable("a room with a password needs one");
    if (const FormField* field = form.field(admins_var)) {
        if (!(submitted.admins = read_users(*field))) return unacceptable("an admin has no address of a user");
    }
    if (const FormField* field = form.field(owners_var)) {
        if (!(submitted.owners = read_users(*field))) return unacceptable("an owner has no address of a user");
    }
    return submitted;
}

}  // namespace modules::rooms
