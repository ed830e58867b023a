// SPDX-License-Identifier: GPL-2.0-or-later
// Rooms are those of the organisation unless another server is typed.
#pragma once
#include "purple-plugin/context.h"

namespace purple_plugin {

// What 'Join a Chat' proposes; `room` may be null.
GHashTable* chat_defaults(PurpleConnection* connection, const char* room, const Context& context);

} // namespace purple_plugin
