// SPDX-License-Identifier: MIT
// Any bytes as an address: what is accepted is stable, in parts and as a whole.
#include "xmpp/jid.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {
void demand(bool fact) {
    if (!fact) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const auto prepare : {xmpp::prepare_local, xmpp::prepare_domain, xmpp::prepare_resource}) {
        if (const auto once = prepare(text)) demand(prepare(*once) == once);
    }
    const auto jid = xmpp::parse_jid(text);
    if (!jid) return 0;
    const auto again = xmpp::parse_jid(jid->text());
    demand(again && *again == *jid);
    const auto made = xmpp::make_jid(jid->local(), jid->domain(), jid->resource());
    demand(made && *made == *jid && made->bare() == jid->bare());
    demand(jid->bare().with_resource(jid->resource()) == *jid);
    demand(!jid->domain().empty() && jid->host().text() == jid->domain());
    return 0;
}
