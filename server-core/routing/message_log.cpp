// SPDX-License-Identifier: MIT
#include "routing/message_log.h"

#include <algorithm>
#include <charconv>

namespace routing {
namespace {
// More than this many deliveries beyond an undelivered one are not remembered over a restart: they are then repeated
// with the same stanza-id, which DESIGN 4.1 allows.
constexpr std::size_t kept_beyond_mark = 500;
// So many of the account's own words are read again, and passed over, when it is loaded: that saves a write for each.
constexpr std::uint32_t most_sent_unkept = 50;
}  // namespace

MessageLog::MessageLog(std::uint64_t last_id, std::string_view mark) : last_id_(last_id), newest_passing_(last_id) {
    const char* at = mark.data();
    const char* const end = at + mark.size();
    bool first = true;
    while (at != end) {
        std::uint64_t id = 0;
        const auto read = std::from_chars(at, end, id);
        if (read.ec != std::errc{}) break;
        if (first)
            mark_ = id;
        else
            open_[id] = is_delivered;
        first = false;
        at = read.ptr == end ? end : read.ptr + 1;
    }
    listed_up_to_ = mark_;
    last_id_ = std::max(last_id_, mark_);
}

std::uint64_t MessageLog::next_id(store::Time now, std::uint64_t above) {
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
    return std::max(last_id_ + 1, static_cast<std::uint64_t>(std::max<std::int64_t>(micros, 1))) + above;
}

void MessageLog::appended(std::uint64_t id, bool live) {
    const bool was_caught_up = is_caught_up();
    last_id_ = id;
    if (!live) return;
    open_[id] = waits;
    if (was_caught_up) listed_up_to_ = id;
}

void MessageLog::sent(std::uint64_t id) {
    const bool was_caught_up = is_caught_up();
    last_id_ = id;
    if (!was_caught_up) return;  // a page passes over it
    listed_up_to_ = id;
    open_[id] = is_delivered;
    advance();
    if (++sent_unkept_ >= most_sent_unkept) changed_ = true;
}

bool MessageLog::list(std::uint64_t id) {
    listed_up_to_ = std::max(listed_up_to_, id);
    if (id <= mark_) return false;
    return open_.try_emplace(id, waits).first->second == waits;
}

void MessageLog::handed_over(std::uint64_t id) {
    const auto found = open_.find(id);
    if (found != open_.end() && found->second != is_delivered) ++found->second;
}

void MessageLog::delivered(std::uint64_t id) {
    const auto found = open_.find(id);
    if (found == open_.end() || found->second == is_delivered) return;
    found->second = is_delivered;
    changed_ = true;
    advance();
}

void MessageLog::reached(std::uint64_t id) {
    if (id <= mark_ || id > last_id_) return;
    open_.try_emplace(id, waits);
    delivered(id);
}

void MessageLog::returned(std::uint64_t id) {
    const auto found = open_.find(id);
    if (found == open_.end() || found->second <= waits || --found->second > waits) return;
    listed_up_to_ = std::min(listed_up_to_, id - 1);
}

bool MessageLog::is_on_its_way(std::uint64_t id) const {
    const auto found = open_.find(id);
    return found != open_.end() && found->second > waits;
}

void MessageLog::advance() {
    // Beyond what is listed nothing is known, so the mark never passes it.
    while (!open_.empty() && open_.begin()->second == is_delivered && open_.begin()->first <= listed_up_to_) {
        mark_ = open_.begin()->first;
        open_.erase(open_.begin());
    }
}

std::string MessageLog::mark() const {
    std::string text = std::to_string(mark_);
    std::size_t kept = 0;
    for (const auto& [id, state] : open_)
        if (state == is_delivered && kept++ < kept_beyond_mark) text += ' ' + std::to_string(id);
    return text;
}

std::uint64_t random_below_1000(xmpp::Random& random) {
    const std::string bytes = random.bytes(4);
    std::uint64_t number = 0;
    for (const char byte : bytes) number = number * 256 + static_cast<unsigned char>(byte);
    return number % 1000;
}

}  // namespace routing
