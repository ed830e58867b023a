// SPDX-License-Identifier: MIT
// Windows that a menu leads to: forms to fill in, lists of people and of rooms, a page of text. All are told as events.
#pragma once
#include <string>

#include <request.h>

namespace headless {

// Beside those of events.h; before purple_core_init.
void offer_forms();

// Writes into a line of the form that is open; presses its button. False when there is none such.
bool fill_in(const std::string& id, const std::string& text);
bool submit_form();

// libpurple closes the form, which is then gone.
void close_form(PurpleRequestFields* fields);

} // namespace headless
