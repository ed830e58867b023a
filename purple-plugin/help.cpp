// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/help.h"

#include "purple-plugin/showing.h"
#include "purple-plugin/stanzas.h"
#include "purple-plugin/words.h"

#include <notify.h>

namespace purple_plugin {

std::string contact_in_brackets(const base::Organisation& organisation) {
    return organisation.help_contact.empty() ? "" : " (" + organisation.help_contact + ")";
}

void show_help(PurpleConnection* connection, const Context& context) {
    const auto& organisation = context.organisation;
    const auto own = own_address(connection);
    const auto contact = organisation.help_contact.empty() ? say(Word::help_nobody_named)
                                                           : say(Word::help_whom, {organisation.help_contact});
    const auto facts = say(Word::help_facts, {own, organisation.connect_server, BIOASTER_VERSION});
    const auto text = contact + "\n\n" + say(Word::help_password) + "\n\n" + facts;
    purple_notify_formatted(connection, say(Word::menu_help).c_str(), organisation.name.c_str(), nullptr,
                            escaped(text).c_str(), nullptr, nullptr);
}

} // namespace purple_plugin
