// SPDX-License-Identifier: MIT
// The host of the rooms: which rooms there are, how they are loaded, and the stanzas to each, one after the other.
#pragma once
#include "modules/xep_0045_rooms/waiting.h"
#include "modules/xep_0045_rooms/words.h"
#include "routing/feature.h"
#include "routing/retention.h"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace modules::rooms {

// Of the secret that a room makes occupants' ids from (XEP-0421 4.3).
inline constexpr std::size_t key_bytes = 32;
// After a start the people of temporary rooms come back; what was their room waits so long.
inline constexpr std::chrono::minutes time_to_return{5};

// Rooms that the settings name, and whose they are (docs/decisions/0053).
struct Wanted {
    std::vector<xmpp::Jid> rooms;
    std::vector<xmpp::Jid> administrators;
};

class Service {
public:
    Service(const routing::Feature& feature, xmpp::Jid host, std::chrono::days kept, Wanted wanted);
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    // Reads which rooms the store has and makes those that are wanted and missing; stanzas wait so long.
    void start();
    void take(const xmpp::AnyStanza& stanza);

    // What the files of this folder use.
    const routing::Node& node() const { return feature_.node(); }
    store::Time now() const { return node().clock.wall(); }
    const xmpp::Jid& host() const { return host_; }
    void send(const xmpp::AnyStanza& stanza) const { feature_.router().send(stanza); }
    // To all clients of one occupant: kept once.
    void send_to_each(const xmpp::Message& message, const std::vector<xmpp::Jid>& clients) const { feature_.router().send_to_each(message, clients); }
    // To that client alone: neither kept nor copied.
    void send_to_client(const xmpp::Message& message) const { feature_.router().send_to_client(message); }
    void refuse(const xmpp::AnyStanza& stanza, xmpp::Condition condition, xmpp::Words text = {},
                xmpp::ErrorType type = xmpp::ErrorType::none) const;

    // Commits `batch` for a persistent room, then runs `then`; stanzas to the room wait so long. When the store refuses,
    // the sender of `origin` is told and nothing has changed.
    void change(Room& room, const xmpp::AnyStanza& origin, store::Batch batch, std::function<void(Room&)> then);
    // Commits what the room's memory has already (a message, a subject): what is sent from here on waits for it. When the
    // store refuses, the memory is read again.
    void keep(Room& room, store::Batch batch);
    // Looks for one message by its id, in memory and on disk; stanzas to the room wait so long. `then` gets it, or nothing
    // when the room has none; when the store cannot be read the sender of `origin` is told instead.
    using Found = std::function<void(Room&, const std::optional<store::Entry>&)>;
    void find_message(Room& room, std::uint64_t id, const xmpp::AnyStanza& origin, Found then);
    // What is sent from here on waits until the messages that the memory has are on disk.
    void wait_for_messages(const Room& room) const { feature_.writes().wait_for(room.writing); }

    // For a question to the store that `iq` waits for, to be held until the answer is there. Null when its sender waits for
    // too many; `iq` is refused then. The answer may come when the service is gone: `alive` has expired.
    std::shared_ptr<void> begin_reading(const xmpp::Iq& iq);
    store::Store& store() const { return feature_.store(); }
    std::weak_ptr<bool> alive() const { return alive_; }
    // What is older is in no archive any more.
    store::Time oldest_kept() const { return kept_.count() == 0 ? store::Time::min() : now() - kept_; }

    // Until its owner has configured it a room is locked; after `patience` he has accepted the defaults (XEP-0045 10.1.1).
    void expect_configuration(Room& room, std::chrono::seconds patience);

    // The disk has that nothing of the user is left in that room.
    void account_has_ended(const std::string& room, const std::string& user);

    // A localpart that no room has (XEP-0307).
    std::string unused_name() const;
    // The public rooms, by JID: their names.
    const std::map<std::string, std::string>& public_rooms() const { return public_rooms_; }
    // To be called when a room's config has changed or it was unlocked.
    void list(const Room& room);

private:
    void end_account(const xmpp::Jid& user, routing::AccountEnd& end);
    void take_listing(base::Result<std::vector<std::string>, store::Refusal> owners);
    void take_config(const std::string& room, base::Result<std::optional<std::string>, store::Refusal> record);
    void take_maker(const std::string& room, base::Result<std::optional<std::string>, store::Refusal> record);
    void make_wanted();
    void make(const xmpp::Jid& room);
    void give_to_administrators(const xmpp::Jid& room, const store::Loaded& kept);
    void one_is_done();  // of what `start` waits for
    void become_ready();
    void wait(Queue& queue, const xmpp::AnyStanza& stanza) const;
    void is_worked_off(Queue& queue) const;
    Slot* find(std::string_view room);
    Slot& add(const xmpp::Jid& room);
    void load(Slot& slot);
    void loaded(const std::string& room, base::Result<store::Loaded, store::Refusal> result);
    void history_read(const std::string& room, base::Result<std::vector<store::Entry>, store::Refusal> page);
    void give_up(Slot& slot);
    void handle(Slot& slot, const xmpp::AnyStanza& stanza);
    void to_missing_room(Slot& slot, const xmpp::AnyStanza& stanza);
    void create(Slot& slot, const xmpp::Presence& presence);
    bool has_made_enough(const xmpp::Jid& user) const;
    void unlock(Room& room);
    void finish_if_over(Slot& slot);
    void forget(const std::string& room);
    bool is_time_to_return() const { return node().clock.steady() - started_ < time_to_return; }
    void end_of_return();
    void say_farewell();
    void work_off(const std::string& room);
    void message_read(const std::string& room, const Waiting& origin, base::Result<std::vector<store::Entry>, store::Refusal> page, const Found& then);
    void changed(const std::string& room, const xmpp::AnyStanza& origin, bool is_refused, const std::function<void(Room&)>& then);

    routing::Feature feature_;
    xmpp::Jid host_;
    base::Clock::Steady started_;
    std::chrono::days kept_;  // messages in archives; 0: for ever
    routing::Retention retention_;
    std::map<std::string, unsigned, std::less<>> readings_;  // under way, by who asked
    routing::ByText<std::unique_ptr<Slot>> slots_;
    std::set<std::string, std::less<>> rooms_;  // every room there is
    std::map<std::string, std::string> public_rooms_;
    routing::ByText<std::string> makers_;  // of every room there is, where that is known, by room
    bool knows_rooms_ = false;  // `rooms_` is complete: what is not there needs no read
    bool is_ready_ = false;
    std::map<std::pair<std::string, std::string>, std::function<void()>> ends_;  // by room and user whose account ended
    std::set<std::string> returning_;  // temporary rooms of before the start
    std::shared_ptr<void> returning_until_;
    bool has_stopped_ = false;
    std::size_t undone_ = 0;
    Wanted wanted_;
    Queue waiting_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

// A stanza to a room or one of its occupants.
void handle_for_room(Service& service, Room& room, const xmpp::AnyStanza& stanza);
// An IQ to the service itself.
xmpp::IqReply answer_for_service(Service& service, const xmpp::Iq& iq);

}  // namespace modules::rooms
