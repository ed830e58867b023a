// SPDX-License-Identifier: MIT
#include "modules/xep_0045_rooms/talking.h"

#include "modules/xep_0045_rooms/ended_accounts.h"
#include "modules/xep_0045_rooms/entering.h"
#include "modules/xep_0045_rooms/inviting.h"
#include "modules/xep_0045_rooms/retracting.h"
#include "routing/keeping.h"
#include "routing/message_log.h"
#include "routing/stanza_ids.h"
#include "xml/writer.h"
#include "xmpp/datetime.h"

#include <algorithm>
#include <utility>

namespace modules::rooms {
namespace {

using xmpp::Condition, xmpp::Message;

constexpr xml::Name subject_name = {xml::stanza_ns, "subject"};

// Whether it is an id that somebody else gave, however he spells ours.
bool is_id_of_another(const xml::Element& child, const xmpp::Jid& room) {
    if (!child.is({stanza_id_ns, "stanza-id"})) return false;
    const auto by = xmpp::parse_jid(child.attribute("by").value_or(""));
    return by && *by != room;
}

// XEP-0359 4, XEP-0421 4: ids that somebody else wrote in our name go. XEP-0045 17.3: what only a room may say does not pass.
xml::Element without_forgeries(const xml::Element& element, const xmpp::Jid& room) {
    xml::Element clean = element;
    for (const xml::Name name : {xml::Name{user_ns, "x"}, xml::Name{occupant_id_ns, "occupant-id"}, xml::Name{stanza_id_ns, "stanza-id"}})
        if (clean.has_child(name)) clean = clean.without(name);
    for (const xml::Element child : element.children())
        if (is_id_of_another(child, room)) clean = std::move(clean).with(child);
    return clean;
}

// As others may get it from the sender's nick.
Message from_occupant(const Message& message, const Occupant& sender, const Room& room) {
    const Message clean(without_forgeries(message.element(), room.jid), {}, {});
    return clean.addressed(sender.jid, {}).with(occupant_id(sender.id));
}

void pass_to_all(Service& service, Room& room, const Occupant& sender, const Message& message) {
    Message said = from_occupant(message, sender, room);
    if (routing::is_worth_archiving_in_room(said)) said = record(service, room, said, message.from());
    tell_all(service, room, said);
}

void say_to_all(Service& service, Room& room, const Occupant& sender, const Message& message) {
    if (sender.role < Role::participant)
        return service.refuse(message, Condition::forbidden, {"you have no voice in this room", "vous n'avez pas la parole dans ce salon"});
    if (!is_retraction(message)) return pass_to_all(service, room, sender, message);
    take_retraction(service, room, message, [&service, message](Room& now, const Occupant& author) {
        pass_to_all(service, now, author, message);
    });
}

void change_subject(Service& service, Room& room, const Occupant& sender, const Message& message) {
    const Role needed = room.config.anyone_sets_subject ? Role::participant : Role::moderator;
    if (sender.role < needed) return service.refuse(message, Condition::forbidden, {"the subject is not yours to change", "vous ne pouvez pas changer le sujet"});
    Message said = from_occupant(message, sender, room);
    auto kept = said.element().without_content().without_attribute("id");
    for (const xml::Element child : said.element().children())
        if (child.is(subject_name) || child.is({occupant_id_ns, "occupant-id"})) kept = std::move(kept).with(child);
    room.subject = Subject{service.now(), xml::to_string(kept)};
    store::Batch batch;
    if (room.is_kept()) batch.push_back(to_operation(room.jid, *room.subject));
    if (room.keeps_archive())
        said = record(service, room, said, message.from(), std::move(batch));
    else if (!batch.empty())
        service.keep(room, std::move(batch));
    tell_all(service, room, said);
}

void send_privately(Service& service, Room& room, const Occupant& sender, const Message& message) {
    if (message.type() == Message::groupchat)
        return service.refuse(message, Condition::bad_request, {"to one occupant, but of type groupchat", "à un seul occupant, mais de type groupchat"});
    const Occupant* receiver = room.occupants.with_nick(message.to().resource());
    if (!receiver) return service.refuse(message, Condition::item_not_found, words::nobody_has_nick);
    if (room.config.private_messages == Role::none || sender.role < room.config.private_messages)
        return service.refuse(message, Condition::forbidden, {"private messages are not allowed to you in this room", "vous ne pouvez pas envoyer de messages privés dans ce salon"});
    const Message passed = from_occupant(message, sender, room).with(xml::Element({user_ns, "x"}));
    std::vector<xmpp::Jid> clients;
    for (const Client& client : receiver->clients) clients.push_back(client.jid);
    service.send_to_each(passed, clients);
}

}  // namespace

// Before anybody hears of it (DESIGN 4.1).
Message record(Service& service, Room& room, const Message& message, const xmpp::Jid& author, store::Batch beside) {
    const auto now = service.now();
    const std::uint64_t id = room.next_entry_id(now, routing::random_below_1000(service.node().random));
    const Message kept = routing::with_stanza_id(message, room.jid, id);
    xml::keep_serialised(kept.element());
    store::Entry entry{id, now, std::string(author.bare_text()), xml::to_string(kept.element()), false, std::string(author.resource())};
    if (belongs_to_history(kept)) room.history.add(entry, room.config.history);
    if (room.keeps_archive()) beside.push_back(store::Append{room.jid.text(), std::move(entry)});
    if (!beside.empty()) service.keep(room, std::move(beside));
    return kept;
}

void take_message(Service& service, Room& room, const Message& message) {
    if (is_end_of_account(service, room, message)) return;
    if (message.type() == Message::error) return remove_ghost(service, room, message);
    const bool is_to_room = message.to().is_bare();
    if (is_to_room && message.type() != Message::groupchat) return take_request(service, room, message);
    const Occupant* sender = room.occupants.of_client(message.from());
    if (!sender) return service.refuse(message, Condition::not_acceptable, words::not_inside);
    if (room.is_locked) return service.refuse(message, Condition::item_not_found, words::locked);
    if (!is_to_room) return send_privately(service, room, *sender, message);
    if (is_subject_change(message)) return change_subject(service, room, *sender, message);
    say_to_all(service, room, *sender, message);
}

void send_history(const Service& service, const Room& room, const xmpp::Jid& client, const xmpp::Presence& presence) {
    service.wait_for_messages(room);
    auto wish = parse_wish(*presence.child({muc_ns, "x"}), service.now());
    if (room.keeps_archive()) wish.since = std::max(wish.since.value_or(store::Time::min()), service.oldest_kept());
    for (const Message& message : room.history.messages(room.jid, client, wish)) service.send(message);
    const auto subject = room.subject ? read_message(room.subject->stanza) : std::nullopt;
    if (subject)
        service.send(subject->addressed(subject->from(), client).with(xmpp::delay(room.jid, room.subject->stamp)));
    else
        service.send(Message(room.jid, client, Message::groupchat, xml::Element(subject_name)));
}

void tell_codes(const Service& service, const Room& room, const std::vector<int>& codes) {
    if (codes.empty()) return;
    auto x = xml::Element({user_ns, "x"});
    for (const int code : codes)
        x = std::move(x).with(xml::Element({user_ns, "status"}).with_attribute("code", std::to_string(code)));
    tell_all(service, room, Message(room.jid, {}, Message::groupchat, x));
}

void tell_all(const Service& service, const Room& room, const Message& message) {
    xml::keep_serialised(message.element());
    for (const auto& occupant : room.occupants.all())
        for (const Client& client : occupant->clients) service.send(message.addressed(message.from(), client.jid));
}

}  // namespace modules::rooms
