// SPDX-License-Identifier: GPL-2.0-or-later
// Whom to ask, as the organisation's file says it (help-contact).
#pragma once
#include "purple-plugin/context.h"

#include <string>

#include <connection.h>

namespace purple_plugin {

// What stands behind "your administrator" in a sentence: " (Service informatique, poste 1234)", or nothing.
std::string contact_in_brackets(const base::Organisation& organisation);

// The page behind the menu's entry: whom to ask, for what, and what he will want to know.
void show_help(PurpleConnection* connection, const Context& context);

} // namespace purple_plugin
