// SPDX-License-Identifier: MIT
#include "modules/xep_0045_rooms/retracting.h"

#include "modules/xep_0045_rooms/announcing.h"
#include "modules/xep_0045_rooms/talking.h"
#include "store/fields.h"
#include "xmpp/retraction.h"

#include <utility>

namespace modules::rooms {
namespace {

using xmpp::Condition, xmpp::Iq, xmpp::Message, xmpp::retract_name, xmpp::tombstone_of;

constexpr xml::Name moderated_name = {moderate_ns, "moderated"};
constexpr xml::Name occupant_id_name = {occupant_id_ns, "occupant-id"};
constexpr std::size_t id_characters = 16;
constexpr Sentence no_such_message = {"the room has no such message", "le salon n'a pas ce message"};

std::optional<std::uint64_t> message_id(const xml::Element& names) { return store::read_number(names.attribute("id").value_or("")); }

void bury(Service& service, Room& room, const store::Entry& entry, std::string tombstone) {
    room.history.rewrite(entry.id, tombstone);
    if (room.keeps_archive()) service.keep(room, {store::Rewrite{room.jid.text(), entry.id, std::move(tombstone)}});
}

// What stands in <retract/> and <retracted/> of a moderator (XEP-0425 3.1, 4).
xml::Element with_moderator(const Room& room, xml::Element element, const Iq& iq) {
    const Occupant* moderator = room.occupants.of_client(iq.from());
    auto moderated = xml::Element(moderated_name);
    if (moderator) moderated = std::move(moderated).with_attribute("by", moderator->jid.text());
    element = std::move(element).with(std::move(moderated).with(occupant_id(room.occupant_id(iq.from()))));
    const auto reason = iq.payload()->child_text({moderate_ns, "reason"});
    return reason.empty() ? element : std::move(element).with(xml::Element({xmpp::ns::retraction, "reason"}).with_text(reason));
}

void moderate(Service& service, Room& room, const Iq& iq, const std::optional<store::Entry>& entry) {
    const auto message = entry ? read_message(entry->stanza) : std::nullopt;
    if (!message) return service.refuse(iq, Condition::item_not_found, no_such_message);
    const std::string id = service.node().random.text(id_characters);
    auto tombstone = tombstone_of(*message, with_moderator(room, xmpp::retracted(id, service.now()), iq));
    if (tombstone) {
        bury(service, room, *entry, std::move(*tombstone));
        const auto retract = xml::Element(retract_name).with_attribute("id", std::to_string(entry->id));
        const Message told(room.jid, {}, Message::groupchat, with_moderator(room, retract, iq));
        tell_all(service, room, record(service, room, Message(told.element().with_attribute("id", id), room.jid, {}), room.jid));
    }
    service.send(xmpp::result_reply(iq));
}

// Whether the same user said both (XEP-0424 5).
bool is_author(const Message& message, const Occupant& sender) {
    const auto id = message.child(occupant_id_name);
    return id && id->attribute("id") == std::string_view(sender.id);
}

}  // namespace

void take_moderation(Service& service, Room& room, const Iq& iq) {
    if (!room.is_moderator(iq.from()))
        return service.refuse(iq, Condition::forbidden, {"only moderators do this", "réservé aux modérateurs"});
    if (!iq.payload()->has_child(retract_name))
        return service.refuse(iq, Condition::feature_not_implemented, {"messages are retracted only", "les messages sont seulement retirés"});
    const auto id = message_id(*iq.payload());
    if (!id) return service.refuse(iq, Condition::item_not_found, no_such_message);
    service.find_message(room, *id, iq, [&service, iq](Room& now, const std::optional<store::Entry>& entry) {
        moderate(service, now, iq, entry);
    });
}

bool is_retraction(const Message& message) { return message.has_child(retract_name); }

void take_retraction(Service& service, Room& room, const Message& message, std::function<void(Room&, const Occupant&)> tell) {
    const xml::Element retract = *message.child(retract_name);
    if (retract.has_child(moderated_name))  // XEP-0425 5: only the room itself says so
        return service.refuse(message, Condition::forbidden, {"a moderator asks the room for this", "un modérateur le demande au salon"});
    service.find_message(room, message_id(retract).value_or(0), message,
                         [&service, message, tell = std::move(tell)](Room& now, const std::optional<store::Entry>& entry) {
        const Occupant* sender = now.occupants.of_client(message.from());
        if (!sender) return;
        const auto found = entry ? read_message(entry->stanza) : std::nullopt;
        if (found && !is_author(*found, *sender))
            return service.refuse(message, Condition::forbidden, {"this is somebody else's message", "ce message est de quelqu'un d'autre"});
        auto tombstone = found ? tombstone_of(*found, xmpp::retracted(message.id(), service.now())) : std::nullopt;
        if (tombstone) bury(service, now, *entry, std::move(*tombstone));
        tell(now, *sender);
    });
}

}  // namespace modules::rooms
