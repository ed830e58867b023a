// SPDX-License-Identifier: MIT
// XEP-0424 Message Retraction 0.4.2 between two accounts: who said something takes it back, and in both archives a tombstone
// stands in its place, beside the retraction. Rooms do it themselves (xep_0045_rooms/retracting). Stores nothing of its own.
#include "modules/modules.h"
#include "routing/archive_query.h"
#include "xmpp/retraction.h"

namespace modules {
namespace {

using routing::Delivery, routing::Feature;
using xmpp::Message;

constexpr xml::Name occupant_id_name = {"urn:xmpp:occupant-id:0", "occupant-id"};
// As much as one question to the archive may cost: retractions come from anybody (DESIGN 4.3).
constexpr std::size_t most_looked_at = 250;
constexpr std::size_t most_bytes = 1024 * 1024;

// XEP-0424 5: both from the same bare JID; in a room's private messages from the same occupant (XEP-0421 4).
bool is_same_author(const Message& one, const Message& other) {
    const auto occupant = one.child(occupant_id_name);
    const auto again = other.child(occupant_id_name);
    if (one.from().bare_text() != other.from().bare_text() || occupant.has_value() != again.has_value()) return false;
    return !occupant || occupant->attribute("id") == again->attribute("id");
}

// Among `page`, the newest first looked at, what the retraction means: the tombstone for it.
std::optional<store::Rewrite> burial(const std::string& owner, const std::vector<store::Entry>& page, const Message& retraction, xmpp::Time now) {
    const auto id = retraction.child(xmpp::retract_name)->attribute("id");
    for (auto entry = page.rbegin(); entry != page.rend(); ++entry) {
        const auto message = routing::message_of(*entry);
        if (!message || message->id() != *id || !is_same_author(*message, retraction)) continue;
        auto tombstone = xmpp::tombstone_of(*message, xmpp::retracted(retraction.id(), now));
        if (!tombstone) return std::nullopt;
        return store::Rewrite{owner, entry->id, std::move(*tombstone)};
    }
    return std::nullopt;
}

// `with`: the other side. What was not kept takes nothing back: archives hold each tombstone with its retraction (5).
void take_back(const Feature& feature, const Delivery& delivery, std::string_view with) {
    const auto retract = delivery.message.child(xmpp::retract_name);
    if (!retract || retract->attribute("id").value_or("").empty() || delivery.log_id == 0) return;
    store::PageQuery query;
    query.before = delivery.log_id;
    query.most = most_looked_at;
    query.most_bytes = most_bytes;
    query.newest_first = true;
    query.archived_only = true;
    query.with = with;
    const std::string owner = delivery.account.jid().text();
    feature.store().page(owner, query, [feature, owner, message = delivery.message](const auto& page) {
        auto rewrite = page ? burial(owner, *page, message, feature.node().clock.wall()) : std::nullopt;
        if (rewrite) feature.writes().commit_aside({std::move(*rewrite)});
    });
}

}  // namespace

void add_retraction(Feature& feature) {
    using routing::Phase, routing::Stage;
    feature.advertise(xmpp::ns::retraction);
    for (const std::string_view var : {xmpp::ns::retraction, xmpp::ns::tombstones}) feature.advertise_for_accounts(var);
    feature.on_message(Stage::sending, Phase::copy, [feature](Delivery& delivery) {
        take_back(feature, delivery, delivery.message.to().bare_text());
    });
    feature.on_message(Stage::receiving, Phase::copy, [feature](Delivery& delivery) {
        if (delivery.archived) take_back(feature, delivery, delivery.message.from().bare_text());
    });
}

}  // namespace modules
