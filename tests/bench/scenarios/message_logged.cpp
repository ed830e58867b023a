// SPDX-License-Identifier: MIT
// 1:1 messages that are stored and acknowledged (XEP-0198). Each server as it comes: server-core acknowledges what is
// on disk, Prosody what it has handled.
#include "pairs.h"

namespace bench {

Finding message_logged(World& world) { return Pairs(world, "", true).measure(); }

} // namespace bench
