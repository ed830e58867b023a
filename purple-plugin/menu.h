// SPDX-License-Identifier: GPL-2.0-or-later
// The account's menu: what a user looks for, in his words; then what else prpl-jabber offers.
#pragma once
#include <plugin.h>

namespace purple_plugin {

// A list of PurplePluginAction, null for a line between; the caller frees it.
GList* menu_of(PurplePlugin* plugin, void* connection);

} // namespace purple_plugin
