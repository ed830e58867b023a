// SPDX-License-Identifier: MIT
#include "store/rosters.h"

#include "store/fields.h"

#include <algorithm>
#include <array>

namespace store {
namespace {

constexpr std::array<std::string_view, 4> subscription_names = {"none", "to", "from", "both"};

// Whether the field was understood; a letter of a later version counts as understood.
bool take_field(const Field& field, RosterItem& item) {
    switch (field.letter) {
    case 'n': item.name = field.value; return true;
    case 'g': item.groups.emplace_back(field.value); return true;
    case 'r': item.request = field.value; return true;
    case 'a': item.ask = true; return true;
    case 'p': item.approved = true; return true;
    case 'x': item.removed = true; return true;
    case 'o': item.in_roster = false; return true;
    case 's': {
        const auto found = std::find(subscription_names.begin(), subscription_names.end(), field.value);
        if (found == subscription_names.end()) return false;
        item.subscription = static_cast<Subscription>(found - subscription_names.begin());
        return true;
    }
    case 'v': {
        const auto version = read_number(field.value);
        item.version = version.value_or(0);
        return version.has_value();
    }
    default: return true;
    }
}

std::optional<RosterItem> read_item(const Record& record) {
    auto jid = xmpp::parse_jid(record.name);
    const auto fields = read_fields(record.value);
    if (!jid || !jid->is_bare() || !fields) return std::nullopt;
    RosterItem item;
    item.jid = std::move(*jid);
    for (const Field& field : *fields) {
        if (!take_field(field, item)) return std::nullopt;
    }
    return item;
}

} // namespace

Put put_roster_item(const std::string& owner, const RosterItem& item) {
    FieldWriter fields;
    if (!item.name.empty()) fields.add('n', item.name);
    for (const std::string& group : item.groups) fields.add('g', group);
    fields.add('s', subscription_names[static_cast<std::size_t>(item.subscription)]);
    if (item.ask) fields.add('a', {});
    if (item.approved) fields.add('p', {});
    if (!item.in_roster) fields.add('o', {});
    if (item.removed) fields.add('x', {});
    if (!item.request.empty()) fields.add('r', item.request);
    fields.add_number('v', item.version);
    return {owner, {roster_drawer, item.jid.text(), std::move(fields).take()}};
}

Erase erase_roster_item(const std::string& owner, const xmpp::Jid& contact) {
    return {owner, roster_drawer, contact.text()};
}

std::vector<RosterItem> read_roster(const std::vector<Record>& records, std::size_t* damaged) {
    std::vector<RosterItem> items;
    std::size_t bad = 0;
    for (const Record& record : records) {
        if (record.drawer != roster_drawer) continue;
        if (auto item = read_item(record))
            items.push_back(std::move(*item));
        else
            ++bad;
    }
    if (damaged) *damaged = bad;
    return items;
}

} // namespace store
