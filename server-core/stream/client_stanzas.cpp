// SPDX-License-Identifier: MIT
// A client's stream once it is bound: stanzas to the router (RFC 6120 8), and stream management (XEP-0198 1.6, without
// resumption).
#include "stream/client_stream.h"
#include "stream/negotiation.h"
#include "xml/writer.h"
#include "xmpp/namespaces.h"

#include <charconv>
#include <utility>

namespace stream {
namespace {

using xmpp::StreamCondition;

constexpr std::string_view sm = xmpp::ns::stream_management;
constexpr std::string_view request = "<r xmlns='urn:xmpp:sm:3'/>";

std::optional<std::uint32_t> number(std::string_view text) {
    std::uint32_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string failed(std::string_view condition) {
    return "<failed xmlns='" + std::string(sm) + "'><" + std::string(condition) + " xmlns='" + std::string(xmpp::ns::stanzas) + "'/></failed>";
}

// XEP-0198 4.
xmpp::StreamError too_high(std::uint32_t handled, std::uint32_t sent) {
    return {StreamCondition::undefined_condition, "acknowledged more stanzas than were sent",
            xml::Element({sm, "handled-count-too-high"})
                .with_attribute("h", std::to_string(handled))
                .with_attribute("send-count", std::to_string(sent))};
}

}  // namespace

bool ClientStream::take_stanza(const xml::Element& element) {
    if (element.name().ns == sm) {
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

void ClientStream::take_management_before_bind(const xml::Element& element) {
    // XEP-0198 5: most clients try to resume first, also after a restart of ours, and then bind.
    if (element.name().local == "resume") return say(failed("item-not-found"));
    if (element.name().local == "enable") return say(failed("unexpected-request"));  // XEP-0198 3: bind first
    end({StreamCondition::unsupported_stanza_type, {}});
}

void ClientStream::take_management(const xml::Element& element) {
    routing::StreamManagement& state = session_->management();
    const std::string_view name = element.name().local;
    if (name == "enable") {
        // XEP-0198 3: once, after binding. Resumption is not offered: <enabled/> carries no id.
        if (state.enabled) return session_->deliver_nonza(failed("unexpected-request"), {});
        session_->enable_management("<enabled xmlns='" + std::string(sm) + "'/>");
    } else if (name == "resume") {
        session_->deliver_nonza(failed(state.enabled ? "unexpected-request" : "item-not-found"), {});
    } else if (name == "r" && state.enabled) {
        // What is acknowledged is on disk: the answer waits for every commit under way (DESIGN 4.1).
        session_->deliver_nonza("<a xmlns='" + std::string(sm) + "' h='" + std::to_string(state.received) + "'/>", shared_.writes.newest());
    } else if (name == "a" && state.enabled) {
        acknowledgement_asked_ = false;
        const auto handled = number(element.attribute("h").value_or(""));
        if (!handled) return end({StreamCondition::bad_format, "h must be a number"});
        if (!session_->acknowledge(*handled)) return end(too_high(*handled, state.sent));
        wants_acknowledgement_ = !state.unacknowledged.empty();
        add_request();
    } else {
        end({StreamCondition::unsupported_stanza_type, {}});
    }
}

void ClientStream::add_request() {
    if (!wants_acknowledgement_ || acknowledgement_asked_ || ending_) return;
    wants_acknowledgement_ = false;
    acknowledgement_asked_ = true;
    connection_->write(request);
}

}  // namespace stream
