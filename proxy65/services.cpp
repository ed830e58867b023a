// SPDX-License-Identifier: MIT
#include "services.h"

#include "status.h"
#include "xmpp/namespaces.h"

#include <algorithm>

namespace proxy65 {
namespace {

using xmpp::Condition;
using xmpp::IqReply;

constexpr std::string_view bytestreams_ns = "http://jabber.org/protocol/bytestreams";
constexpr std::string_view version_ns = "jabber:iq:version";
constexpr std::string_view ping_ns = "urn:xmpp:ping";
constexpr std::size_t most_shown_bytes = 64;

// What the log shows of a session id, which a client chooses as it likes: its first characters.
std::string shown(std::string_view session_id) {
    auto size = std::min(session_id.size(), most_shown_bytes);
    const auto is_inside_a_character = [&] { return size < session_id.size() && (session_id[size] & 0xC0) == 0x80; };
    while (size > 0 && is_inside_a_character()) --size;
    return std::string(session_id.substr(0, size));
}

xml::Element feature(std::string_view name) {
    return xml::Element({xmpp::ns::disco_info, "feature"}).with_attribute("var", name);
}

IqReply version_answer() {
    return IqReply::result(xml::Element({version_ns, "query"})
                               .with(xml::Element({version_ns, "name"}).with_text("proxy65"))
                               .with(xml::Element({version_ns, "version"}).with_text(PROXY65_VERSION)));
}

// XEP-0065 6.3.5 names the conditions; a limit is resource-constraint (RFC 6120 8.3.3.18).
IqReply error_for(Refusal refusal) {
    switch (refusal) {
    case Refusal::nobody_waits:
        return IqReply::error(Condition::item_not_found, {"nobody is connected for this transfer",
                                                          "personne n'est connecté pour ce transfert"});
    case Refusal::only_one_waits:
        return IqReply::error(Condition::not_allowed,
                              {"only one party is connected", "un seul des deux est connecté"});
    case Refusal::runs_already:
        return IqReply::error(Condition::not_allowed,
                              {"this transfer is active already", "ce transfert est déjà en cours"});
    case Refusal::network:
        return IqReply::error(Condition::forbidden, {"a party is connected from a network that may not use this proxy",
                                                     "le réseau de l'un des deux n'a pas accès à ce relais"});
    case Refusal::limit_transfers:
        return IqReply::error(Condition::resource_constraint, {"too many transfers", "trop de transferts"});
    case Refusal::limit_user:
        return IqReply::error(Condition::resource_constraint,
                              {"too many transfers of this user", "trop de transferts de cet utilisateur"});
    case Refusal::limit_address:
        return IqReply::error(Condition::resource_constraint,
                              {"too many transfers of this address", "trop de transferts de cette adresse"});
    }
    return IqReply::error(Condition::internal_server_error);
}

} // namespace

IqReply Services::answer(const xmpp::Iq& request) {
    const auto payload = request.payload();
    const bool is_get = request.type() == xmpp::Iq::get;
    if (!payload) return IqReply::error(Condition::bad_request);
    if (payload->is({bytestreams_ns, "query"})) return is_get ? streamhosts(request) : activate(request, *payload);
    if (is_get && payload->is({xmpp::ns::disco_info, "query"})) return features(request, *payload);
    if (is_get && payload->is({xmpp::ns::disco_items, "query"}) && !payload->attribute("node"))
        return IqReply::result(xml::Element({xmpp::ns::disco_items, "query"}));
    if (is_get && payload->is({version_ns, "query"})) return version_answer();
    if (is_get && payload->is({ping_ns, "ping"})) return IqReply::done();
    return IqReply::error(Condition::service_unavailable);
}

bool Services::may_use(const xmpp::Jid& who) const { return settings_.access.may_use(who); }

IqReply Services::features(const xmpp::Iq& request, const xml::Element& query) const {
    if (query.attribute("node")) return IqReply::error(Condition::item_not_found);
    auto info = xml::Element({xmpp::ns::disco_info, "query"})
                    .with(xml::Element({xmpp::ns::disco_info, "identity"})
                              .with_attribute("category", "proxy")
                              .with_attribute("type", "bytestreams")
                              .with_attribute("name", settings_.organisation.name + " file transfer"));
    for (const auto ns : {xmpp::ns::disco_info, xmpp::ns::disco_items, bytestreams_ns, version_ns, ping_ns})
        info = std::move(info).with(feature(ns));
    if (may_use(request.from())) info = std::move(info).with(status_form(settings_, addresses_, transfers_.counters()));
    return IqReply::result(info);
}

IqReply Services::streamhosts(const xmpp::Iq& request) const {
    if (!may_use(request.from())) return IqReply::error(Condition::forbidden);
    xml::Element query({bytestreams_ns, "query"});
    for (const auto& [host, port] : addresses_)
        query = std::move(query).with(xml::Element({bytestreams_ns, "streamhost"})
                                          .with_attribute("host", host)
                                          .with_attribute("jid", settings_.name)
                                          .with_attribute("port", std::to_string(port)));
    return IqReply::result(query);
}

IqReply Services::activate(const xmpp::Iq& request, const xml::Element& query) {
    if (!may_use(request.from())) return IqReply::error(Condition::forbidden);
    const auto session_id = query.attribute("sid");
    const auto activated = query.child({bytestreams_ns, "activate"});
    if (!session_id || session_id->empty() || !activated) return IqReply::error(Condition::bad_request);
    const auto written = activated->text();
    const auto target = xmpp::parse_jid(written);
    if (!target) return IqReply::error(Condition::jid_malformed);
    // Both sides hash the prepared addresses (XEP-0065 6.3.2), but a client may take its peer's as it was typed.
    Transfers::Asked asked{bytestream_hash(*session_id, request.from().text(), target->text()), shown(*session_id),
                           request.from(), *target};
    auto started = transfers_.activate(asked);
    if (!started && started.error() == Refusal::nobody_waits && written != target->text()) {
        asked.hash = bytestream_hash(*session_id, request.from().text(), written);
        started = transfers_.activate(asked);
    }
    return started ? IqReply::done() : error_for(started.error());
}

} // namespace proxy65
