// SPDX-License-Identifier: MIT
#include "routing/session.h"

#include "routing/account.h"
#include "routing/node.h"
#include "xml/writer.h"

#include <algorithm>
#include <utility>

namespace routing {
namespace {
// From here on pages of the log wait for the client to read: well below what would end its stream.
constexpr std::size_t behind_bytes = 256 * 1024;
constexpr std::size_t behind_stanzas = 500;

xmpp::Words too_slow() { return {"too much is waiting for you to read it", "trop de choses attendent que vous les lisiez"}; }
}  // namespace

Session::Session(Account& account, xmpp::Jid jid, Outlet& outlet, const Node& node)
    : account_(account), jid_(std::move(jid)), outlet_(&outlet), limit_bytes_(node.limits.queue_bytes),
      most_unacknowledged_(node.limits.unacknowledged), deliveries_(node.deliveries),
      queue_([this](Outgoing&& entry) { sent(std::move(entry)); },
             [this](Outgoing&& entry) { dropped(std::move(entry)); }) {}

Session::~Session() = default;

void Session::deliver(const xmpp::Stanza& stanza, const TicketPtr& gate, std::uint64_t log_id, store::Time sent_at) {
    if (is_released()) return;
    Outgoing entry;
    xml::write(entry.bytes, stanza.element());
    entry.log_id = log_id;
    entry.sent_at = sent_at;
    const std::string kind = held_back_ && log_id == 0 ? HeldBack::kind_of(stanza, account_.jid()) : std::string();
    if (!kind.empty()) {
        held_back_->put(kind, std::move(entry), gate);
        return held_back_->is_full() ? release_held_back() : void();
    }
    release_held_back();  // nothing overtakes
    if (log_id != 0) account_.log().handed_over(log_id);
    if (has_room_for(entry.bytes.size())) return queue_.push(std::move(entry), gate);
    if (log_id != 0) account_.log().returned(log_id);
    end({xmpp::StreamCondition::resource_constraint, too_slow()});
}

void Session::set_inactive(bool inactive) {
    if (inactive && !held_back_) held_back_ = std::make_unique<HeldBack>();
    if (inactive) return;
    release_held_back();
    held_back_.reset();
}

void Session::release_held_back() {
    if (!held_back_) return;
    held_back_->release([this](Outgoing&& entry, const TicketPtr& gate) {
        if (!has_room_for(entry.bytes.size())) return end({xmpp::StreamCondition::resource_constraint, too_slow()});
        queue_.push(std::move(entry), gate);
    });
}

bool Session::has_room_for(std::size_t bytes) const {
    const std::size_t waiting = outlet_ != nullptr ? outlet_->unsent() : management_.unacknowledged_bytes;
    return limit_bytes_ == 0 || waiting + queue_.bytes() + bytes <= limit_bytes_;
}

bool Session::is_behind() const {
    return outlet_ != nullptr && (outlet_->unsent() + queue_.bytes() > behind_bytes ||
                                  management_.unacknowledged.size() > behind_stanzas);
}

void Session::deliver_nonza(std::string bytes, const TicketPtr& gate) {
    if (outlet_ == nullptr) return;
    if (!has_room_for(bytes.size())) return end({xmpp::StreamCondition::resource_constraint, too_slow()});
    queue_.push({std::move(bytes), 0, Outgoing::Kind::nonza}, gate);
}

void Session::enable_management(std::string enabled) {
    management_.enabled = true;
    if (deliveries_ != nullptr) management_.stream = deliveries_->stream(management_.id);
    if (outlet_ != nullptr) queue_.push({std::move(enabled), 0, Outgoing::Kind::enabled}, {});
}

void Session::sent(Outgoing&& entry) {
    if (entry.kind == Outgoing::Kind::stanza) return sent_stanza(std::move(entry));
    if (entry.kind == Outgoing::Kind::resumed) return resumed(entry.bytes);
    if (outlet_ == nullptr || holds_) return;
    if (entry.kind == Outgoing::Kind::enabled) management_.sending = true;
    outlet_->write(entry.bytes);
}

void Session::sent_stanza(Outgoing&& entry) {
    if (management_.sending) {
        ++management_.sent;
        if (deliveries_ != nullptr && entry.log_id != 0)
            deliveries_->sent(management_.stream, account_.jid().text(), management_.sent, entry.log_id);
        management_.unacknowledged_bytes += entry.bytes.size();
        management_.unacknowledged.push_back(std::move(entry));
        if (outlet_ != nullptr && !holds_) outlet_->write(management_.unacknowledged.back().bytes);
        // A client that enables 0198 and never acknowledges costs its own stream, not memory without end.
        if (most_unacknowledged_ != 0 && management_.unacknowledged.size() > most_unacknowledged_)
            end({xmpp::StreamCondition::resource_constraint, {"too many stanzas without an acknowledgement", "trop de stances sans accusé de réception"}});
        return;
    }
    if (outlet_ == nullptr) return;
    outlet_->write(entry.bytes);
    if (entry.log_id != 0) unwritten_.emplace_back(outlet_->queued_total(), entry.log_id);
}

void Session::resumed(const std::string& bytes) {
    if (--resumptions_ > 0 || outlet_ == nullptr) return;
    holds_ = false;
    outlet_->write(bytes);
    for (const Outgoing& entry : management_.unacknowledged) outlet_->write(entry.bytes);
}

void Session::dropped(Outgoing&& entry) {
    if (entry.log_id != 0) account_.delivered(entry.log_id);  // never stored: its sender was told
}

void Session::set_presence(std::optional<xmpp::Presence> presence) {
    presence_ = std::move(presence);
    priority_ = presence_ ? presence_->priority() : 0;
}

bool Session::acknowledge(std::uint32_t handled) {
    const std::uint32_t newly = handled - management_.acknowledged;  // wraps at 2^32 (XEP-0198 4)
    if (newly > management_.unacknowledged.size()) return false;
    // Remembered at once: the mark that says the same is a commit behind.
    if (deliveries_ != nullptr && newly != 0) deliveries_->acknowledged(management_.stream, account_.jid().text(), handled);
    for (std::uint32_t i = 0; i < newly; ++i) {
        const std::uint64_t log_id = management_.unacknowledged.front().log_id;
        management_.unacknowledged_bytes -= management_.unacknowledged.front().bytes.size();
        management_.unacknowledged.pop_front();
        if (log_id != 0) account_.delivered(log_id);
    }
    management_.acknowledged = handled;
    return true;
}

void Session::written(std::uint64_t total) {
    while (!unwritten_.empty() && unwritten_.front().first <= total) {
        account_.delivered(unwritten_.front().second);
        unwritten_.pop_front();
    }
}

void Session::detach(std::size_t limit_bytes, std::function<void()> expire) {
    outlet_ = nullptr;
    is_detached_ = holds_ = true;
    limit_bytes_ = limit_bytes;
    expire_ = std::move(expire);
    set_inactive(false);  // XEP-0352 5.2: a resumed stream begins active
    return_unwritten();
}

void Session::attach(Outlet& outlet, std::size_t limit_bytes, std::string resumed, const TicketPtr& gate) {
    if (outlet_ != nullptr) {
        outlet_->end({xmpp::StreamCondition::conflict, {"the stream was resumed elsewhere", "le flux a été repris ailleurs"}});
        outlet_->session_closed();
        return_unwritten();
    }
    outlet_ = &outlet;
    is_detached_ = false;
    holds_ = true;
    limit_bytes_ = limit_bytes;
    expire_ = {};
    expiry_.reset();
    set_inactive(false);
    ++resumptions_;
    queue_.push({std::move(resumed), 0, Outgoing::Kind::resumed}, gate);
}

void Session::end(const xmpp::StreamError& error) {
    if (outlet_ != nullptr)
        outlet_->end(error);
    else if (expire_)
        std::exchange(expire_, {})();
}

std::vector<Unacknowledged> Session::release() {
    std::vector<Unacknowledged> unlogged;
    std::uint64_t latest = 0;
    held_back_.reset();
    if (outlet_ != nullptr) std::exchange(outlet_, nullptr)->session_closed();
    is_detached_ = false;
    expire_ = {};
    expiry_.reset();
    const auto give_back = [&](Outgoing&& entry) {
        if (entry.kind != Outgoing::Kind::stanza) return;
        latest = std::max(latest, entry.log_id);
        if (entry.log_id != 0)
            account_.log().returned(entry.log_id);
        else
            unlogged.push_back({std::move(entry.bytes), latest, entry.sent_at});
    };
    for (Outgoing& entry : management_.unacknowledged) give_back(std::move(entry));
    management_.unacknowledged.clear();
    return_unwritten();
    queue_.clear_returning(give_back);
    return unlogged;
}

void Session::return_unwritten() {
    for (const auto& [offset, log_id] : unwritten_) account_.log().returned(log_id);
    unwritten_.clear();
}

}  // namespace routing
