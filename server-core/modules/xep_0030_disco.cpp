// SPDX-License-Identifier: MIT
// XEP-0030 Service Discovery 2.5.0: what the server and its accounts are and can do. Stores nothing.
#include "modules/modules.h"
#include "xmpp/namespaces.h"

namespace modules {
namespace {

using routing::Account, routing::Feature, routing::Reply, routing::Request;
using xmpp::Condition, xmpp::IqReply;

constexpr std::string_view info_ns = xmpp::ns::disco_info;
constexpr std::string_view items_ns = xmpp::ns::disco_items;

// XEP-0030 8: who may see the account's presence may know that it is there.
bool may_know(Account* account, const xmpp::Jid& asker) {
    return account != nullptr && (asker.bare() == account->jid() || account->roster().sees_us(asker.bare()));
}

bool asks_server(const Request& request) { return !request.account && !request.iq.to().has_local(); }

routing::Asked asked(const Request& request) { return {request.iq.from(), request.account, request.iq.language()}; }
std::string_view node_of(const Request& request) { return request.payload().attribute("node").value_or(""); }

void info(const Feature& feature, const Request& request, const Reply& reply) {
    if (!asks_server(request) && !may_know(request.account, request.iq.from()))
        return reply(IqReply::error(Condition::service_unavailable));
    if (feature.discovery().takes_info(request, reply)) return;
    if (!node_of(request).empty()) return reply(IqReply::error(Condition::item_not_found));
    reply(IqReply::result(to_info(feature.discovery().description(asked(request)))));
}

// XEP-0030 8: who may not know gets an empty list, whatever the node and whether the account exists or not.
void items(const Feature& feature, const Request& request, const Reply& reply) {
    const std::string_view node = node_of(request);
    const IqReply nothing = IqReply::result(routing::to_items({}, node));
    if (!asks_server(request) && !may_know(request.account, request.iq.from())) return reply(nothing);
    if (feature.discovery().takes_items(request, reply)) return;
    if (!node.empty()) return reply(IqReply::error(Condition::item_not_found));
    reply(IqReply::result(routing::to_items(feature.discovery().items(asked(request)))));
}

// What is there without any other feature.
void describe(const routing::Asked& asked, routing::Description& description, const std::string& name) {
    if (asked.account == nullptr)
        description.identities.push_back({"server", "im", name});
    else
        description.identities.push_back({"account", "registered", ""});
}

void list(const Feature& feature, const routing::Asked& asked, std::vector<routing::DiscoItem>& items) {
    if (asked.account == nullptr)
        for (const std::string& host : feature.router().hosts()) items.push_back({host, "", ""});
    else
        for (const routing::Session* session : asked.account->sessions())
            if (session->is_available()) items.push_back({session->jid().text(), "", ""});
}

} // namespace

void add_disco(Feature& feature, const Choices& choices) {
    using namespace routing;
    constexpr unsigned anybody = own_account | any_account | no_account | the_server;
    const std::string name = "server-core " + choices.version;
    for (const std::string_view ns : {info_ns, items_ns}) {
        feature.advertise(ns);
        feature.advertise_for_accounts(ns);
    }
    feature.discovery().describe([name](const Asked& asked, Description& description) { describe(asked, description, name); });
    feature.discovery().list([feature](const Asked& asked, std::vector<DiscoItem>& items) { list(feature, asked, items); });
    feature.answer_later(xmpp::Iq::get, {info_ns, "query"}, anybody,
                         [feature](const Request& request, const Reply& reply) { info(feature, request, reply); });
    feature.answer_later(xmpp::Iq::get, {items_ns, "query"}, anybody,
                         [feature](const Request& request, const Reply& reply) { items(feature, request, reply); });
}

} // namespace modules
