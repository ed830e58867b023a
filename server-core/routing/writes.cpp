// SPDX-License-Identifier: MIT
#include "routing/writes.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>
#include <variant>

namespace routing {
namespace {

std::string_view owner_of(const store::Batch& batch) {
    const auto owner = [](const auto& operation) -> std::string_view { return operation.owner; };
    return batch.empty() ? std::string_view() : std::visit(owner, batch.front());
}

}  // namespace

void Ticket::when_settled(std::function<void()> fn) {
    if (settled_)
        fn();
    else
        waiting_.push_back(std::move(fn));
}

void Writes::commit(store::Batch batch, std::function<void()> refused) {
    if (is_gathered(batch)) return join(std::move(batch), std::move(refused));
    TicketPtr ticket(new Ticket);
    ticket->before_ = gate_;
    newest_ = ticket;
    if (in_scope_) gate_ = ticket;
    auto origin = origin_ ? std::make_shared<const xmpp::AnyStanza>(*origin_) : nullptr;
    ++under_way_;
    ++commits_;
    Commit made{std::move(batch), std::move(ticket), {}, std::move(origin)};
    if (refused) made.refused.push_back(std::move(refused));
    if (!gathered_) return submit(std::move(made));
    made.is_owners = owner_of(made.batch) == gathered_->owner;
    gathered_->commits.push_back(std::move(made));
}

void Writes::submit(Commit commit) {
    store_.commit(std::move(commit.batch), [this, ticket = std::move(commit.ticket), refused = std::move(commit.refused),
                                            origin = std::move(commit.origin)](std::optional<store::Refusal> refusal) {
        --under_way_;
        const bool own = refusal.has_value();
        if (own)
            for (const auto& fn : refused) fn();
        settle(ticket, refusal);
        // Only the first refusal of a scope is told: its sender gets one error.
        if (own && origin && tell_ && !(ticket->before_ && ticket->before_->is_refused())) {
            const Scope apart(*this, nullptr);  // the error waits for nothing, least of all for what was refused
            tell_(*origin, *refusal);
        }
        ticket->before_.reset();
    });
}

bool Writes::is_gathered(const store::Batch& batch) const {
    return gathered_ && owner_of(batch) == gathered_->owner && std::ranges::any_of(gathered_->commits, &Commit::is_owners);
}

void Writes::join(store::Batch batch, std::function<void()> refused) {
    Commit& open = *std::ranges::find_if(gathered_->commits, &Commit::is_owners);
    std::ranges::move(batch, std::back_inserter(open.batch));
    if (refused) open.refused.push_back(std::move(refused));
    if (in_scope_ && gate_ != open.ticket) gate_ = gate_ ? both(open.ticket, gate_) : open.ticket;
}

Writes::Together::Together(Writes& writes, std::string owner) : writes_(writes.gathered_ ? nullptr : &writes) {
    if (writes_ != nullptr) writes_->gathered_.emplace(Gathered{std::move(owner), {}});
}

Writes::Together::~Together() {
    if (writes_ == nullptr) return;
    const auto gathered = std::exchange(writes_->gathered_, std::nullopt);
    for (const Commit& made : gathered->commits) writes_->submit(made);
}

void Writes::commit_aside(store::Batch batch, std::function<void()> settled) {
    ++under_way_;
    store_.commit(std::move(batch), [this, settled = std::move(settled)](std::optional<store::Refusal>) {
        --under_way_;
        if (settled) settled();
    });
}

void Writes::settle(const TicketPtr& ticket, std::optional<store::Refusal> refusal) {
    if (!refusal && ticket->before_ && ticket->before_->is_refused()) refusal = ticket->before_->refusal_;
    ticket->refusal_ = refusal;
    ticket->settled_ = true;
    if (newest_ == ticket) newest_.reset();
    const auto waiting = std::exchange(ticket->waiting_, {});
    for (const auto& fn : waiting) fn();
}

void Writes::wait_for(const TicketPtr& ticket) {
    if (!in_scope_ || !ticket || ticket->is_settled()) return;
    gate_ = both(gate_, ticket);
}

TicketPtr Writes::both(const TicketPtr& one, const TicketPtr& other) {
    const TicketPtr barrier(new Ticket);
    barrier->before_ = one;
    other->when_settled([this, barrier] { open(barrier); });
    return barrier;
}

void Writes::open(const TicketPtr& barrier) {
    if (barrier->before_ && !barrier->before_->is_settled())
        return barrier->before_->when_settled([this, barrier] { open(barrier); });
    settle(barrier, std::nullopt);
    barrier->before_.reset();
}

TicketPtr Writes::newest() {
    TicketPtr last = newest_ && !newest_->is_settled() ? newest_ : nullptr;
    for (const TicketPtr& aside : aside_) last = both(last, aside);
    return last;
}

TicketPtr Writes::set_aside() { return aside_.emplace_back(new Ticket); }

void Writes::taken_up(const TicketPtr& aside) {
    std::erase(aside_, aside);
    const auto settled = [this, aside] { settle(aside, std::nullopt); };
    if (newest_)
        newest_->when_settled(settled);
    else
        settled();
}

Writes::Scope::Scope(Writes& writes, const xmpp::AnyStanza* origin, TicketPtr after)
    : writes_(writes), outer_gate_(std::exchange(writes.gate_, std::move(after))),
      outer_origin_(std::exchange(writes.origin_, origin)), outer_in_scope_(std::exchange(writes.in_scope_, true)) {}

Writes::Scope::~Scope() {
    writes_.gate_ = std::move(outer_gate_);
    writes_.origin_ = outer_origin_;
    writes_.in_scope_ = outer_in_scope_;
}

}  // namespace routing
