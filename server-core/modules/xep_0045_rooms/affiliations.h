// SPDX-License-Identifier: MIT
// XEP-0045 5.2: who lastingly belongs to a room, by bare JID, or is banned from it, also by domain. Drawer
// "affiliation", name: the JID.
#pragma once
#include "modules/xep_0045_rooms/muc.h"
#include "store/store.h"
#include "xmpp/jid.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace modules::rooms {

inline constexpr const char* affiliation_drawer = "affiliation";

struct Standing {
    Affiliation affiliation = Affiliation::none;
    std::string nick;    // reserved for this user (XEP-0045 7.12); empty: none
    std::string reason;  // of a ban
};

class Affiliations {
public:
    using Map = std::map<std::string, Standing, std::less<>>;

    // Of a user: his own standing, or else his domain's.
    Affiliation of(const xmpp::Jid& user) const;
    // The user's own entry; null when there is none.
    const Standing* find(std::string_view bare) const;
    // Affiliation none takes the entry out.
    void set(const std::string& bare, Standing standing);
    // The bare JID that a nick is reserved for; empty: nobody.
    std::string_view reserved_for(std::string_view nick) const;
    bool has_owner() const;
    const Map& all() const { return all_; }

    // Reads a record of the drawer; false when it is damaged.
    bool take_record(const store::Record& record);

private:
    Map all_;
};

// What keeps `standing` of `bare` in the room's drawer.
store::Operation to_operation(const xmpp::Jid& room, const std::string& bare, const Standing& standing);

}  // namespace modules::rooms
