// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/buddies.h"

#include "purple-plugin/names.h"

namespace purple_plugin {

std::string normal_name(const PurpleAccount* account, const char* who, const Context& context) {
    if (const auto address = contact_address(who, context.organisation.domain)) return *address;
    const char* normal = context.protocol().normalize(account, who);
    return normal != nullptr ? normal : who;
}

std::string full_name(const char* typed, const Context& context) {
    return contact_address(typed, context.organisation.domain).value_or(typed);
}

void complete_buddy(PurpleBuddy* buddy, const Context& context) {
    const auto address = contact_address(purple_buddy_get_name(buddy), context.organisation.domain);
    if (address) purple_blist_rename_buddy(buddy, address->c_str());
}

} // namespace purple_plugin
