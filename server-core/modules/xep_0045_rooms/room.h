// SPDX-License-Identifier: MIT
// One room in memory: an owner in the sense of DESIGN 9. Config, affiliations and subject are what the store has (a
// temporary room has them here only), the occupants are what clients announced.
#pragma once
#include "modules/xep_0045_rooms/affiliations.h"
#include "modules/xep_0045_rooms/avatar.h"
#include "modules/xep_0045_rooms/config.h"
#include "modules/xep_0045_rooms/history.h"
#include "modules/xep_0045_rooms/occupants.h"
#include "routing/writes.h"
#include "store/store.h"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace modules::rooms {

// The last change of subject (XEP-0045 7.2.15, 8.1), as it was sent. Drawer "room", name "subject".
struct Subject {
    store::Time stamp{};
    std::string stanza;
};

// An invitation that went out. Drawer "invited", named by `invited` and `shown`.
struct Given {
    xmpp::Jid invited;    // bare
    xmpp::Jid inviter;    // the client
    std::string shown{};  // the inviter, as the invitation named him
};

// The nick that admins were last asked about, and how often they were.
struct Asked {
    std::string nick;
    unsigned times = 0;
};

struct Room {
    xmpp::Jid jid;
    Config config;
    Affiliations affiliations;
    std::optional<Subject> subject;
    History history;
    Card card;
    Occupants occupants;
    std::string key;            // secret, from which occupants' ids come. Drawer "room", name "key"
    std::string maker;          // bare JID of who made it, for the limit. Drawer "room", name "maker"; empty: not known
    std::uint64_t last_entry_id = 0;
    // Given and taken by moderators, for those who come back (XEP-0045 5.1). Drawer "voice", named by bare JID.
    std::map<std::string, Role, std::less<>> voices;
    std::map<std::string, Asked, std::less<>> asked_about;  // who wants to register, while no admin has answered (XEP-0045 9.9)
    std::deque<Given> invitations;  // the newest last, that may be declined (XEP-0045 7.8.2); bounded
    bool is_locked = false;     // until its owner has configured it (XEP-0045 10.1)
    bool is_destroyed = false;
    bool awaits_return = false;  // temporary, read after a start: its people may come back
    std::shared_ptr<void> unlocking;  // the timer that accepts the default configuration
    routing::TicketPtr writing;  // the newest message's commit, while it lasts

    Affiliation affiliation_of(const xmpp::Jid& user) const { return affiliations.of(user); }
    // XEP-0421 4.3: what names a user to those who may not see his address, stable and not to be guessed.
    std::string occupant_id(const xmpp::Jid& user) const;
    // XEP-0045 5.1.2.
    Role first_role(Affiliation affiliation) const;
    // The same for a user who enters: with the voice that a moderator gave or took when he was here before.
    Role role_on_entry(const xmpp::Jid& user) const;
    // Whether a role that a moderator gives is for the next visit too.
    bool remembers_voice(const Occupant& occupant, Role role) const;
    // Whether what is said is kept on disk, for all who may enter.
    bool keeps_archive() const { return keeps_archive_as(config); }
    static bool keeps_archive_as(const Config& config) { return config.is_persistent && config.is_logged; }
    // Whether real addresses are shown to this occupant (XEP-0045 7.2.3, 7.2.4).
    bool shows_addresses_to(const Occupant& occupant) const;
    // The same for a user, whether he is inside or not.
    bool shows_addresses_to(const xmpp::Jid& user) const { return config.is_non_anonymous || is_moderator(user); }
    // Whether he is one, or would be if he came.
    bool is_moderator(const xmpp::Jid& user) const;
    // Nothing is left of a temporary room that everybody has left (XEP-0045 7.14).
    bool is_over() const { return is_destroyed || (!config.is_persistent && occupants.empty() && !awaits_return); }
    // The disk has a room, temporary ones too (docs/decisions/0082), once it is unlocked.
    bool is_kept() const { return !is_locked; }
    // Above every id given before, and near the clock in microseconds, so that none is used twice and times are found by them.
    //   above  a random number below 1000: who knows one id shall not know the next (XEP-0313 3)
    std::uint64_t next_entry_id(store::Time now, std::uint64_t above);
};

store::Operation to_operation(const xmpp::Jid& room, const Subject& subject);
store::Operation key_operation(const Room& room);
inline constexpr const char* voice_drawer = "voice";
store::Operation voice_operation(const xmpp::Jid& room, const std::string& bare, Role role);
inline constexpr const char* invited_drawer = "invited";
store::Put invitation_operation(const xmpp::Jid& room, const Given& given);
store::Operation without_invitation(const xmpp::Jid& room, const Given& given);
// Everything that there is of a room.
store::Batch everything(const Room& room, const Config& config);
// Config, affiliations, subject and key from the store; false when there is no such room, or its config is damaged.
bool take_records(Room& room, const store::Loaded& loaded);

}  // namespace modules::rooms
