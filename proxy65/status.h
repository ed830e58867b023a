// SPDX-License-Identifier: MIT
// What the proxy shows of itself: a form in discovery (XEP-0128), a text for Prometheus.
#pragma once
#include "counters.h"
#include "settings.h"
#include "xml/element.h"

#include <string>
#include <vector>

namespace proxy65 {

// Version, addresses, load, limits and rates; fields that are settings have the names of their keys, times in seconds.
xml::Element status_form(const Settings& settings, const std::vector<base::Endpoint>& addresses,
                         const Counters& counters);

// Prometheus' text format 0.0.4.
//   joined   whether the link to the server stands
std::string metrics_text(const Counters& counters, bool joined);

} // namespace proxy65
