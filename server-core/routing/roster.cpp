// SPDX-License-Identifier: MIT
#include "routing/roster.h"

#include "xmpp/namespaces.h"

#include <algorithm>

namespace routing {

void Roster::reload(std::vector<store::RosterItem> items) {
    items_.clear();
    version_ = 0;
    size_ = 0;
    for (store::RosterItem& item : items) {
        version_ = std::max(version_, item.version);
        if (!item.removed) ++size_;
        const xmpp::Jid jid = item.jid;
        items_.insert_or_assign(jid, std::move(item));
    }
}

const store::RosterItem* Roster::find(const xmpp::Jid& contact) const {
    const auto found = items_.find(contact);
    return found == items_.end() || found->second.removed ? nullptr : &found->second;
}

const store::RosterItem& Roster::put(store::RosterItem item) {
    const auto before = items_.find(item.jid);
    const bool is_known = before != items_.end();
    const bool is_seen = is_shown(item) || is_colleague(item.jid) || (is_known && is_shown(before->second));
    if (is_known && !before->second.removed) --size_;
    if (!item.removed) ++size_;
    item.version = is_seen ? ++version_ : is_known ? before->second.version : 0;
    const xmpp::Jid jid = item.jid;
    return items_.insert_or_assign(jid, std::move(item)).first->second;
}

const store::RosterItem& Roster::put_floor(const xmpp::Jid& own) {
    store::RosterItem floor;
    floor.jid = own;
    floor.removed = true;
    floor.version = ++version_;
    return items_.insert_or_assign(own, std::move(floor)).first->second;
}

void Roster::erase(const xmpp::Jid& contact) {
    if (find(contact) != nullptr) --size_;
    items_.erase(contact);
}

store::RosterItem Roster::shown(const xmpp::Jid& contact) const {
    store::RosterItem item;
    item.jid = contact;
    item.in_roster = false;
    if (const auto own = items_.find(contact); own != items_.end()) item = own->second;
    if (!is_colleague(contact)) {
        if (!item.in_roster) item.removed = true;
        return item;
    }
    item.in_roster = true;
    item.removed = false;
    item.subscription = store::Subscription::both;
    item.ask = item.approved = false;
    if (item.name.empty()) item.name = directory_->find(contact)->name();
    if (std::ranges::find(item.groups, directory_->staff_group()) == item.groups.end())
        item.groups.push_back(directory_->staff_group());
    return item;
}

const std::set<xmpp::Jid>& Roster::online_colleagues() const {
    static const std::set<xmpp::Jid> nobody;
    return has_staff() ? directory_->online() : nobody;
}

std::string Roster::version_text(std::uint64_t own, std::uint64_t staff) const {
    return has_staff() ? std::to_string(own) + "-" + std::to_string(staff) : std::to_string(own);
}

std::string Roster::version_text() const { return version_text(version_, has_staff() ? directory_->version() : 0); }

bool Roster::sees_us(const xmpp::Jid& contact) const {
    if (is_colleague(contact)) return true;
    const auto* item = find(contact);
    return item && (item->subscription == store::Subscription::from || item->subscription == store::Subscription::both);
}

bool Roster::we_see(const xmpp::Jid& contact) const {
    if (is_colleague(contact)) return true;
    const auto* item = find(contact);
    return item && (item->subscription == store::Subscription::to || item->subscription == store::Subscription::both);
}

bool is_shown(const store::RosterItem& item) { return item.in_roster && !item.removed; }

xml::Element roster_item_element(const store::RosterItem& item) {
    auto element = xml::Element({xmpp::ns::roster, "item"}).with_attribute("jid", item.jid.text());
    if (item.removed) return std::move(element).with_attribute("subscription", "remove");
    if (!item.name.empty()) element = std::move(element).with_attribute("name", item.name);
    element = std::move(element).with_attribute("subscription", to_string(item.subscription));
    if (item.ask) element = std::move(element).with_attribute("ask", "subscribe");
    if (item.approved) element = std::move(element).with_attribute("approved", "true");
    for (const std::string& group : item.groups)
        element = std::move(element).with(xml::Element({xmpp::ns::roster, "group"}).with_text(group));
    return element;
}

std::string_view to_string(store::Subscription subscription) {
    switch (subscription) {
    case store::Subscription::none: return "none";
    case store::Subscription::to: return "to";
    case store::Subscription::from: return "from";
    case store::Subscription::both: return "both";
    }
    return "none";
}

}  // namespace routing
