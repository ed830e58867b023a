// SPDX-License-Identifier: MIT
// 1:1 messages that nobody stores (XEP-0334): CPU per message from stanza in to stanza out.
#include "pairs.h"

namespace bench {

Finding message(World& world) { return Pairs(world, "<no-store xmlns='urn:xmpp:hints'/>", false).measure(); }

} // namespace bench
