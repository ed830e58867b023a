// SPDX-License-Identifier: MIT
// RFC 6121 2 and 3: one account's roster in memory, its versions and its pushes.
#pragma once
#include "store/rosters.h"
#include "xml/element.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace routing {

class Roster {
public:
    explicit Roster(std::vector<store::RosterItem> items);

    // The item for a contact's bare JID, also one that is only a pending request; null when unknown or removed.
    const store::RosterItem* find(const xmpp::Jid& contact) const;
    // Puts `item`, with the next version when clients see it or have seen it just before; a stranger's request, which
    // they must not see in the roster (RFC 6121 A.1), keeps the version of what was there, 0 for nothing.
    const store::RosterItem& put(store::RosterItem item);
    // A tombstone of the user's own address, which no roster contains: older versions than its own are not known any more.
    const store::RosterItem& put_floor(const xmpp::Jid& own);
    // Forgets a tombstone; its version is not given again as long as a newer item is put.
    void erase(const xmpp::Jid& contact);
    const std::map<xmpp::Jid, store::RosterItem>& items() const { return items_; }  // tombstones among them
    std::size_t size() const { return size_; }                                      // without them
    std::uint64_t version() const { return version_; }

    // Whether the contact sees our presence (from, both), whether we see the contact's (to, both).
    bool sees_us(const xmpp::Jid& contact) const;
    bool we_see(const xmpp::Jid& contact) const;

private:
    std::map<xmpp::Jid, store::RosterItem> items_;
    std::uint64_t version_ = 0;
    std::size_t size_ = 0;
};

// Whether clients see it: no tombstone, and more than a request that waits.
bool is_shown(const store::RosterItem& item);
// <item/> as the client sees it (RFC 6121 2.1.2); a tombstone has subscription='remove'.
xml::Element roster_item_element(const store::RosterItem& item);
std::string_view to_string(store::Subscription subscription);

}  // namespace routing
