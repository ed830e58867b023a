// SPDX-License-Identifier: MIT
// XEP-0077 3.1: an account made before login, inside TLS. The rules are routing/registration's; how often an address
// may try is ours.
#include "store/wait.h"
#include "stream/client_stream.h"
#include "stream/login_throttle.h"
#include "xml/writer.h"
#include "xmpp/namespaces.h"

namespace stream {

using xmpp::Condition;

base::Task<> ClientStream::registration(xml::Element iq) {
    const std::string_view type = iq.attribute("type").value_or("");
    const xml::Element query = *iq.first_child();
    if (type == "get") {
        if (!shared_.rules.registration_open)
            co_return say_iq_error(iq, {Condition::not_allowed, {"accounts are made by the administrator here", "ici les comptes sont créés par l'administrateur"}, {}, {}});
        co_return say_iq_result(iq, shared_.registration.form(language_of(iq)));
    }
    if (type != "set") co_return say_iq_error(iq, {Condition::bad_request, {}, {}, {}});
    if (!shared_.throttle.may_register(connection_->peer(), shared_.rules.registrations_per_hour))
        co_return say_iq_error(iq, {Condition::resource_constraint,
                                    {"too many accounts were made from this address; try again later", "trop de comptes ont été créés depuis cette adresse ; réessayez plus tard"},
                                    xmpp::ErrorType::wait, {}});
    using Made = base::Result<xmpp::Jid, xmpp::StanzaError>;
    const auto submit = [&](auto done) { shared_.registration.submit(query, done); };
    const Made made = co_await store::wait<Made>(submit);
    if (!made) co_return say_iq_error(iq, made.error());
    shared_.node.log.info("registered: " + made->text() + " from " + connection_->peer_address());
    say_iq_result(iq, {});
}

void ClientStream::say_iq_result(const xml::Element& iq, const std::optional<xml::Element>& payload) {
    auto answer = xml::Element({xmpp::ns::client, "iq"})
                      .with_attribute("type", "result")
                      .with_attribute("id", iq.attribute("id").value_or(""));
    if (payload) answer = std::move(answer).with(*payload);
    say(xml::to_string(answer));
}

// RFC 6120 8.1.5: of the stanza, or else of the stream.
xmpp::Language ClientStream::language_of(const xml::Element& stanza) const {
    return stanza.attribute({xml::xml_ns, std::string_view("lang")}) ? xmpp::language_of(stanza) : xmpp::language_named(language_);
}

void ClientStream::say_iq_error(const xml::Element& iq, const xmpp::StanzaError& error) {
    say(xml::to_string(xml::Element({xmpp::ns::client, "iq"})
                           .with_attribute("type", "error")
                           .with_attribute("id", iq.attribute("id").value_or(""))
                           .with(error.to_element(language_of(iq)))));
}

}  // namespace stream
