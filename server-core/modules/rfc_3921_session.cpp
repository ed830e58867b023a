// SPDX-License-Identifier: MIT
// RFC 3921 3: the session request, which clients of before 2011 still send after binding. It does nothing (RFC 6121 1.4).
#include "modules/modules.h"
#include "xmpp/namespaces.h"

namespace modules {

void add_session(routing::Feature& feature) {
    feature.answer(xmpp::Iq::set, {xmpp::ns::session, "session"}, routing::own_account | routing::the_server,
                   [](const routing::Request&) { return xmpp::IqReply::done(); });
}

} // namespace modules
