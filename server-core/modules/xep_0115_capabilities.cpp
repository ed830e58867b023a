// SPDX-License-Identifier: MIT
// XEP-0115 Entity Capabilities 1.6.0, of the server itself: what its <c/> in the stream's features stands for.
#include "modules/modules.h"
#include "xmpp/namespaces.h"

namespace modules {
namespace {

// XEP-0115 6.2: the answer for "node#ver" is what was hashed.
bool take_info(const routing::Feature& feature, const routing::Request& request, const routing::Reply& reply) {
    if (request.account != nullptr) return false;
    const auto node = request.payload().attribute("node");
    if (!node) return false;
    const routing::Capabilities own = feature.discovery().capabilities(feature.node());
    if (*node != own.info.attribute("node")) return false;
    reply(xmpp::IqReply::result(own.info));
    return true;
}

} // namespace

void add_capabilities(routing::Feature& feature) {
    feature.advertise(xmpp::ns::caps);
    feature.discovery().take_info([feature](const routing::Request& request, const routing::Reply& reply) {
        return take_info(feature, request, reply);
    });
}

} // namespace modules
