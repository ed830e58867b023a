// SPDX-License-Identifier: MIT
// XEP-0065 SOCKS5 Bytestreams 1.8.2 between clients, in the log: who offered whom what, who reached nothing, what a proxy
// refused, what went through the server instead (XEP-0047). Each line has the id that proxy65 logs and of which the
// Pidgin plugin shows the first digits to a user whose file did not arrive.
#pragma once
#include "routing/router.h"

namespace routing {

// Watches from now on; nothing is answered, changed or stored.
void log_transfers(const Node& node, Users& users, Router& router);

}  // namespace routing
