// SPDX-License-Identifier: MIT
// XEP-0030 Service Discovery 2.5.0: what the server and its accounts are and can do. Stores nothing.
#include "modules/modules.h"
#include "xmpp/namespaces.h"

#include <algorithm>
#include <array>

namespace modules {
namespace {

using routing::Account, routing::Feature, routing::Request;
using xmpp::Condition, xmpp::IqReply;

constexpr std::string_view info_ns = xmpp::ns::disco_info;
constexpr std::string_view items_ns = xmpp::ns::disco_items;
constexpr std::string_view commands = "http://jabber.org/protocol/commands";

// What of the server's features an account has as well: clients look there for who gives stanza ids (XEP-0359 5).
constexpr std::array<std::string_view, 2> of_accounts = {"urn:xmpp:sid:0", "vcard-temp"};

xml::Element identity(std::string_view category, std::string_view type) {
    return xml::Element({info_ns, "identity"}).with_attribute("category", category).with_attribute("type", type);
}

xml::Element with_features(xml::Element query, std::vector<std::string> features) {
    features.emplace_back(info_ns);
    features.emplace_back(items_ns);
    std::ranges::sort(features);
    const auto doubled = std::ranges::unique(features);
    features.erase(doubled.begin(), doubled.end());
    for (const std::string& feature : features)
        query = std::move(query).with(xml::Element({info_ns, "feature"}).with_attribute("var", feature));
    return query;
}

// XEP-0030 8: who may see the account's presence may know that it is there.
bool may_know(Account* account, const xmpp::Jid& asker) {
    return account != nullptr && (asker.bare() == account->jid() || account->roster().sees_us(asker.bare()));
}

bool asks_server(const Request& request) { return !request.account && !request.iq.to().has_local(); }

IqReply info(const Feature& feature, const std::string& name, const Request& request) {
    const bool is_server = asks_server(request);
    if (!is_server && !may_know(request.account, request.iq.from())) return IqReply::error(Condition::service_unavailable);
    if (!request.payload().attribute("node").value_or("").empty()) return IqReply::error(Condition::item_not_found);
    const xml::Element query({info_ns, "query"});
    if (is_server)
        return IqReply::result(
            with_features(query.with(identity("server", "im").with_attribute("name", name)), feature.advertised()));
    std::vector<std::string> features;
    for (const std::string& known : feature.advertised())
        if (std::ranges::find(of_accounts, known) != of_accounts.end()) features.push_back(known);
    return IqReply::result(with_features(query.with(identity("account", "registered")), std::move(features)));
}

xml::Element with_item(const xml::Element& query, std::string_view jid) {
    return query.with(xml::Element({items_ns, "item"}).with_attribute("jid", jid));
}

// XEP-0030 8: who may not know gets an empty list, whatever the node and whether the account exists or not.
IqReply items(const Feature& feature, const Request& request) {
    const std::string_view node = request.payload().attribute("node").value_or("");
    const bool is_server = asks_server(request);
    xml::Element query({items_ns, "query"});
    if (!node.empty()) query = query.with_attribute("node", node);
    if (!is_server && !may_know(request.account, request.iq.from())) return IqReply::result(query);
    if (node == commands) return IqReply::result(query); // XEP-0050 2.1: none
    if (!node.empty()) return IqReply::error(Condition::item_not_found);
    if (is_server)
        for (const std::string& host : feature.router().hosts()) query = with_item(query, host);
    else
        for (const routing::Session* session : request.account->sessions())
            if (session->is_available()) query = with_item(query, session->jid().text());
    return IqReply::result(query);
}

} // namespace

void add_disco(Feature& feature, const Choices& choices) {
    using namespace routing;
    constexpr unsigned anybody = own_account | any_account | no_account | the_server;
    const std::string name = "server-core " + choices.version;
    feature.answer(xmpp::Iq::get, {info_ns, "query"}, anybody,
                   [feature, name](const Request& request) { return info(feature, name, request); });
    feature.answer(xmpp::Iq::get, {items_ns, "query"}, anybody,
                   [feature](const Request& request) { return items(feature, request); });
}

} // namespace modules
