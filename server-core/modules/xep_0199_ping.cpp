// SPDX-License-Identifier: MIT
// XEP-0199 XMPP Ping 2.0.1: from client to server (4.2). The server's own pings belong to the streams.
#include "modules/modules.h"

namespace modules {

void add_ping(routing::Feature& feature) {
    constexpr std::string_view ns = "urn:xmpp:ping";
    feature.advertise(ns);
    feature.answer(xmpp::Iq::get, {ns, "ping"}, routing::own_account | routing::the_server,
                   [](const routing::Request&) { return xmpp::IqReply::done(); });
}

} // namespace modules
