// SPDX-License-Identifier: MIT
// XEP-0202 Entity Time 2.0, of the server, which lives in UTC.
#include "modules/modules.h"
#include "xmpp/datetime.h"

namespace modules {
namespace {
constexpr std::string_view ns = "urn:xmpp:time";
} // namespace

void add_time(routing::Feature& feature) {
    feature.advertise(ns);
    feature.answer(xmpp::Iq::get, {ns, "time"}, routing::the_server, [&clock = feature.node().clock](const routing::Request&) {
        const auto now = std::chrono::floor<std::chrono::seconds>(clock.wall());
        return xmpp::IqReply::result(xml::Element({ns, "time"})
                                         .with(xml::Element({ns, "tzo"}).with_text("+00:00"))
                                         .with(xml::Element({ns, "utc"}).with_text(xmpp::format_datetime(now))));
    });
}

} // namespace modules
