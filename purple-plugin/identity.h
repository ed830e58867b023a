// SPDX-License-Identifier: GPL-2.0-or-later
// An account gets another protocol or another address, and all that hangs on it comes along: contacts, chats, alerts
// and privacy by the account itself, conversations that are kept by their folder. What libpurple writes some seconds
// later is noted first, so that a client which is killed in between finishes when it starts again.
#pragma once
#include <string>

#include <account.h>

namespace purple_plugin {

struct Identity {
    std::string protocol;
    std::string address; // as in the account's name, with a resource if it has one
};

// Gives `account` the identity `to`. It is offline during that, and online again afterwards if it was.
void change_identity(PurpleAccount* account, const Identity& to);

// Finishes in libpurple's files what an earlier run began; before libpurple reads them.
void finish_change_of_identity();

// All that was changed is written: nothing is left to finish.
void forget_change_of_identity();

} // namespace purple_plugin
