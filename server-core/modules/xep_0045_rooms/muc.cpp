// SPDX-License-Identifier: MIT
#include "modules/xep_0045_rooms/muc.h"

#include <algorithm>
#include <array>

namespace modules::rooms {
namespace {

constexpr std::array<std::string_view, 4> roles = {"none", "visitor", "participant", "moderator"};
constexpr std::array<std::string_view, 5> affiliations = {"outcast", "none", "member", "admin", "owner"};

template <class Value, std::size_t count>
std::optional<Value> named(const std::array<std::string_view, count>& names, std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<Value>(found - names.begin());
}

}  // namespace

std::string_view to_string(Role role) {
    return roles[static_cast<std::size_t>(role)];
}

std::string_view to_string(Affiliation affiliation) {
    return affiliations[static_cast<std::size_t>(affiliation)];
}

std::optional<Role> parse_role(std::string_view text) {
    return named<Role>(roles, text);
}

std::optional<Affiliation> parse_affiliation(std::string_view text) {
    return named<Affiliation>(affiliations, text);
}

}  // namespace modules::rooms
