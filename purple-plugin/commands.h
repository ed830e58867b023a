// SPDX-License-Identifier: GPL-2.0-or-later
// The /commands of XMPP for our accounts: libpurple registers them for prpl-jabber alone.
#pragma once
#include "purple-plugin/context.h"

#include <string>
#include <vector>

#include <cmds.h>

namespace purple_plugin {

class Commands {
public:
    explicit Commands(const Context& context);
    ~Commands();
    Commands(const Commands&) = delete;
    Commands& operator=(const Commands&) = delete;

private:
    std::vector<PurpleCmdId> ids_;
    std::vector<std::string> help_;
};

} // namespace purple_plugin
