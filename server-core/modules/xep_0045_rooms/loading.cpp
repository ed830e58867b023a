// SPDX-License-Identifier: MIT
// How the service learns from the store which rooms there are, and what each of them was.
#include "modules/xep_0045_rooms/ended_accounts.h"
#include "modules/xep_0045_rooms/service.h"

#include <algorithm>
#include <utility>

namespace modules::rooms {
namespace {

// Of the log, so that the history is full again although much of what is kept does not belong to it.
constexpr std::size_t read_for_one = 4;

}  // namespace

void Service::start() {
    if (kept_.count() != 0) retention_.begin();
    returning_until_ = node().after(time_to_return, [this] { end_of_return(); });
    feature_.on_stop([this] { say_farewell(); });
    feature_.on_account_end([this](const routing::Account& account, routing::AccountEnd& end) { end_account(account.jid(), end); });
    feature_.store().owners(room_drawer, [this, alive = alive()](auto owners) {
        if (!alive.expired()) take_listing(std::move(owners));
    });
}

// Tells every room that has him in its lists. By a stanza of the service's own, as everything reaches a room: nobody else
// can be its sender.
void Service::end_account(const xmpp::Jid& user, routing::AccountEnd& end) {
    const auto part = end.part();
    if (!knows_rooms_) return;
    boost::unordered::erase_if(makers_, [&](const auto& made) { return made.second == user.text(); });  // who gets the name has made none
    const auto tell = [this, told = end_of_account(host_, user)](const std::string& room) {
        const xmpp::AnyStanza addressed = told.addressed(host_, *xmpp::parse_jid(room));
        feature_.router().handling(addressed, [&] { take(addressed); });
    };
    const std::vector<std::string> rooms(rooms_.begin(), rooms_.end());
    for (const std::string& room : rooms) {
        const std::pair key(room, user.text());
        ends_.insert_or_assign(key, end.part());
        if (find(room)) {
            tell(room);
            continue;
        }
        feature_.store().load(room, {affiliation_drawer, voice_drawer}, [this, alive = alive(), key, tell](auto kept) {
            if (alive.expired() || !kept) return;
            const bool is_named = std::ranges::any_of(kept->records, [&](const store::Record& record) { return record.name == key.second; });
            is_named ? tell(key.first) : account_has_ended(key.first, key.second);
        });
    }
    part();
}

void Service::account_has_ended(const std::string& room, const std::string& user) {
    const auto found = ends_.find(std::pair(room, user));
    if (found == ends_.end()) return;
    const auto done = std::move(found->second);
    ends_.erase(found);
    done();
}

void Service::take_listing(base::Result<std::vector<std::string>, store::Refusal> owners) {
    if (!owners) {
        node().log.error("the list of rooms could not be read; rooms are found by name only");
        return become_ready();
    }
    knows_rooms_ = true;
    undone_ = 2 * owners->size() + 1;
    rooms_.insert(owners->begin(), owners->end());
    for (const std::string& room : *owners) {
        feature_.store().find(room, room_drawer, config_record, [this, alive = alive(), room](auto record) {
            if (!alive.expired()) take_config(room, std::move(record));
        });
        feature_.store().find(room, room_drawer, maker_record, [this, alive = alive(), room](auto record) {
            if (!alive.expired()) take_maker(room, std::move(record));
        });
    }
    make_wanted();
    one_is_done();
}

void Service::take_config(const std::string& room, base::Result<std::optional<std::string>, store::Refusal> record) {
    const auto config = record && *record ? read_config(**record) : std::nullopt;
    if (config && !config->is_persistent) returning_.insert(room);
    if (config && config->is_public) public_rooms_.insert_or_assign(room, config->name);
    one_is_done();
}

void Service::take_maker(const std::string& room, base::Result<std::optional<std::string>, store::Refusal> record) {
    if (record && *record) makers_.insert_or_assign(room, std::move(**record));
    one_is_done();
}

void Service::one_is_done() {
    if (--undone_ == 0) become_ready();
}

void Service::become_ready() {
    is_ready_ = true;
    for (const Waiting& next : std::exchange(waiting_.stanzas, {})) {
        routing::Writes::Scope scope(feature_.writes(), &next.stanza, next.gate);
        take(next.stanza);
    }
    is_worked_off(waiting_);
}

void Service::load(Slot& slot) {
    ++slot.holds;
    feature_.store().load(slot.jid.text(), {room_drawer, affiliation_drawer, voice_drawer, invited_drawer},
                          [this, alive = alive(), name = slot.jid.text()](auto result) {
                              if (!alive.expired()) loaded(name, std::move(result));
                          });
}

void Service::loaded(const std::string& room, base::Result<store::Loaded, store::Refusal> result) {
    Slot& at = *find(room);
    if (!result) return give_up(at);
    const bool is_there = std::ranges::any_of(result->records, [](const store::Record& record) {
        return record.drawer == room_drawer && record.name == config_record;
    });
    if (!is_there) {
        --at.holds;
        return work_off(room);
    }
    auto read = at.room ? nullptr : std::make_unique<Room>();
    Room& filled = read ? *read : *at.room;
    filled.jid = at.jid;
    if (!take_records(filled, *result)) return give_up(at);
    if (filled.key.empty()) {  // it was made before rooms had keys
        filled.key = node().random.bytes(key_bytes);
        feature_.writes().commit_aside({key_operation(filled)});
    }
    filled.awaits_return = read && !filled.config.is_persistent && is_time_to_return();
    if (read) at.room = std::move(read);
    if (!at.room->keeps_archive()) {
        --at.holds;
        return work_off(room);
    }
    feature_.store().page(room, {0, UINT64_MAX, at.room->config.history * read_for_one, true}, [this, alive = alive(), room](auto page) {
        if (!alive.expired()) history_read(room, std::move(page));
    });
}

void Service::history_read(const std::string& room, base::Result<std::vector<store::Entry>, store::Refusal> page) {
    Slot& at = *find(room);
    if (!page)
        node().log.error("the messages of a room could not be read; who enters now gets none");
    else
        at.room->history.replace(std::move(*page), at.room->config.history);
    --at.holds;
    work_off(room);
}

void Service::find_message(Room& room, std::uint64_t id, const xmpp::AnyStanza& origin, Found then) {
    const auto& entries = room.history.entries();
    const auto found = std::ranges::find(entries, id, &store::Entry::id);
    if (found != entries.end()) return then(room, *found);
    if (id == 0 || !room.keeps_archive()) return then(room, std::nullopt);
    ++find(room.jid.text())->holds;
    const Waiting waiting{origin, feature_.writes().gate()};
    feature_.store().page(room.jid.text(), {id - 1, id + 1, 1, false},
                          [this, alive = alive(), name = room.jid.text(), waiting, aside = feature_.writes().set_aside(),
                           then = std::move(then)](auto page) {
                              if (alive.expired()) return;
                              message_read(name, waiting, std::move(page), then);
                              feature_.writes().taken_up(aside);
                          });
}

void Service::message_read(const std::string& room, const Waiting& origin,
                           base::Result<std::vector<store::Entry>, store::Refusal> page, const Found& then) {
    Slot* at = find(room);
    {
        routing::Writes::Scope scope(feature_.writes(), &origin.stanza, origin.gate);
        if (page)
            then(*at->room, page->empty() ? std::nullopt : std::optional(page->front()));
        else
            refuse(origin.stanza, xmpp::Condition::internal_server_error, {}, xmpp::ErrorType::wait);
    }
    --at->holds;
    finish_if_over(*at);
    if (at->holds == 0) work_off(room);
}

void Service::give_up(Slot& slot) {
    node().log.error("a room could not be read: " + slot.jid.text());
    if (slot.room) {  // what memory has is not worse than nothing
        --slot.holds;
        return work_off(std::string(slot.jid.text()));
    }
    // Without its ban list nobody may enter it; the next stanza tries again.
    Queue waiting = std::exchange(slot.waiting, {});
    slots_.erase(std::string(slot.jid.text()));
    for (const Waiting& next : waiting.stanzas)
        refuse(next.stanza, xmpp::Condition::internal_server_error, {"the room could not be read", "le salon n'a pas pu être lu"}, xmpp::ErrorType::wait);
    is_worked_off(waiting);
}

}  // namespace modules::rooms
