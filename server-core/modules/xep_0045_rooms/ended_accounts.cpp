// SPDX-License-Identifier: MIT
#include "modules/xep_0045_rooms/ended_accounts.h"

#include "modules/xep_0045_rooms/lists.h"

#include <utility>

namespace modules::rooms {
namespace {

constexpr xml::Name ended_name = {"bioaster:account-ended", "ended"};  // never leaves the server

std::vector<AffiliationChange> changes_without(const Room& room, const std::string& bare) {
    std::vector<AffiliationChange> changes;
    const Standing* standing = room.affiliations.find(bare);
    if (!standing || standing->affiliation == Affiliation::outcast) return changes;
    changes.push_back({bare, {}});
    Affiliations after = room.affiliations;
    after.set(bare, {});
    if (after.has_owner()) return changes;
    for (const auto& [other, theirs] : after.all())
        if (theirs.affiliation == Affiliation::admin) changes.push_back({other, {Affiliation::owner, theirs.nick, {}}});
    return changes;
}

}  // namespace

xmpp::Message end_of_account(const xmpp::Jid& host, const xmpp::Jid& user) {
    return {host, {}, xmpp::Message::headline, xml::Element(ended_name).with_attribute("jid", user.text())};
}

bool is_end_of_account(Service& service, Room& room, const xmpp::Message& message) {
    if (message.from() != service.host()) return false;
    const auto ended = message.child(ended_name);
    if (!ended) return false;
    const std::string bare(ended->attribute("jid").value_or(""));
    room.asked_about.erase(bare);
    const auto changes = changes_without(room, bare);
    store::Batch batch = to_batch(room, changes);
    if (room.maker == bare) batch.push_back(store::Erase{room.jid.text(), room_drawer, maker_record});
    if (room.maker == bare) room.maker.clear();
    if (room.voices.erase(bare) != 0) batch.push_back(store::Erase{room.jid.text(), voice_drawer, bare});
    service.change(room, message, std::move(batch), [&service, changes, bare](Room& now) {
        carry_out(service, now, take_changes(now, changes, {}), [] {});
        service.account_has_ended(now.jid.text(), bare);
    });
    return true;
}

}  // namespace modules::rooms
