// SPDX-License-Identifier: MIT
// XEP-0215 External Service Discovery 1.0.0: the STUN and TURN servers of the settings, for local clients. Where TURN
// shares a secret with us, its credentials are made for each question and die by themselves (the REST API for TURN).
#include "base/text.h"
#include "modules/modules.h"
#include "xmpp/datetime.h"
#include "xmpp/scram.h"

namespace modules {
namespace {

using routing::Feature, routing::Request;
using xmpp::Condition, xmpp::ExternalService, xmpp::IqReply;

constexpr std::string_view ns = "urn:xmpp:extdisco:2";

struct Offer {
    const ExternalServices& services;
    const xmpp::Jid& to;  // the client that asks
    store::Time now;

    bool has_credentials(const ExternalService& service) const { return service.needs_credentials() && !services.turn_secret.empty(); }
    xml::Element element(const ExternalService& service) const;
};

xml::Element Offer::element(const ExternalService& service) const {
    auto element = xml::Element({ns, "service"})
                       .with_attribute("type", service.type)
                       .with_attribute("host", service.host)
                       .with_attribute("port", std::to_string(service.port))
                       .with_attribute("transport", service.transport);
    if (!has_credentials(service)) return element;
    const auto expires = std::chrono::floor<std::chrono::seconds>(now) + services.credentials_last;
    const std::string username = std::to_string(expires.time_since_epoch().count()) + ":" + std::string(to.local());
    return std::move(element)
        .with_attribute("username", username)
        .with_attribute("password", base::base64_encode(xmpp::hmac(xmpp::ScramHash::sha1, services.turn_secret, username)))
        .with_attribute("expires", xmpp::format_datetime(expires))
        .with_attribute("restricted", "true");
}

// XEP-0215 3.1, 3.2: all, or those of one type.
xml::Element list(const Offer& offer, const xml::Element& asked) {
    xml::Element answer({ns, "services"});
    const auto type = asked.attribute("type");
    if (type) answer = answer.with_attribute("type", *type);
    for (const ExternalService& service : offer.services.offered)
        if (!type || *type == service.type) answer = std::move(answer).with(offer.element(service));
    return answer;
}

bool is_meant(const ExternalService& service, const xml::Element& asked) {
    return service.host == asked.attribute("host") && service.type == asked.attribute("type") &&
           std::to_string(service.port) == asked.attribute("port").value_or(std::to_string(service.port));
}

// XEP-0215 3.3: a service that nobody knows, or without credentials, is not found.
IqReply credentials(const Offer& offer, const xml::Element& query) {
    const auto asked = query.child({ns, "service"});
    if (!asked || !asked->attribute("host") || !asked->attribute("type")) return IqReply::error(Condition::bad_request);
    xml::Element answer({ns, "credentials"});
    for (const ExternalService& service : offer.services.offered)
        if (is_meant(service, *asked) && offer.has_credentials(service)) answer = std::move(answer).with(offer.element(service));
    if (!answer.has_children()) return IqReply::error(Condition::item_not_found);
    return IqReply::result(answer);
}

} // namespace

void add_external_services(Feature& feature, const Choices& choices) {
    // Without a service it is not advertised, but who asks without looking (COMPAT(Dino 0.4)) is told that there is none.
    if (!choices.external.offered.empty()) feature.advertise(ns);
    for (const std::string_view name : {std::string_view("services"), std::string_view("credentials")})
        feature.answer(xmpp::Iq::get, {ns, name}, routing::the_server, [feature, external = choices.external](const Request& request) {
            // Relays cost; they are for those who have an account here.
            if (!request.session) return IqReply::error(Condition::forbidden);
            const Offer offer{external, request.session->jid(), feature.node().clock.wall()};
            const xml::Element payload = request.payload();
            return payload.is({ns, "services"}) ? IqReply::result(list(offer, payload)) : credentials(offer, payload);
        });
}

} // namespace modules
