// SPDX-License-Identifier: MIT
// XEP-0092 Software Version 1.1, of the server. The operating system is not told (XEP-0092 5).
#include "modules/modules.h"

namespace modules {
namespace {
constexpr std::string_view ns = "jabber:iq:version";
} // namespace

void add_version(routing::Feature& feature, const Choices& choices) {
    feature.advertise(ns);
    feature.answer(xmpp::Iq::get, {ns, "query"}, routing::the_server, [version = choices.version](const routing::Request&) {
        return xmpp::IqReply::result(xml::Element({ns, "query"})
                                         .with(xml::Element({ns, "name"}).with_text("server-core"))
                                         .with(xml::Element({ns, "version"}).with_text(version)));
    });
}

} // namespace modules
