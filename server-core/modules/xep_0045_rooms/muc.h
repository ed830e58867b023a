// SPDX-License-Identifier: MIT
// XEP-0045: the words of the protocol that every file of this folder needs.
#pragma once
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

std::string_view to_string(Role role);
std::string_view to_string(Affiliation affiliation);
std::optional<Role> parse_role(std::string_view text);
std::optional<Affiliation> parse_affiliation(std::string_view text);

// XEP-0045 16.5, the codes that a room of ours sends.
namespace status {
inline constexpr int non_anonymous = 100;
inline constexpr int configured = 104;
inline constexpr int self = 110;
inline constexpr int now_non_anonymous = 172;
inline constexpr int now_semi_anonymous = 173;
inline constexpr int created = 201;
inline constexpr int banned = 301;
inline constexpr int new_nick = 303;
inline constexpr int kicked = 307;
inline constexpr int affiliation_lost = 321;
inline constexpr int now_members_only = 322;
inline constexpr int technical = 333;
}  // namespace status

}  // namespace modules::rooms
