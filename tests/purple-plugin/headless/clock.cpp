// SPDX-License-Identifier: MIT
#include "clock.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include <gmodule.h>

namespace headless {
namespace {

gint64 slept = 0; // microseconds

gint64 worlds_clock() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

gint64 our_clock() {
    static const gint64 begun = worlds_clock();
    return begun + (worlds_clock() - begun) * pace();
}

} // namespace

guint pace() {
    static const char* const wanted = std::getenv("HEADLESS_PACE");
    static const auto times = static_cast<guint>(std::max(1, wanted != nullptr ? std::atoi(wanted) : 1));
    return times;
}

void sleep_for(gint64 seconds) { slept += seconds * G_USEC_PER_SEC; }

} // namespace headless

// The calls of the plugin and of libpurple come here: a program's own function goes before a library's.
extern "C" G_MODULE_EXPORT gint64 g_get_real_time() { return headless::our_clock() + headless::slept; }

// Does not jump: messages are dated by it, and the server has not slept.
extern "C" G_MODULE_EXPORT std::time_t time(std::time_t* place) noexcept {
    const auto now = static_cast<std::time_t>(headless::our_clock() / G_USEC_PER_SEC);
    if (place != nullptr) *place = now;
    return now;
}
