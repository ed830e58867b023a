// SPDX-License-Identifier: GPL-2.0-or-later
// What a message says, and how it is put into a conversation when libpurple does not do it by itself.
#pragma once
#include "purple-plugin/purple_handles.h"

#include <ctime>
#include <string>

#include <conversation.h>

namespace purple_plugin {

// Whether it is something that one person says to another: with text, no error, nothing of a room.
bool is_said(const xmlnode* message);

// The text of `message` as libpurple shows texts: markup (XEP-0071) where the message has it.
std::string markup_of(const xmlnode* message);

// Plain text as libpurple shows texts.
std::string escaped(const std::string& text);

// Puts "corrected" before the text of a message that replaces an earlier one (XEP-0308), and takes the sign of it away.
void mark_correction(xmlnode* message);

// The address by which a conversation with that one is named: with a nick for an occupant of a room where the user is,
// without a resource for anybody else.
std::string correspondent(PurpleConnection* connection, const std::string& address);

// The conversation with `who`, made if it is not there.
PurpleConversation* conversation_with(PurpleConnection* connection, const std::string& who);

// `message` in the conversation with `who`, at its time: as theirs, or as what the user wrote elsewhere.
void show_received(PurpleConnection* connection, const std::string& who, const xmlnode* message, std::time_t time);
void show_sent(PurpleConnection* connection, const std::string& who, const xmlnode* message, std::time_t time);

// What the user writes next goes to the client that `message` came from, as libpurple does it for what it shows by itself:
// files need that client's full address. When the server kept the message that client may have gone: then only for somebody
// who is no contact, as nothing else tells of his clients.
void answer_its_client(PurpleConnection* connection, const xmlnode* message, bool is_archived);

// A sentence of ours for the user, which is in no log.
void show_notice(PurpleConversation* conversation, const std::string& sentence);

} // namespace purple_plugin
