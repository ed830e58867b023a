// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/menu.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/features.h"
#include "purple-plugin/help.h"
#include "purple-plugin/words.h"

#include <roomlist.h>

namespace purple_plugin {
namespace {

PurpleConnection* connection_of(PurplePluginAction* action) { return static_cast<PurpleConnection*>(action->context); }

void change_password(PurplePluginAction* action) {
    guarded([=] { loaded_features()->password().ask(connection_of(action)); });
}

void find_colleague(PurplePluginAction* action) {
    guarded([=] { loaded_features()->directory().ask(connection_of(action)); });
}

void show_rooms(PurplePluginAction* action) {
    guarded([=] { purple_roomlist_show_with_account(purple_connection_get_account(connection_of(action))); });
}

void check_connection(PurplePluginAction* action) {
    guarded([=] { loaded_features()->connection_check().begin(connection_of(action)); });
}

void show_details(PurplePluginAction* action) {
    guarded([=] { loaded_features()->details().ask(connection_of(action)); });
}

void whom_to_ask(PurplePluginAction* action) {
    guarded([=] { show_help(connection_of(action), loaded_features()->context()); });
}

void make_ordinary(PurplePluginAction* action) {
    guarded([=] { loaded_features()->migration()->ask_for_ordinary(connection_of(action)); });
}

using Callback = void (*)(PurplePluginAction*);

GList* add(GList* menu, Word label, Callback callback) {
    return g_list_append(menu, purple_plugin_action_new(say(label).c_str(), callback));
}

} // namespace

// prpl-jabber's own list begins with the user's details, the password and the search: ours are better worded.
GList* menu_of(PurplePlugin* plugin, void* connection) {
    const auto& xmpp = *loaded_features()->context().xmpp;
    GList* theirs = xmpp.info->actions(plugin, connection);
    for (int taken = 0; taken < 3 && theirs != nullptr && theirs->data != nullptr; ++taken) {
        auto* action = static_cast<PurplePluginAction*>(theirs->data);
        purple_plugin_action_free(action);
        theirs = g_list_delete_link(theirs, theirs);
    }
    GList* menu = add(nullptr, Word::menu_password, change_password);
    menu = add(menu, Word::menu_details, show_details);
    menu = add(menu, Word::menu_directory, find_colleague);
    menu = add(menu, Word::menu_rooms, show_rooms);
    menu = add(menu, Word::menu_check, check_connection);
    menu = add(menu, Word::menu_help, whom_to_ask);
    menu = add(menu, Word::menu_ordinary, make_ordinary);
    if (theirs != nullptr) menu = g_list_append(menu, nullptr);
    return g_list_concat(menu, theirs);
}

} // namespace purple_plugin
