// SPDX-License-Identifier: MIT
// A core dump holds the private key, the passwords under way and everybody's messages; proxy65's, the component's secret.
#pragma once

namespace net {

// No crash of this process writes its memory to a file, whoever asks for it, and no other process of its user may read it.
void forbid_core_dumps();

}  // namespace net
