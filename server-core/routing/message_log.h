// SPDX-License-Identifier: MIT
// DESIGN 4.1: which messages of one account's log have reached a client. Memory only: what it knows is in the store
// (the entries, and the mark in drawer "delivered") or is announced again by the sessions.
#pragma once
#include "store/store.h"
#include "xmpp/random.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace routing {

inline constexpr const char* delivered_drawer = "delivered";

class MessageLog {
public:
    // `last_id`: the newest entry in the store; `mark`: the record "delivered", empty when there is none yet.
    MessageLog(std::uint64_t last_id, std::string_view mark);

    // The id of the next entry: above every id given before, and near the clock in microseconds, so that ids are
    // never used twice even when the log was emptied, and times are found by them.
    //   above  a random number below 1000: who knows one id shall not know the next (XEP-0359 3)
    std::uint64_t next_id(store::Time now, std::uint64_t above = 0);
    // An entry with the newest id is being committed. `live`: it is handed to sessions now; otherwise a later page
    // brings it.
    void appended(std::uint64_t id, bool live);
    // The account's own words: for the archive, delivered to nobody.
    void sent(std::uint64_t id);
    // An entry that is kept only until it was delivered.
    void appended_passing(std::uint64_t id) { newest_passing_ = std::max(newest_passing_, id); }
    // Whether there may be such entries among those delivered; all up to `mark_id` may then be forgotten.
    bool may_have_passing() const { return newest_passing_ > passing_forgotten_; }
    void passing_forgotten() { passing_forgotten_ = mark_; }
    std::uint64_t mark_id() const { return mark_; }

    // Whether everything stored has been listed, so that a new entry may be handed over at once without overtaking.
    bool is_caught_up() const { return listed_up_to_ == last_id_; }
    // Where the next page begins: read entries above this id...
    std::uint64_t listed_up_to() const { return listed_up_to_; }
    // ...and tell each: true when it is to be handed over, false when a session has it or had it.
    bool list(std::uint64_t id);
    // A page had no more: everything the store had up to `id` is listed.
    void listed_all(std::uint64_t id) { listed_up_to_ = std::max(listed_up_to_, id); }
    std::uint64_t last_id() const { return last_id_; }

    void handed_over(std::uint64_t id);  // one more session has it, unacknowledged
    void delivered(std::uint64_t id);    // written to a socket, or acknowledged where the client acknowledges
    void returned(std::uint64_t id);     // the session ended without acknowledging
    // A client has it, as is known from before the start: whether it is listed yet or not.
    void reached(std::uint64_t id);
    // Whether a session has it now and has not acknowledged it.
    bool is_on_its_way(std::uint64_t id) const;
    bool has_undelivered() const { return !is_caught_up() || !open_.empty(); }

    // The record to keep: all ids up to the mark, and those delivered beyond it.
    std::string mark() const;
    // Whether `mark` differs from when it was last kept.
    bool is_changed() const { return changed_; }
    void kept() {
        changed_ = false;
        sent_unkept_ = 0;
    }

private:
    enum State : std::int32_t { is_delivered = -1, waits = 0 };  // above 0: sessions that have it
    void advance();
    std::map<std::uint64_t, std::int32_t> open_;  // listed ids above the mark
    std::uint64_t last_id_;
    std::uint64_t mark_ = 0;
    std::uint64_t listed_up_to_ = 0;
    bool changed_ = false;
    std::uint64_t newest_passing_;         // when loaded: any of them may be
    std::uint64_t passing_forgotten_ = 0;
    std::uint32_t sent_unkept_ = 0;
};

// For next_id.
std::uint64_t random_below_1000(xmpp::Random& random);

}  // namespace routing
