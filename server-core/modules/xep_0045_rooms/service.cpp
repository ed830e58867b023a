// SPDX-License-Identifier: MIT
#include "modules/xep_0045_rooms/service.h"

#include "modules/xep_0045_rooms/entering.h"

#include <utility>

namespace modules::rooms {
namespace {

using xmpp::AnyStanza, xmpp::Condition, xmpp::Iq, xmpp::Message, xmpp::Presence;

// Persistent rooms that nobody is in stay in memory up to this number of rooms.
constexpr std::size_t most_idle_rooms = 500;
// As long as somebody looks at the question of his client whether to configure or to accept.
constexpr std::chrono::seconds patience_at_first{60};
// A client that enters all its rooms at once asks each for its archive.
constexpr unsigned most_readings = 100;

}  // namespace

Service::Service(const routing::Feature& feature, xmpp::Jid host, std::chrono::days kept, Wanted wanted)
    : feature_(feature), host_(std::move(host)), started_(feature.node().clock.steady()), kept_(kept),
      retention_(feature, room_drawer, kept, routing::Retention::Keeps::nothing_else), wanted_(std::move(wanted)) {}

void Service::refuse(const AnyStanza& stanza, Condition condition, xmpp::Words text, xmpp::ErrorType type) const {
    feature_.router().refuse(stanza, {condition, std::move(text), type, {}});
}

void Service::take(const AnyStanza& stanza) {
    if (has_stopped_) return;
    if (!is_ready_) return wait(waiting_, stanza);
    const xmpp::Jid& to = xmpp::common(stanza).to();
    if (!to.has_local()) {
        if (const auto* iq = std::get_if<Iq>(&stanza)) {
            if (iq->is_request()) send(answer_for_service(*this, *iq).answer(*iq));
        } else if (std::holds_alternative<Message>(stanza)) {
            refuse(stanza, Condition::service_unavailable);
        }
        return;
    }
    Slot* at = find(to.bare_text());
    if (at && at->holds == 0 && at->waiting.stanzas.empty()) {
        handle(*at, stanza);
        return work_off(std::string(to.bare_text()));
    }
    const bool is_new = !at;
    if (is_new) at = &add(to);
    wait(at->waiting, stanza);
    if (!is_new) return;
    if (knows_rooms_ && !rooms_.contains(to.bare_text())) return work_off(std::string(to.bare_text()));
    load(*at);
}

void Service::wait(Queue& queue, const AnyStanza& stanza) const {
    const std::size_t most = node().limits.waiting_stanzas;
    if (most != 0 && queue.stanzas.size() >= most)
        return refuse(stanza, Condition::resource_constraint, {"too much is waiting for this room", "trop de choses attendent ce salon"}, xmpp::ErrorType::wait);
    if (!queue.aside) queue.aside = feature_.writes().set_aside();
    queue.stanzas.push_back({stanza, feature_.writes().gate()});
}

void Service::is_worked_off(Queue& queue) const {
    if (queue.aside) feature_.writes().taken_up(std::exchange(queue.aside, nullptr));
}

Slot* Service::find(std::string_view room) {
    const auto found = slots_.find(room);
    return found == slots_.end() ? nullptr : found->second.get();
}

Slot& Service::add(const xmpp::Jid& room) {
    auto made = std::make_unique<Slot>();
    made->jid = room.bare();
    const std::string name = made->jid.text();
    return *slots_.emplace(name, std::move(made)).first->second;
}

void Service::handle(Slot& slot, const AnyStanza& stanza) {
    ++slot.holds;  // what comes back while we send waits until this stanza is done
    if (slot.room)
        handle_for_room(*this, *slot.room, stanza);
    else
        to_missing_room(slot, stanza);
    --slot.holds;
    finish_if_over(slot);
}

void Service::finish_if_over(Slot& slot) {
    if (slot.holds != 0 || !slot.room || !slot.room->is_over()) return;
    const bool is_on_disk = slot.room->is_kept() && !slot.room->is_destroyed;
    slot.room.reset();
    if (is_on_disk) feature_.writes().commit_aside({store::EraseOwner{slot.jid.text()}});
    forget(slot.jid.text());
}

void Service::forget(const std::string& room) {
    rooms_.erase(room);
    makers_.erase(room);
    public_rooms_.erase(room);
    returning_.erase(room);
}

void Service::work_off(const std::string& room) {
    for (Slot* at = find(room); at && at->holds == 0; at = find(room)) {
        if (at->waiting.stanzas.empty()) {
            is_worked_off(at->waiting);
            const bool is_needed = at->room && (!at->room->occupants.empty() || slots_.size() <= most_idle_rooms);
            if (!is_needed) slots_.erase(room);
            return;
        }
        const Waiting next = std::move(at->waiting.stanzas.front());
        at->waiting.stanzas.pop_front();
        routing::Writes::Scope scope(feature_.writes(), &next.stanza, next.gate);
        handle(*at, next.stanza);
    }
}

// XEP-0045 7.2.11, 17.2: a room that does not exist can only be made.
void Service::to_missing_room(Slot& slot, const AnyStanza& stanza) {
    const auto* presence = std::get_if<Presence>(&stanza);
    const auto* iq = std::get_if<Iq>(&stanza);
    // XEP-0410 3.3: item-not-found would say that the client is in the room under another nick.
    if (iq && iq->is_request() && iq->to().is_full() && iq->payload()->is({ping_ns, "ping"}))
        return refuse(stanza, Condition::not_acceptable, words::not_inside);
    if (!presence) return refuse(stanza, Condition::item_not_found, {"there is no such room", "ce salon n'existe pas"});
    if (presence->type() != Presence::available) return;
    if (!has_nick(*presence)) return refuse_to_enter(*this, *presence, Condition::jid_malformed, words::nick_needed);
    if (!presence->has_child({muc_ns, "x"})) return tell_not_in_room(*this, *presence);
    create(slot, *presence);
}

void Service::create(Slot& slot, const Presence& presence) {
    const std::size_t most = node().limits.rooms;
    if (presence.from().domain() != node().domain.text())
        return refuse_to_enter(*this, presence, Condition::not_allowed, {"only users of this server make rooms", "seuls les utilisateurs de ce serveur créent des salons"});
    if (most != 0 && rooms_.size() >= most)
        return refuse_to_enter(*this, presence, Condition::resource_constraint, {"there are too many rooms", "il y a trop de salons"});
    if (has_made_enough(presence.from()))
        return refuse_to_enter(*this, presence, Condition::resource_constraint, {"you have made too many rooms", "vous avez créé trop de salons"});
    slot.room = std::make_unique<Room>();
    slot.room->jid = slot.jid;
    slot.room->is_locked = true;
    slot.room->maker = presence.from().bare_text();
    makers_.insert_or_assign(slot.jid.text(), slot.room->maker);
    slot.room->key = node().random.bytes(key_bytes);
    slot.room->affiliations.set(std::string(presence.from().bare_text()), {Affiliation::owner, {}, {}});
    list(*slot.room);
    enter(*this, *slot.room, presence);
    expect_configuration(*slot.room, patience_at_first);
}

// Of rooms that are older than the record of their makers nobody knows by whom they were made.
bool Service::has_made_enough(const xmpp::Jid& user) const {
    const std::size_t most = node().limits.rooms_per_account;
    const auto is_his = [bare = user.bare_text()](const auto& made) { return made.second == bare; };
    return most != 0 && static_cast<std::size_t>(std::ranges::count_if(makers_, is_his)) >= most;
}

void Service::unlock(Room& room) {
    room.is_locked = false;
    feature_.writes().commit_aside(everything(room, room.config));
    list(room);
}

void Service::expect_configuration(Room& room, std::chrono::seconds patience) {
    room.unlocking = node().after(patience, [this, alive = alive(), name = room.jid.text()] {
        Slot* at = alive.expired() ? nullptr : find(name);
        if (!at || !at->room || !at->room->is_locked) return;
        if (at->holds != 0) return expect_configuration(*at->room, std::chrono::seconds(1));  // something is being written
        unlock(*at->room);
    });
}

std::shared_ptr<void> Service::begin_reading(const Iq& iq) {
    const std::string asker = iq.from().text();
    unsigned& under_way = readings_[asker];
    if (under_way >= most_readings) {
        refuse(iq, Condition::resource_constraint, {"too many questions at once", "trop de questions à la fois"}, xmpp::ErrorType::wait);
        return nullptr;
    }
    ++under_way;
    return {this, [alive = alive(), asker](Service* service) {
                if (!alive.expired() && --service->readings_[asker] == 0) service->readings_.erase(asker);
            }};
}

std::string Service::unused_name() const {
    constexpr std::size_t characters = 16;
    std::string name = node().random.text(characters);
    while (rooms_.contains(name + "@" + host_.text())) name = node().random.text(characters);
    return name;
}

void Service::list(const Room& room) {
    rooms_.insert(room.jid.text());
    if (room.config.is_public && !room.is_locked)
        public_rooms_.insert_or_assign(room.jid.text(), room.config.name);
    else
        public_rooms_.erase(room.jid.text());
}

void Service::change(Room& room, const AnyStanza& origin, store::Batch batch, std::function<void(Room&)> then) {
    if (batch.empty()) return then(room);
    Slot& at = *find(room.jid.text());
    ++at.holds;
    feature_.writes().commit(std::move(batch));
    const routing::TicketPtr ticket = feature_.writes().gate();
    ticket->when_settled([this, alive = alive(), name = room.jid.text(), origin, ticket, then = std::move(then)] {
        if (!alive.expired()) changed(name, origin, ticket->is_refused(), then);
    });
}

void Service::changed(const std::string& room, const AnyStanza& origin, bool is_refused, const std::function<void(Room&)>& then) {
    Slot* at = find(room);
    if (!is_refused) {
        routing::Writes::Scope scope(feature_.writes(), &origin);
        then(*at->room);
    }
    --at->holds;
    finish_if_over(*at);
    if (at->holds == 0) work_off(room);
}

void Service::keep(Room& room, store::Batch batch) {
    feature_.writes().commit(std::move(batch), [this, alive = alive(), name = room.jid.text()] {
        if (alive.expired()) return;
        Slot* at = find(name);
        if (at && at->room) load(*at);
    });
    room.writing = feature_.writes().gate();
}

}  // namespace modules::rooms
