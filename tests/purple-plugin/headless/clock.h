// SPDX-License-Identifier: MIT
// The clock of this client: it may run faster than the world's, and jump ahead as behind a laptop's lid. libpurple's timers
// and those of the plugin go by it, so that a test need not wait for minutes. HEADLESS_PACE: how many times as fast.
#pragma once
#include <glib.h>

namespace headless {

// By how much the clock is faster; at least 1.
guint pace();

// The wall clock is ahead by that from now on.
void sleep_for(gint64 seconds);

} // namespace headless
