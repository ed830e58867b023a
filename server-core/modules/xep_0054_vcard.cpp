// SPDX-License-Identifier: MIT
// XEP-0054 vcard-temp 1.3.0: one card for each account, kept whole in drawer "vcard", and one of the server.
#include "modules/modules.h"
#include "routing/card_access.h"
#include "xml/parser.h"
#include "xml/writer.h"

namespace modules {
namespace {

using routing::Feature, routing::Reply, routing::Request;
using xmpp::Condition, xmpp::IqReply;

constexpr std::string_view ns = "vcard-temp";
constexpr const char* drawer = routing::card_drawer;
constexpr std::string_view vcard4 = "urn:xmpp:vcard4";

// XEP-0054 3.1: one's own missing card is empty. 3.3: another's is as missing as a user who does not exist.
IqReply without_card(bool is_own) {
    return is_own ? IqReply::result(xml::Element({ns, "vCard"})) : IqReply::error(Condition::service_unavailable);
}

// The server's own card says whose it is: the organisation's, by the name that people know.
xml::Element card_of_server(const Feature& feature, const std::string& organisation) {
    const std::string& domain = feature.node().domain.text();
    const std::string& name = organisation.empty() ? domain : organisation;
    return xml::Element({ns, "vCard"})
        .with(xml::Element({ns, "FN"}).with_text(name))
        .with(xml::Element({ns, "NICKNAME"}).with_text(name))
        .with(xml::Element({ns, "ORG"}).with(xml::Element({ns, "ORGNAME"}).with_text(name)))
        .with(xml::Element({ns, "JABBERID"}).with_text(domain));
}

void get_card(const Feature& feature, const Request& request, const Reply& reply, const std::string& organisation) {
    if (!request.account) return reply(IqReply::result(card_of_server(feature, organisation)));
    const bool is_own = request.session && request.account == &request.session->account();
    const auto answer = [feature, is_own, iq = request.iq, owner = request.account->jid(),
                         reply](const base::Result<std::optional<std::string>, store::Refusal>& found) {
        if (!found) return reply(IqReply::error(Condition::internal_server_error));
        const auto card = *found ? xml::parse_element(**found) : std::nullopt;
        const auto loaded = [feature, is_own, iq, reply, kept = card.value_or(xml::Element({ns, "vCard"}))](routing::Account* account) {
            if (!account) return reply(IqReply::error(Condition::internal_server_error));
            feature.publisher().mirrors().shown(*account, iq.from(), kept, [is_own, reply](const xml::Element& shown) {
                reply(shown.has_children() ? IqReply::result(shown) : without_card(is_own));
            });
        };
        if (!feature.users().when_loaded(owner, loaded)) reply(IqReply::error(Condition::resource_constraint));
    };
    feature.store().find(request.account->jid().text(), drawer, "", answer);
}

IqReply set_card(const Feature& feature, const Request& request) {
    if (!request.session || !request.account || request.account != &request.session->account())
        return IqReply::error(Condition::forbidden, {"a card is changed by its owner only", "une carte n'est modifiée que par son propriétaire"});
    std::string card = xml::to_string(request.payload());
    const std::size_t most = feature.node().limits.private_bytes;
    if (most != 0 && card.size() > most)
        return IqReply::error(Condition::policy_violation, {"the card is larger than " + std::to_string(most) + " bytes",
                                                                "la carte dépasse " + std::to_string(most) + " octets"});
    const xmpp::Jid owner = request.account->jid();
    const routing::Writes::Together one_commit(feature.writes(), owner.text());  // with what follows from the card
    const store::Node* newer = routing::Publisher::of(*request.account).nodes.find(vcard4);
    // Colleagues find by name only whose card they may read: who closed his vCard4 (XEP-0292) closed this one too.
    const bool is_open = !newer || routing::colleagues_may_know(newer->config.access, feature.users().directory());
    feature.users().directory().keep_card(owner, is_open ? request.payload() : xml::Element(request.payload().name()),
                                          {store::Put{owner.text(), {drawer, "", std::move(card)}}});
    if (routing::Account* account = feature.users().find(owner)) feature.publisher().mirrors().stored(*account, request.payload());
    return IqReply::done();
}

} // namespace

void add_vcard(Feature& feature, const Choices& choices) {
    using namespace routing;
    feature.advertise(ns);
    feature.advertise_for_accounts(ns);
    feature.answer_later(xmpp::Iq::get, {ns, "vCard"}, own_account | any_account | the_server,
                         [feature, organisation = choices.organisation_name](const Request& request, const Reply& reply) {
                             get_card(feature, request, reply, organisation);
                         });
    feature.answer(xmpp::Iq::set, {ns, "vCard"}, own_account | any_account | no_account,
                   [feature](const Request& request) { return set_card(feature, request); });
}

} // namespace modules
