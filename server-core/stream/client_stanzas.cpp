// SPDX-License-Identifier: MIT
// A client's stream once it is bound: stanzas to the router (RFC 6120 8).
#include "stream/client_stream.h"
#include "xmpp/namespaces.h"

#include <utility>

namespace stream {

using xmpp::StreamCondition;

namespace {

// RFC 6120 8.1.2.1: a client may name itself or its account as the sender, nobody else.
bool may_claim(const xmpp::Jid& client, std::optional<std::string_view> claimed) {
    if (!claimed || *claimed == client.text()) return true;
    const auto from = xmpp::parse_jid(*claimed);
    return from && (*from == client || *from == client.bare());
}

}  // namespace

bool ClientStream::take_stanza(const xml::Element& element) {
    if (element.name().ns == xmpp::ns::stream_management) {
        take_management(element);
        return true;
    }
    if (element.name().ns == xmpp::ns::client_state) {
        take_client_state(element);
        return true;
    }
    if (!xmpp::is_stanza_name(element.name())) {
        end({StreamCondition::unsupported_stanza_type, {}});
        return true;
    }
    if (!may_claim(session_->jid(), element.attribute("from"))) {
        end({StreamCondition::invalid_from, {}});
        return true;
    }
    if (session_->management().enabled) ++session_->management().received;
    xml::Element stamped = element.with_attribute("from", session_->jid().text());
    // RFC 6120 8.1.5: what the stream said holds for its stanzas, also where they go.
    constexpr xml::Name language{xml::xml_ns, "lang"};
    if (!language_.empty() && !element.attribute(language)) stamped = std::move(stamped).with_attribute(language, language_);
    const auto stanza = xmpp::parse_stanza(stamped);
    if (!stanza) {
        if (stamped.attribute("type") != "error" && stamped.attribute("type") != "result") {
            const auto answer = stamped.without_attribute("from")
                                    .with_attribute("type", "error")
                                    .with_attribute("to", session_->jid().text())
                                    .with(stanza.error().to_element(xmpp::language_of(stamped)));
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

// XEP-0352 4.2: no answer, and no effect on presence.
void ClientStream::take_client_state(const xml::Element& element) {
    const std::string_view name = element.name().local;
    if (name != "active" && name != "inactive") return end({StreamCondition::unsupported_stanza_type, {}});
    if (shared_.rules.client_state) session_->set_inactive(name == "inactive");
}

}  // namespace stream
