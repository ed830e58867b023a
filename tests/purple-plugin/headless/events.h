// SPDX-License-Identifier: MIT
// What happens in libpurple, told as JSON lines; every question it asks is one of them.
#pragma once
#include <string>

namespace headless {

// The id of the one IQ that a test asks, whose answer is told.
constexpr const char* query_id = "headless";

// The client's windows, none of which exist; before purple_core_init.
void offer_windows();

// Tells what libpurple signals from then on; after purple_core_init.
void listen();

// Files that arrive are accepted into `folder`.
void set_downloads(const std::string& folder);

// Presses button `number` of the last question; false when none is open.
bool answer_request(int number);

// Lets `who` see when we are there; false when that was not asked.
bool authorise(const std::string& who);

} // namespace headless
