// SPDX-License-Identifier: MIT
#include "modules/xep_0045_rooms/config.h"

#include "base/text.h"
#include "store/fields.h"

#include <algorithm>
#include <array>

namespace modules::rooms {
namespace {

struct Text {
    char letter;
    std::string Config::*member;
};
struct Flag {
    char letter;
    bool Config::*member;
};
constexpr std::array texts = {Text{'n', &Config::name}, Text{'d', &Config::description}, Text{'l', &Config::language},
                              Text{'w', &Config::password}};
constexpr std::array flags = {Flag{'p', &Config::is_persistent},       Flag{'u', &Config::is_public},
                              Flag{'m', &Config::is_moderated},        Flag{'o', &Config::is_members_only},
                              Flag{'a', &Config::is_non_anonymous},    Flag{'s', &Config::anyone_sets_subject},
                              Flag{'i', &Config::members_invite},      Flag{'g', &Config::is_logged}};
struct Some {
    char letter;
    Roles Config::*member;
};
constexpr std::array lists = {Some{'b', &Config::shown}, Some{'e', &Config::member_list_readers}};

std::string to_text(const Roles& roles) {
    std::string text;
    for (const Role role : present_roles)
        if (roles.has(role)) text += (text.empty() ? "" : ",") + std::string(to_string(role));
    return text;
}

Roles read_roles(std::string_view text) {
    Roles roles;
    for (const std::string& name : base::split_list(text))
        if (const auto role = parse_role(name)) roles.add(*role);
    return roles;
}

bool take_field(const store::Field& field, Config& config) {
    for (const Text& text : texts) {
        if (text.letter == field.letter) config.*text.member = field.value;
    }
    for (const Flag& flag : flags) {
        if (flag.letter == field.letter) config.*flag.member = field.value == "1";
    }
    for (const Some& some : lists) {
        if (some.letter == field.letter) config.*some.member = read_roles(field.value);
    }
    if (field.letter == 'r') {
        const auto role = parse_role(field.value);
        if (!role) return false;
        config.private_messages = *role;
    }
    if (field.letter != 'c' && field.letter != 'h') return true;
    const auto number = store::read_number(field.value);
    if (!number) return false;
    (field.letter == 'c' ? config.most_occupants : config.history) = *number;
    return true;
}

}  // namespace

std::string to_record(const Config& config) {
    store::FieldWriter fields;
    for (const Text& text : texts) {
        if (!(config.*text.member).empty()) fields.add(text.letter, config.*text.member);
    }
    for (const Flag& flag : flags) fields.add(flag.letter, config.*flag.member ? "1" : "0");
    for (const Some& some : lists) fields.add(some.letter, to_text(config.*some.member));
    fields.add('r', to_string(config.private_messages));
    fields.add_number('c', config.most_occupants);
    fields.add_number('h', config.history);
    return std::move(fields).take();
}

std::optional<Config> read_config(std::string_view record) {
    const auto fields = store::read_fields(record);
    if (!fields) return std::nullopt;
    Config config;
    for (const store::Field& field : *fields) {
        if (!take_field(field, config)) return std::nullopt;
    }
    return config;
}

}  // namespace modules::rooms
