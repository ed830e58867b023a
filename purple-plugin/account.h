// SPDX-License-Identifier: GPL-2.0-or-later
// An account of the organisation: what its user typed made canonical, and the settings written into it.
#pragma once
#include "purple-plugin/context.h"
#include "purple-plugin/names.h"

#include <string>

namespace purple_plugin {

class Accounts {
public:
    // From then on a new account stands in the accounts window as its address, and speaks by that name.
    explicit Accounts(const Context& context);
    ~Accounts();
    Accounts(const Accounts&) = delete;
    Accounts& operator=(const Accounts&) = delete;

private:
    const Context& context_;
};

// Gives `account` its address and the organisation's settings. prpl-jabber reads them at login, so a changed
// organisation reaches old accounts too.
//   error   the sentence that says what is wrong with the name
base::Result<void, std::string> prepare_account(PurpleAccount* account, const base::Organisation& organisation);

} // namespace purple_plugin
