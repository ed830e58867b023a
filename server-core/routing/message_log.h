// SPDX-License-Identifier: MIT
// DESIGN 4.1: which messages of one account's log have reached a client. Memory only: what it knows is in the store
// (the entries, and the mark in drawer "delivered") or is announced again by the sessions.
#pragma once
#include "store/store.h"

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
    // never used twice even when the log was emptied.
    std::uint64_t next_id(store::Time now);
    // An entry with the newest id is being committed. `live`: it is handed to sessions now; otherwise a later page
    // brings it.
    void appended(std::uint64_t id, bool live);

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
    bool has_undelivered() const { return !is_caught_up() || !open_.empty(); }

    // The record to keep: all ids up to the mark, and those delivered beyond it.
    std::string mark() const;
    // Whether `mark` differs from when it was last kept.
    bool is_changed() const { return changed_; }
    void kept() { changed_ = false; }

private:
    enum State : std::int32_t { is_delivered = -1, waits = 0 };  // above 0: sessions that have it
    void advance();
    std::map<std::uint64_t, std::int32_t> open_;  // listed ids above the mark
    std::uint64_t last_id_;
    std::uint64_t mark_ = 0;
    std::uint64_t listed_up_to_ = 0;
    bool changed_ = false;
};

}  // namespace routing
