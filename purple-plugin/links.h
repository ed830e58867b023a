// SPDX-License-Identifier: GPL-2.0-or-later
// Links to files in messages (jabber:x:oob, XEP-0066 3): shown as text, which clients make clickable, and shown once.
#pragma once
#include "purple-plugin/context.h"

#include <string>

#include <xmlnode.h>

namespace purple_plugin {

class Links {
public:
    explicit Links(const Context& context);
    ~Links();
    Links(const Links&) = delete;
    Links& operator=(const Links&) = delete;
};

// The address that `message` links to; empty without one of the web.
std::string link_in(const xmlnode* message);

// Puts the link into the text of `message` where it is not in it, and takes the sign of it away.
void show_link(xmlnode* message);

} // namespace purple_plugin
