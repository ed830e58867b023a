// SPDX-License-Identifier: GPL-2.0-or-later
// Files go through the organisation's proxy (XEP-0065): two desks seldom reach each other, and each address that
// does not answer costs the receiver five seconds.
#pragma once
#include "purple-plugin/context.h"

#include <xmlnode.h>

namespace purple_plugin {

class Transfers {
public:
    explicit Transfers(const Context& context);
    ~Transfers();
    Transfers(const Transfers&) = delete;
    Transfers& operator=(const Transfers&) = delete;
};

// Takes our own addresses out of an offer of bytestreams, unless no proxy would remain. Other stanzas stay as they are.
void prefer_proxy(xmlnode* stanza);

} // namespace purple_plugin
