// SPDX-License-Identifier: MIT
// XEP-0045: the words of the protocol that every file of this folder needs.
#pragma once
#include <array>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace modules::rooms {

inline constexpr std::string_view muc_ns = "http://jabber.org/protocol/muc";
inline constexpr std::string_view user_ns = "http://jabber.org/protocol/muc#user";
inline constexpr std::string_view admin_ns = "http://jabber.org/protocol/muc#admin";
inline constexpr std::string_view owner_ns = "http://jabber.org/protocol/muc#owner";
inline constexpr std::string_view stanza_id_ns = "urn:xmpp:sid:0";
inline constexpr std::string_view occupant_id_ns = "urn:xmpp:occupant-id:0";
inline constexpr std::string_view ping_ns = "urn:xmpp:ping";

// In the order of XEP-0045 5.1 and 5.2: each may do what those before it may.
enum class Role { none, visitor, participant, moderator };
enum class Affiliation { outcast, none, member, admin, owner };

// Some of the roles.
class Roles {
public:
    constexpr Roles() = default;
    constexpr Roles(std::initializer_list<Role> roles) {
        for (const Role role : roles) add(role);
    }
    constexpr void add(Role role) { bits_ |= 1u << static_cast<unsigned>(role); }
    constexpr bool has(Role role) const { return (bits_ & 1u << static_cast<unsigned>(role)) != 0; }
    friend constexpr bool operator==(const Roles&, const Roles&) = default;

private:
    unsigned bits_ = 0;
};
inline constexpr std::array present_roles = {Role::moderator, Role::participant, Role::visitor};

std::string_view to_string(Role role);
std::string_view to_string(Affiliation affiliation);
std::optional<Role> parse_role(std::string_view text);
std::optional<Affiliation> parse_affiliation(std::string_view text);

// XEP-0045 16.5, the codes that a room of ours sends.
namespace status {
inline constexpr int non_anonymous = 100;
inline constexpr int changed_while_away = 101;
inline constexpr int configured = 104;
inline constexpr int self = 110;
inline constexpr int logged = 170;
inline constexpr int now_not_logged = 171;
inline constexpr int now_non_anonymous = 172;
inline constexpr int now_semi_anonymous = 173;
inline constexpr int created = 201;
inline constexpr int banned = 301;
inline constexpr int new_nick = 303;
inline constexpr int kicked = 307;
inline constexpr int affiliation_lost = 321;
inline constexpr int now_members_only = 322;
inline constexpr int shutdown = 332;
inline constexpr int technical = 333;
}  // namespace status

}  // namespace modules::rooms
