// SPDX-License-Identifier: MIT
// What a room says about an occupant (XEP-0045 7.2.2 to 7.2.4, 17.3): presence with role, affiliation and, for those who
// may see it, the real address. Made once for each kind of reader, serialised once where there are many.
#pragma once
#include "modules/xep_0045_rooms/service.h"

#include <optional>
#include <string>
#include <vector>

namespace modules::rooms {

// What happened, beside the occupant's standing.
struct Notice {
    std::vector<int> codes{};      // told to everybody
    std::vector<int> own_codes{};  // told to the occupant itself, beside 110
    std::string new_nick{};        // with code 303
    std::string actor{};           // the nick of who did it
    std::string reason{};
    std::optional<xml::Element> destroyed{};
};

class Announcement {
public:
    // As the occupant stands now; with role none when it leaves. `presence` is the tag without addresses, with what the
    // client said (<show/>, <status/>...) and nothing of muc#user.
    static Announcement present(const Room& room, const Occupant& about, const Notice& notice = {});
    static Announcement leaving(const Room& room, const Occupant& about, const xml::Element& presence, const Notice& notice);
    static Announcement renamed(const Room& room, const Occupant& about, const std::string& new_nick);

    // To one client of somebody else, as `reader` may see it.
    void to_other(const Service& service, const Occupant& reader, const xmpp::Jid& client) const;
    // To one of the occupant's own clients. `id`: of the stanza it answers, or empty.
    void to_self(const Service& service, const xmpp::Jid& client, std::string_view id = {}) const;
    // To all clients of everybody in the room but the occupant itself; nothing where they are not to see it.
    void to_others(const Service& service, const Room& room) const;

private:
    struct Standing {
        Affiliation affiliation;
        Role role;
    };
    Announcement(const Room& room, const Occupant& about, const xml::Element& presence, Standing standing, const Notice& notice,
                 bool is_seen);
    // As somebody sees it who sees the real address, or not; made when first asked for.
    const xml::Element& seen(bool with_address) const;
    void send(const Service& service, const xml::Element& presence, const xmpp::Jid& client) const;

    const Room& room_;
    xmpp::Jid from_;
    xmpp::Jid real_;
    xml::Element id_;
    xml::Element presence_;
    xml::Element item_;  // without the real address
    Notice notice_;
    bool is_seen_;
    mutable std::optional<xml::Element> hidden_;
    mutable std::optional<xml::Element> shown_;
};

// Presence of a client as the room may pass it on: without addresses, id, and what only rooms may say (XEP-0045 17.3).
xml::Element presence_content(const xmpp::Presence& presence);
// XEP-0421 4.1: <occupant-id/>.
xml::Element occupant_id(std::string_view id);
// An empty <presence type='unavailable'/>.
xml::Element unavailable();
// The occupant as it is now (`present`), to the others; where its role is not to be seen any more, that it is gone.
void show_to_others(const Service& service, const Room& room, Occupant& occupant, const Announcement& present);
// The occupant as it is now, to everybody.
void announce(const Service& service, const Room& room, Occupant& occupant, const Notice& notice = {});

}  // namespace modules::rooms
