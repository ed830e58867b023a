// SPDX-License-Identifier: MIT
// XEP-0082 dates and times, always UTC; XEP-0203 delay stamps.
#pragma once
#include "xml/element.h"
#include "xmpp/jid.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace xmpp {

using Time = std::chrono::system_clock::time_point;

std::string format_datetime(Time time);               // 2026-11-22T13:37:00Z; milliseconds when not zero
std::optional<Time> parse_datetime(std::string_view); // with Z or an offset, with or without fractions
xml::Element delay(const Jid& from, Time stamp);      // <delay xmlns='urn:xmpp:delay' from='' stamp=''/>

}  // namespace xmpp
