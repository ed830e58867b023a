// SPDX-License-Identifier: GPL-2.0-or-later
// Other plugins that add to XMPP accounts (lurch, carbons): they prepare an account at its login if its protocol is
// prpl-jabber, but look at every stanza of ours too. lurch would let no message of an unprepared account leave.
#pragma once
#include "purple-plugin/disguise.h"

#include <optional>

namespace purple_plugin {

class Neighbours {
public:
    Neighbours();
    ~Neighbours();
    Neighbours(const Neighbours&) = delete;
    Neighbours& operator=(const Neighbours&) = delete;

    // While libpurple tells others that `account` is there.
    void show(PurpleAccount* account) { disguise_.emplace(account); }
    void hide() { disguise_.reset(); }

private:
    std::optional<Disguise> disguise_;
};

} // namespace purple_plugin
