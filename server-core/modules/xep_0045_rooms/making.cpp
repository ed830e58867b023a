// SPDX-License-Identifier: MIT
// docs/decisions/0053: the rooms that the settings name are there from the start, open, persistent, owned by the
// administrators; by the service itself while there are none, until some are named.
#include "modules/xep_0045_rooms/service.h"
#include "xmpp/folding.h"

#include <utility>

namespace modules::rooms {

void Service::make_wanted() {
    for (const xmpp::Jid& room : wanted_.rooms) {
        if (room.domain() != host_.domain()) continue;
        if (!rooms_.contains(room.text())) {
            make(room);
            continue;
        }
        if (wanted_.administrators.empty()) continue;
        ++undone_;
        feature_.store().load(room.text(), {affiliation_drawer}, [this, alive = alive(), room](auto kept) {
            if (alive.expired()) return;
            if (kept) give_to_administrators(room, *kept);
            one_is_done();
        });
    }
}

void Service::make(const xmpp::Jid& jid) {
    Room room;
    room.jid = jid;
    room.key = node().random.bytes(key_bytes);
    room.config.is_persistent = true;
    room.config.name = xmpp::name_from_local(jid.local());
    for (const xmpp::Jid& owner : wanted_.administrators) room.affiliations.set(owner.text(), {Affiliation::owner, {}, {}});
    if (!room.affiliations.has_owner()) room.affiliations.set(host_.text(), {Affiliation::owner, {}, {}});
    ++undone_;
    const routing::Writes::Scope scope(feature_.writes(), nullptr);
    feature_.writes().commit(everything(room, room.config));
    const routing::TicketPtr ticket = feature_.writes().gate();
    list(room);
    ticket->when_settled([this, alive = alive(), name = jid.text(), ticket] {
        if (alive.expired()) return;
        if (ticket->is_refused()) {
            node().log.error("a room of the settings could not be made: " + name);
            rooms_.erase(name);
            public_rooms_.erase(name);
        }
        one_is_done();
    });
}

void Service::give_to_administrators(const xmpp::Jid& room, const store::Loaded& kept) {
    Affiliations affiliations;
    for (const store::Record& record : kept.records)
        if (!affiliations.take_record(record)) return;
    if (affiliations.of(host_) != Affiliation::owner) return;
    affiliations.set(host_.text(), {});
    if (affiliations.has_owner()) return;
    store::Batch batch{to_operation(room, host_.text(), {})};
    for (const xmpp::Jid& owner : wanted_.administrators) batch.push_back(to_operation(room, owner.text(), {Affiliation::owner, {}, {}}));
    feature_.writes().commit_aside(std::move(batch));
}

}  // namespace modules::rooms
