// SPDX-License-Identifier: MIT
// A libpurple client without windows, for tests: headless USER_FOLDER PLUGIN_FOLDER. Commands come on standard input,
// events leave as JSON lines; the end of the input ends it.
#include "commands.h"
#include "events.h"
#include "json_line.h"
#include "loop.h"

#include <csignal>
#include <cstdio>
#include <string>

#include <blist.h>
#include <core.h>
#include <debug.h>
#include <glib.h>
#include <plugin.h>
#include <pounce.h>
#include <prefs.h>
#include <savedstatuses.h>
#include <util.h>

namespace {

PurpleCoreUiOps core_windows;

gboolean read_command(GIOChannel* input, GIOCondition, gpointer loop) {
    gchar* line = nullptr;
    gsize length = 0;
    if (g_io_channel_read_line(input, &line, &length, nullptr, nullptr) != G_IO_STATUS_NORMAL) {
        g_main_loop_quit(static_cast<GMainLoop*>(loop));
        return FALSE;
    }
    std::string command(line, length);
    g_free(line);
    while (!command.empty() && command.back() == '\n') command.pop_back();
    headless::run(command);
    return TRUE;
}

bool start_core(const char* user_folder, const char* plugin_folder) {
    purple_util_set_user_dir(user_folder);
    purple_debug_set_enabled(g_getenv("HEADLESS_DEBUG") != nullptr);
    core_windows.ui_init = headless::offer_windows;
    purple_core_set_ui_ops(&core_windows);
    headless::offer_event_loop();
    purple_plugins_add_search_path(plugin_folder);
    const char* name = g_getenv("HEADLESS_UI"); // as which client it is known
    if (!purple_core_init(name != nullptr ? name : "headless")) return false;
    headless::listen();
    purple_set_blist(purple_blist_new());
    purple_blist_load();
    purple_pounces_load();
    purple_prefs_set_bool("/purple/away/away_when_idle", FALSE);
    purple_savedstatus_activate(purple_savedstatus_new(nullptr, PURPLE_STATUS_AVAILABLE));
    return true;
}

} // namespace

int main(int count, char** arguments) {
    if (count != 3) return std::fprintf(stderr, "headless USER_FOLDER PLUGIN_FOLDER\n"), 2;
    std::signal(SIGPIPE, SIG_IGN);
    if (!start_core(arguments[1], arguments[2])) return 1;
    GMainLoop* loop = g_main_loop_new(nullptr, FALSE);
    GIOChannel* input = g_io_channel_unix_new(0);
    g_io_add_watch(input, static_cast<GIOCondition>(G_IO_IN | G_IO_HUP), read_command, loop);
    headless::JsonLine("ready");
    g_main_loop_run(loop);
    purple_core_quit();
    headless::JsonLine("quit");
    g_io_channel_unref(input);
    g_main_loop_unref(loop);
    return 0;
}
