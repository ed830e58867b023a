// SPDX-License-Identifier: MIT
// Any bytes as organisation.conf: a mistake has its line and its remedy, what is accepted can be used.
#include "base/organisation.h"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {
void demand(bool fact) {
    if (!fact) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto organisation = base::parse_organisation(text, "nowhere/organisation.conf");
    if (!organisation) {
        demand(!organisation.error().expected.empty() && !organisation.error().remedy.empty());
        demand(organisation.error().line >= 0);
        return 0;
    }
    demand(!organisation->domain.empty() && organisation->port != 0);
    for (const std::string& pin : organisation->trust_pins) demand(pin.size() == 32);
    for (const std::string& authority : organisation->trust_ca) demand(!authority.empty());
    return 0;
}
