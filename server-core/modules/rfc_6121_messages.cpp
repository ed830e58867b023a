// SPDX-License-Identifier: MIT
// RFC 6121 5 and 8, XEP-0160 1.0.1, XEP-0359 0.7.0: what the router does with messages, as far as discovery tells it.
// Messages are kept in the account's log (routing/router_messages.cpp), which gives the stanza ids.
#include "modules/modules.h"

namespace modules {

void add_messages(routing::Feature& feature) {
    feature.advertise("msgoffline");
    feature.advertise("urn:xmpp:sid:0");
    feature.advertise_for_accounts("urn:xmpp:sid:0");  // clients look there for who gives ids (XEP-0359 5)
}

} // namespace modules
