// SPDX-License-Identifier: MIT
// A core dump of a server holds its private key, the passwords under way and everybody's messages.
#pragma once

namespace net {

// No crash of this process writes its memory to a file, whoever asks for it, and no other process of its user may read it.
void forbid_core_dumps();

}  // namespace net
