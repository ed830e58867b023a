// SPDX-License-Identifier: MIT
// XEP-0045 8.2 to 8.5, 9, 10.3 to 10.8: roles and affiliations: who may change which, and what follows for who is there.
#pragma once
#include "modules/xep_0045_rooms/announcing.h"

#include <functional>
#include <string>
#include <vector>

namespace modules::rooms {

struct RoleChange {
    Occupant* occupant;
    Role role;
    std::string reason;
};
struct AffiliationChange {
    std::string bare;   // a user's bare JID, or a domain
    Standing standing;
    std::string reason{};
};

// What a change of lists means for occupants.
struct Outcome {
    struct Removal {
        Occupant* occupant;
        Notice notice;
    };
    struct Update {
        Occupant* occupant;
        Notice notice;
        bool sees_addresses = false;  // from now on (XEP-0045 8)
    };
    // Whose affiliation changed while he was not there.
    struct Absence {
        AffiliationChange change;
        Affiliation before;
    };
    std::vector<Removal> removals;
    std::vector<Update> updates;
    std::vector<Absence> absences{};
};

// Why the lists cannot take this change whoever asks for it: they are full. Nothing when they can.
std::optional<xmpp::StanzaError> reason_against(const Service& service, const Room& room, const AffiliationChange& change);
// What keeps `changes`; to_batch: nothing for a room that is not on disk yet.
store::Batch operations(const Room& room, const std::vector<AffiliationChange>& changes);
store::Batch to_batch(const Room& room, const std::vector<AffiliationChange>& changes);
store::Batch to_batch(const Room& room, const std::vector<RoleChange>& changes);
// Writes `changes` into the room's memory and says what follows. `actor`: the nick of who did it, or empty.
Outcome take_changes(Room& room, const std::vector<AffiliationChange>& changes, const std::string& actor);
// Takes roles over in the same way.
void take_changes(Room& room, const std::vector<RoleChange>& changes, const std::string& actor, Outcome& outcome);
// Who has no place in a room that is members-only now (XEP-0045 10.2).
void remove_non_members(const Room& room, Outcome& outcome);
// Tells everybody in the order of XEP-0045 8.2: who is removed, then `reply`, then those who stay.
void carry_out(const Service& service, Room& room, const Outcome& outcome, const std::function<void()>& reply);

// What a <query xmlns="...muc#admin"/> of type get is answered with.
xmpp::IqReply list_reply(const Room& room, const xmpp::Iq& iq);
// The same query of either type.
void take_list_query(Service& service, Room& room, const xmpp::Iq& iq);

}  // namespace modules::rooms
