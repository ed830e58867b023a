// SPDX-License-Identifier: MIT
#include "net/timer.h"

#include <algorithm>
#include <utility>

namespace net {
namespace {

constexpr std::chrono::milliseconds tick_length{100};
constexpr std::size_t slot_count = 1024; // one round of the wheel: 102 seconds

using Hook = boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

} // namespace

struct Timer::Entry : Hook {
    std::uint64_t due = 0; // the tick that runs it
    std::function<void()> fn;
};

struct Timers::Slot {
    boost::intrusive::list<Timer::Entry, boost::intrusive::constant_time_size<false>> entries;
};

Timer::Timer() = default;
Timer::Timer(std::unique_ptr<Entry> entry) : entry_(std::move(entry)) {}
Timer::Timer(Timer&&) noexcept = default;
Timer& Timer::operator=(Timer&& other) noexcept = default;
Timer::~Timer() = default;

bool Timer::is_running() const { return entry_ && entry_->is_linked(); }

void Timer::cancel() { entry_.reset(); }

Timers::Timers(Loop& loop) : timer_(loop.context()), slots_(slot_count) {}

Timers::~Timers() = default;

Timer Timers::after(std::chrono::milliseconds delay, std::function<void()> fn) {
    const auto passed = std::chrono::steady_clock::now() - origin_;
    const auto wanted = passed + std::max(delay, std::chrono::milliseconds(0));
    auto entry = std::make_unique<Timer::Entry>();
    // One more than the ticks that fit, so that it is never early; later than what has been run already.
    entry->due = std::max(static_cast<std::uint64_t>(wanted / tick_length) + 1, now_ + 1);
    entry->fn = std::move(fn);
    slots_[entry->due % slot_count].entries.push_back(*entry);
    if (armed_for_ == 0 || entry->due < armed_for_) arm();
    return Timer(std::move(entry));
}

std::uint64_t Timers::ticks_passed() const {
    return static_cast<std::uint64_t>((std::chrono::steady_clock::now() - origin_) / tick_length);
}

void Timers::tick() {
    armed_for_ = 0;
    const auto until = ticks_passed();
    // After a long pause every slot once is enough: run_slot goes by the due tick.
    const auto from = until - std::min<std::uint64_t>(until - now_, slot_count);
    now_ = until;
    for (auto at = from + 1; at <= until; ++at) run_slot(slots_[at % slot_count]);
    arm();
}

void Timers::run_slot(Slot& slot) {
    // Due ones leave the slot first: a function may cancel any of them, or add to this slot.
    Slot due;
    for (auto at = slot.entries.begin(); at != slot.entries.end();) {
        auto& entry = *at++;
        if (entry.due > now_) continue;
        entry.unlink();
        due.entries.push_back(entry);
    }
    while (!due.entries.empty()) {
        auto& entry = due.entries.front();
        entry.unlink();
        const auto fn = std::move(entry.fn); // the entry may die in it
        fn();
    }
}

void Timers::arm() {
    const auto is_used = [this](std::uint64_t at) { return !slots_[at % slot_count].entries.empty(); };
    auto next = now_ + 1;
    while (next <= now_ + slot_count && !is_used(next)) ++next;
    if (next > now_ + slot_count) return; // nobody waits
    if (armed_for_ == next) return;
    armed_for_ = next;
    timer_.expires_at(origin_ + static_cast<std::int64_t>(next) * tick_length);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) tick();
    });
}

} // namespace net
