// SPDX-License-Identifier: MIT
// A client's stream once it is bound: stanzas to the router (RFC 6120 8).
#include "stream/client_stream.h"
#include "xmpp/namespaces.h"

#include <utility>

namespace stream {

using xmpp::StreamCondition;

bool ClientStream::take_stanza(const xml::Element& element) {
    if (element.name().ns == xmpp::ns::stream_management) {
        take_management(element);
        return true;
    }
    if (!xmpp::is_stanza_name(element.name())) {
        end({StreamCondition::unsupported_stanza_type, {}});
        return true;
    }
    // RFC 6120 8.1.2.1: a client may name itself or its account as the sender, nobody else.
    const auto claimed = element.attribute("from");
    if (claimed && *claimed != session_->jid().text()) {
        const auto from = xmpp::parse_jid(*claimed);
        if (!from || (*from != session_->jid() && *from != session_->jid().bare())) {
            end({StreamCondition::invalid_from, {}});
            return true;
        }
    }
    if (session_->management().enabled) ++session_->management().received;
    const xml::Element stamped = element.with_attribute("from", session_->jid().text());
    const auto stanza = xmpp::parse_stanza(stamped);
    if (!stanza) {
        if (stamped.attribute("type") != "error" && stamped.attribute("type") != "result") {
            const auto answer = stamped.without_attribute("from")
                                    .with_attribute("type", "error")
                                    .with_attribute("to", session_->jid().text())
                                    .with(stanza.error().to_element());
            session_->deliver(xmpp::Stanza(answer, {}, {}), {});
        }
        return true;
    }
    handled_ = false;
    shared_.router.from_client(*session_, *stanza, [this] {
        handled_ = true;
        if (waker_) std::exchange(waker_, {})();
    });
    return handled_;
}

}  // namespace stream
