// SPDX-License-Identifier: GPL-2.0-or-later
// Forms of a few lines that a menu entry shows.
#pragma once
#include "purple-plugin/words.h"

#include <string>
#include <vector>

#include <connection.h>
#include <request.h>

namespace purple_plugin {

struct FormLine {
    const char* id;
    Word label;
    bool is_secret = false;
    std::string text = {}; // what stands in it at first
};

// Shows a form; it closes with `connection`, and `filled_in` is called when the user presses its button.
void show_form(PurpleConnection* connection, Word title, Word text, const std::vector<FormLine>& lines,
               void (*filled_in)(PurpleConnection*, PurpleRequestFields*));

// What was typed into a line; empty for nothing.
std::string field_text(PurpleRequestFields* fields, const char* id);

} // namespace purple_plugin
