// SPDX-License-Identifier: GPL-2.0-or-later
// Where libpurple calls us: an exception that crossed this line would end the whole client.
#pragma once
#include <debug.h>

namespace purple_plugin {

// What `body` returns, or `otherwise` when it throws; the exception ends in the debug log.
template <class Body, class Value>
Value guarded(Value otherwise, Body&& body) noexcept {
    try {
        return body();
    } catch (...) {
        purple_debug_error("bioaster", "an exception reached the C boundary\n");
        return otherwise;
    }
}

// The same for a callback that returns nothing.
template <class Body>
void guarded(Body&& body) noexcept {
    try {
        body();
    } catch (...) {
        purple_debug_error("bioaster", "an exception reached the C boundary\n");
    }
}

} // namespace purple_plugin
