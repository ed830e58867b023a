// SPDX-License-Identifier: GPL-2.0-or-later
// Accounts in the files that libpurple keeps: accounts.xml, blist.xml, pounces.xml, status.xml, and folders of logs.
#pragma once
#include "purple-plugin/identity.h"

#include <string>

#include <xmlnode.h>

namespace purple_plugin {

// Writes `to` wherever `tree` names the account `from`; whether it did.
bool rename_account_in(xmlnode* tree, const Identity& from, const Identity& to);

// The same in each of libpurple's files.
void rename_account_in_files(const Identity& from, const Identity& to);

// Moves what lies in the folder `from` into `to`, keeping what is there: a file of a name that is taken gets another.
void merge_folder(const std::string& from, const std::string& to);

// The folder in which libpurple keeps all conversations of `account` as it is now.
std::string log_folder(PurpleAccount* account);

} // namespace purple_plugin
