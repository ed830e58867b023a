// SPDX-License-Identifier: GPL-2.0-or-later
// Contacts are named as people are: "Jean Dupont" is a colleague, his address need not be typed.
#pragma once
#include "purple-plugin/context.h"

#include <string>

#include <blist.h>

namespace purple_plugin {

// The one spelling of `who` by which libpurple finds a contact or a conversation again.
std::string normal_name(const PurpleAccount* account, const char* who, const Context& context);

// The address of whom `typed` names, as normal_name gives it; other names stay as they were typed.
std::string full_name(const char* typed, const Context& context);

// Gives a contact that is about to be added its whole address.
void complete_buddy(PurpleBuddy* buddy, const Context& context);

} // namespace purple_plugin
