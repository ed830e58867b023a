// SPDX-License-Identifier: MIT
// What a room's owner decides (XEP-0045 10), as values and as the record that keeps it. Drawer "room", name "config".
#pragma once
#include "modules/xep_0045_rooms/muc.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace modules::rooms {

inline constexpr const char* room_drawer = "room";
inline constexpr const char* config_record = "config";
inline constexpr const char* subject_record = "subject";
inline constexpr const char* key_record = "key";
inline constexpr const char* maker_record = "maker";

// The defaults are what colleagues expect of a room made in passing: everybody finds it and may enter, the e-mail-like
// addresses are seen by moderators only, and it is gone when the last one leaves.
struct Config {
    std::string name;
    std::string description;
    std::string language;
    bool is_persistent = false;
    bool is_public = true;
    bool is_moderated = false;
    bool is_members_only = false;
    bool is_non_anonymous = false;  // everybody sees real addresses, not only moderators
    bool anyone_sets_subject = false;
    bool members_invite = false;    // in a members-only room
    bool is_logged = true;          // what is said in a persistent room is kept for all who may enter
    Roles shown{Role::visitor, Role::participant, Role::moderator};  // whose presence the others get
    Roles member_list_readers{};    // beside admins
    std::string password;           // empty: none
    Role private_messages = Role::visitor;  // the least role that may send them; none: nobody
    std::uint64_t most_occupants = 0;       // 0: as many as the server allows
    std::uint64_t history = 50;             // messages kept for those who enter

    friend bool operator==(const Config&, const Config&) = default;
};

// What a room's history may be set to, so that rooms stay bounded.
inline constexpr std::uint64_t most_history = 200;

std::string to_record(const Config& config);
// Nothing when the record is damaged.
std::optional<Config> read_config(std::string_view record);

}  // namespace modules::rooms
