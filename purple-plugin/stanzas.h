// SPDX-License-Identifier: GPL-2.0-or-later
// Reading and making stanzas: what libpurple's xmlnode leaves to those who use it.
#pragma once
#include "purple-plugin/purple_handles.h"

#include <ctime>
#include <string>
#include <string_view>

#include <connection.h>

namespace purple_plugin {

// The order in which features look at a stanza that arrives or leaves (priorities of libpurple's signals, low first).
constexpr int as_it_came = -300; // wrapped, as the server sent it
constexpr int unwraps_copies = -200;
constexpr int marks_text = -100;
constexpr int keeps_order = 0;   // what is said to the user, and when
constexpr int stamps_ids = -300; // leaving: the ids that later ones note
constexpr int adds_payloads = -100;

// An attribute's value, or the text in a child of that name; empty where there is none.
std::string attribute(const xmlnode* node, const char* name);
std::string text_in(const xmlnode* node, const char* child);

bool is_message(const xmlnode* stanza);

// The address without its resource.
std::string bare(std::string_view address);

// The user's own address, without resource.
std::string own_address(PurpleConnection* connection);

// Whether the server says that the user's own account sent `stanza`: nobody else may hand over copies and histories.
bool is_from_own_account(PurpleConnection* connection, const xmlnode* stanza);

// The id that `by` gave a message when it was kept (XEP-0359 3); empty without one.
std::string stanza_id(const xmlnode* message, const std::string& by);

// When what `holder` tells of was sent, by its <delay/> (XEP-0203); now without one.
std::time_t time_of(const xmlnode* holder);

// The condition of an IQ that is an error (RFC 6120 8.3.3), "" of any other.
std::string error_condition(const xmlnode* iq);

// A child in a namespace of its own, with text if there is any to be in it.
xmlnode* add_child(xmlnode* parent, const char* name, const char* ns, const std::string& text = {});

// An IQ for `to`, or for the user's own account.
Node new_iq(const char* type, const std::string& to = {});

// Leaves an empty message in place of `stanza`: stream management (XEP-0198) counts what goes on from here, and a
// stanza that is missing comes once more.
void swallow(xmlnode** stanza);

} // namespace purple_plugin
