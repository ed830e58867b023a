// SPDX-License-Identifier: MIT
// GLib's main loop as the event loop that libpurple asks its client for.
#pragma once

namespace headless {

void offer_event_loop();

} // namespace headless
