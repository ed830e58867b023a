// SPDX-License-Identifier: MIT
// RFC 6121 2 and 3: one account's roster in memory, and its versions. The staff group is seen through it: colleagues are
// not in the account's own records, except for what the user calls them and where he puts them.
#pragma once
#include "routing/directory.h"
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
    explicit Roster(std::vector<store::RosterItem> items) { reload(std::move(items)); }
    void reload(std::vector<store::RosterItem> items);
    void set_directory(const Directory* directory) { directory_ = directory; }

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

    // Whether the organisation shows the contact in everybody's roster.
    bool is_colleague(const xmpp::Jid& contact) const { return directory_ != nullptr && directory_->is_staff(contact); }
    // The contact as clients see him: a colleague is in the staff group and in both directions subscribed, under the name the
    // user gave him or else his own; one who only asks, or is unknown, is removed.
    store::RosterItem shown(const xmpp::Jid& contact) const;
    // What clients hold to know what they have: the roster's version and, with a staff group, the directory's.
    std::string version_text(std::uint64_t own, std::uint64_t staff) const;
    std::string version_text() const;
    const std::set<xmpp::Jid>& online_colleagues() const;
    bool has_staff() const { return directory_ != nullptr && !directory_->staff_group().empty(); }

    // Whether the contact sees our presence (from, both), whether we see the contact's (to, both); colleagues do.
    bool sees_us(const xmpp::Jid& contact) const;
    bool we_see(const xmpp::Jid& contact) const;

private:
    std::map<xmpp::Jid, store::RosterItem> items_;
    const Directory* directory_ = nullptr;
    std::uint64_t version_ = 0;
    std::size_t size_ = 0;
};

// Whether clients see it: no tombstone, and more than a request that waits.
bool is_shown(const store::RosterItem& item);
// <item/> as the client sees it (RFC 6121 2.1.2); a tombstone has subscription='remove'.
xml::Element roster_item_element(const store::RosterItem& item);
std::string_view to_string(store::Subscription subscription);

}  // namespace routing
