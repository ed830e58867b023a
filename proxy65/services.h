// SPDX-License-Identifier: MIT
// What the proxy answers as an XMPP entity: XEP-0065 6 (addresses, activation), XEP-0030, XEP-0128, XEP-0092, XEP-0199.
#pragma once
#include "settings.h"
#include "transfers.h"
#include "xmpp/stanza.h"

#include <vector>

namespace proxy65 {

class Services {
public:
    Services(const Settings& settings, Transfers& transfers) : settings_(settings), transfers_(transfers) {}

    // Tells clients these from now on, in this order, each with its port.
    void announce(std::vector<base::Endpoint> addresses) { addresses_ = std::move(addresses); }
    // The answer to a request (get or set); what nobody knows is service-unavailable (RFC 6120 8.4).
    xmpp::IqReply answer(const xmpp::Iq& request);

private:
    bool may_use(const xmpp::Jid& who) const;
    xmpp::IqReply features(const xmpp::Iq& request, const xml::Element& query) const;
    xmpp::IqReply streamhosts(const xmpp::Iq& request) const;
    xmpp::IqReply activate(const xmpp::Iq& request, const xml::Element& query);

    const Settings& settings_;
    std::vector<base::Endpoint> addresses_;
    Transfers& transfers_;
};

} // namespace proxy65
