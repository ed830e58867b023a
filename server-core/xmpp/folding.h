// SPDX-License-Identifier: MIT
// Names of people as one looks for them and as one shows them.
#pragma once
#include <string>
#include <string_view>

namespace xmpp {

// Without case and accents: "Hélène" and "HELENE" are the same. Bytes that are no UTF-8 give nothing.
std::string folded(std::string_view text);

// A localpart such as "jean-luc.d'arc" as a name: "Jean-Luc D'Arc".
std::string name_from_local(std::string_view local);

}  // namespace xmpp
