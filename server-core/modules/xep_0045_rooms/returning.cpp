// SPDX-License-Identifier: MIT
// XEP-0045 11.2 and docs/decisions/0082: what an end of the server means for rooms. Occupants are told; a temporary room is
// there as it was when its people come back after the start, whoever comes first, or it is over.
#include "modules/xep_0045_rooms/announcing.h"

#include <utility>

namespace modules::rooms {

// Each hears of himself alone: they all go.
void Service::say_farewell() {
    Notice notice;
    notice.codes = {status::shutdown};
    for (const auto& [name, slot] : slots_) {
        if (!slot->room) continue;
        for (const auto& occupant : slot->room->occupants.all()) {
            const auto farewell = Announcement::leaving(*slot->room, *occupant, unavailable(), notice);
            for (const Client& client : occupant->clients) farewell.to_self(*this, client.jid);
        }
    }
    has_stopped_ = true;  // that the clients go ends no room
}

void Service::end_of_return() {
    for (const std::string& room : std::exchange(returning_, {})) {
        Slot* at = find(room);
        if (at == nullptr) {
            feature_.writes().commit_aside({store::EraseOwner{room}});
            forget(room);
        } else if (at->room && at->holds == 0) {
            at->room->awaits_return = false;
            finish_if_over(*at);
            work_off(room);
        } else if (at->room) {
            at->room->awaits_return = false;  // it is looked at when what is under way is done
        }
    }
    // One of them had the name of a room that everybody has.
    for (const xmpp::Jid& room : wanted_.rooms)
        if (knows_rooms_ && room.domain() == host_.domain() && !rooms_.contains(room.text())) make(room);
}

}  // namespace modules::rooms
