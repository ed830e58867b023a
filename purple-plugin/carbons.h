// SPDX-License-Identifier: GPL-2.0-or-later
// XEP-0280 Message Carbons 1.0.1: what the user writes and gets on his other devices is shown here too.
#pragma once
#include "purple-plugin/arrivals.h"
#include "purple-plugin/context.h"

#include <xmlnode.h>

namespace purple_plugin {

class Carbons {
public:
    Carbons(const Context& context, Arrivals& arrivals);
    ~Carbons();
    Carbons(const Carbons&) = delete;
    Carbons& operator=(const Carbons&) = delete;

    // Asks the server for copies.
    void enable(PurpleConnection* connection);

    // Puts a message that somebody else sent in place of its copy; shows one of the user's own.
    void unwrap(PurpleConnection* connection, xmlnode** stanza);

private:
    const Context& context_;
    Arrivals& arrivals_;
};

} // namespace purple_plugin
