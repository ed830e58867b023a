// SPDX-License-Identifier: MIT
// SRV records (RFC 2782): where a domain says that its servers are.
#pragma once
#include "base/settings_section.h"

#include <string>
#include <vector>

namespace net {

// In the order in which they are to be tried: lower priority first, of the same the greater weight, where RFC 2782 would
// throw dice. Empty: the domain names none. Blocks while it asks: for commands, not for a loop with others in it.
//   name   "_xmpp-client._tcp.example.org"
std::vector<base::Endpoint> service_records(const std::string& name);

} // namespace net
