// SPDX-License-Identifier: MIT
// RFC 8264, RFC 8265: PRECIS string classes, by the Unicode tables of libunistring.
// Covered: every rule of RFC 8264 8 and 9 and all contextual rules of RFC 5892 A. Which code points are assigned is
// what the installed libunistring (1.0: Unicode 14) knows, where RFC 8264 asks for the newest Unicode.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace xmpp {

// UsernameCaseMapped (RFC 8265 3.3), with the Bidi Rule; nothing when it forbids `text`, or `text` is empty.
std::optional<std::string> username_case_mapped(std::string_view text);
// OpaqueString (RFC 8265 4.2), which has no directionality rule; nothing when it forbids `text`, or `text` is empty.
std::optional<std::string> opaque_string(std::string_view text);

// The mapping of RFC 5895 2 (lower case, width, composition, full stops), which decides nothing; nothing for what is no
// UTF-8.
std::optional<std::string> host_mapped(std::string_view text);

}  // namespace xmpp
