// SPDX-License-Identifier: MIT
// `proxy65 probe USER`: what a client meets. Logs in, asks for the addresses, and at each of them connects twice, activates
// and sends bytes both ways (XEP-0065 6). Works with any proxy of any server.
#pragma once
#include "base/organisation.h"

#include <string>

namespace proxy65 {

constexpr int works = 0, does_not_work = 3;

// Prints what it finds, line by line, and a verdict; the exit code: works only where each address does.
//   user      a bare JID
//   password  one line, read by the caller
int probe(const base::Organisation& organisation, const std::string& user, const std::string& password);

} // namespace proxy65
