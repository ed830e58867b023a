// SPDX-License-Identifier: MIT
#include "loop.h"

#include "clock.h"

#include <eventloop.h>
#include <glib.h>

namespace headless {
namespace {

struct Watch {
    PurpleInputFunction function;
    gpointer data;
};

gboolean ready(GIOChannel* channel, GIOCondition condition, gpointer data) {
    const auto* watch = static_cast<Watch*>(data);
    int seen = 0;
    if (condition & (G_IO_IN | G_IO_HUP | G_IO_ERR)) seen |= PURPLE_INPUT_READ;
    if (condition & (G_IO_OUT | G_IO_ERR | G_IO_NVAL)) seen |= PURPLE_INPUT_WRITE;
    watch->function(watch->data, g_io_channel_unix_get_fd(channel), static_cast<PurpleInputCondition>(seen));
    return TRUE;
}

guint watch_input(int fd, PurpleInputCondition wanted, PurpleInputFunction function, gpointer data) {
    int condition = 0;
    if (wanted & PURPLE_INPUT_READ) condition |= G_IO_IN | G_IO_HUP | G_IO_ERR;
    if (wanted & PURPLE_INPUT_WRITE) condition |= G_IO_OUT | G_IO_HUP | G_IO_ERR | G_IO_NVAL;
    GIOChannel* channel = g_io_channel_unix_new(fd);
    const guint id =
        g_io_add_watch_full(channel, G_PRIORITY_DEFAULT, static_cast<GIOCondition>(condition), ready,
                            new Watch{function, data}, [](gpointer watch) { delete static_cast<Watch*>(watch); });
    g_io_channel_unref(channel);
    return id;
}

guint add_timer(guint milliseconds, GSourceFunc function, gpointer data) {
    return g_timeout_add(milliseconds / pace(), function, data);
}

guint add_timer_of_seconds(guint seconds, GSourceFunc function, gpointer data) {
    if (pace() == 1) return g_timeout_add_seconds(seconds, function, data); // these may come together, as in real clients
    return add_timer(seconds * 1000, function, data);
}

PurpleEventLoopUiOps operations;

} // namespace

void offer_event_loop() {
    operations.timeout_add = add_timer;
    operations.timeout_remove = g_source_remove;
    operations.input_add = watch_input;
    operations.input_remove = g_source_remove;
    operations.timeout_add_seconds = add_timer_of_seconds;
    purple_eventloop_set_ui_ops(&operations);
}

} // namespace headless
