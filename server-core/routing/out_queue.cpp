// SPDX-License-Identifier: MIT
#include "routing/out_queue.h"

#include <utility>

namespace routing {
namespace {
// The stream's own words (<a/>, <resumed/>) wait for commits, but are said whatever became of them: who asked for what was
// refused is told by an error.
bool is_lost(const Outgoing& entry, const TicketPtr& gate) { return gate && gate->is_refused() && entry.kind == Outgoing::Kind::stanza; }
}  // namespace

OutQueue::OutQueue(Told sent, Told dropped) : sent_(std::move(sent)), dropped_(std::move(dropped)) {}

void OutQueue::push(Outgoing entry, const TicketPtr& gate) {
    if (waiting_.empty() && (!gate || gate->is_settled())) {
        (is_lost(entry, gate) ? dropped_ : sent_)(std::move(entry));
        return;
    }
    bytes_ += entry.bytes.size();
    waiting_.push_back({std::move(entry), gate});
    drain();
}

void OutQueue::drain() {
    while (!waiting_.empty()) {
        const TicketPtr gate = waiting_.front().gate;
        if (gate && !gate->is_settled()) {
            if (asked_) return;
            asked_ = true;
            gate->when_settled([this, alive = std::weak_ptr<bool>(alive_)] {
                if (alive.expired()) return;
                asked_ = false;
                drain();
            });
            return;
        }
        Outgoing entry = std::move(waiting_.front().entry);
        waiting_.pop_front();
        bytes_ -= entry.bytes.size();
        (is_lost(entry, gate) ? dropped_ : sent_)(std::move(entry));
    }
}

void OutQueue::clear_returning(const std::function<void(Outgoing&&)>& left) {
    for (Waiting& waiting : waiting_) left(std::move(waiting.entry));
    waiting_.clear();
    bytes_ = 0;
}

}  // namespace routing
