// SPDX-License-Identifier: MIT
// XEP-0060 Publish-Subscribe 1.30.0, the questions to accounts (XEP-0163) as well. Stores nodes, affiliations,
// subscriptions and items under the account or the service.
#include "modules/modules.h"
#include "modules/xep_0060_pubsub/expiring.h"
#include "routing/daily_walk.h"

#include <memory>
#include <utility>

namespace modules {
namespace {

using routing::Feature, routing::NodeHost, routing::Publisher, routing::Reply, routing::Request;

void ask_account(const Feature& feature, routing::Account* account, const xmpp::Jid& owner, const xmpp::Iq& iq, const Reply& reply) {
    // A name that nobody has is answered as one who has nothing to show (DESIGN 4.4).
    NodeHost nobody;
    NodeHost& host = account ? Publisher::of(*account) : nobody;
    if (!account) host.jid = owner;
    const auto asker = account ? feature.publisher().asker(host, iq.from()) : routing::Asker{iq.from()};
    const routing::Writes::Together one_commit(feature.writes(), owner.text());  // with what follows from what is published
    pubsub::take({feature, host, true, asker, iq, *iq.payload(), {}, reply});
}

std::string published_node(const xmpp::Iq& iq) {
    const auto publish = iq.type() == xmpp::Iq::set ? iq.payload()->child({xmpp::ns::pubsub, "publish"}) : std::nullopt;
    return std::string(publish ? publish->attribute("node").value_or("") : "");
}

void take_for_account(const Feature& feature, const Request& request, const Reply& reply) {
    const xmpp::Jid owner = request.account ? request.account->jid() : request.iq.to().bare();
    const Publisher::ReadFirst* first = request.account ? feature.publisher().read_first(published_node(request.iq)) : nullptr;
    if (first == nullptr) return ask_account(feature, request.account, owner, request.iq, reply);
    (*first)(owner, [feature, owner, iq = request.iq, reply, gate = feature.writes().gate()](bool is_read) {
        const xmpp::AnyStanza origin = iq;
        const routing::Writes::Scope scope(feature.writes(), &origin, gate);
        routing::Account* account = is_read ? feature.users().find(owner) : nullptr;
        if (account == nullptr) return reply(xmpp::IqReply::error(xmpp::Condition::internal_server_error));
        ask_account(feature, account, owner, iq, reply);
    });
}

void describe(const routing::Asked& asked, routing::Description& description) {
    // COMPAT(Psi 1.5, libpurple 2.14): they ask the server for what XEP-0163 6.1 has at the account, or offer no moods.
    description.identities.push_back({"pubsub", "pep", ""});
    if (!asked.account) return;
    for (std::string& name : pubsub::features(true)) description.features.push_back(std::move(name));
}

bool take_info(const Feature& feature, const Request& request, const Reply& reply, bool wants_items) {
    const std::string node(request.payload().attribute("node").value_or(""));
    if (!request.account || node.empty()) return false;
    const NodeHost& host = Publisher::of(*request.account);
    if (!host.nodes.find(node)) return false;
    const auto asker = feature.publisher().asker(host, request.iq.from());
    reply(wants_items ? pubsub::node_items(feature, host, asker, node) : pubsub::node_info(host, asker, node));
    return true;
}

// Whether the service knows that this client is there.
struct Shown {
    bool is_there = false;
};

// XEP-0060 17.4.4, on_sub_and_presence: the service hears of each client that comes.
void show_arrivals(Feature& feature, const xmpp::Jid& service) {
    feature.on_presence_sent([feature, service](routing::Session& session, const xmpp::Presence& presence) {
        if (!presence.to().empty()) return false;
        const bool is_there = presence.type() == xmpp::Presence::available;
        const bool was_there = std::exchange(session.state<Shown>().is_there, is_there);
        if (is_there && !was_there) feature.router().send(xmpp::Presence(session.jid(), service, xmpp::Presence::available));
        return false;
    });
}

void add_service(Feature& feature) {
    const std::string host = "pubsub." + feature.node().domain.text();
    const auto service = std::make_shared<pubsub::Service>(feature, *xmpp::parse_jid(host));
    if (!feature.serve(host, [service](const xmpp::AnyStanza& stanza) { service->take(stanza); }))
        return feature.node().log.error("the host name for publish-subscribe is taken: " + host);
    feature.answer(xmpp::Iq::get, pubsub::standing_name, routing::any_account, pubsub::standing);
    feature.publisher().on_refused([service](const NodeHost&) { service->load_again(); });
    feature.publisher().on_notify_contacts(
        [service](const std::string& node, std::vector<xmpp::Jid> jids, std::function<void(std::vector<xmpp::Jid>)> fn) {
            service->verify(node, std::move(jids), std::move(fn));
        });
    show_arrivals(feature, *xmpp::parse_jid(host));
    feature.on_account_end([service](const routing::Account& account, routing::AccountEnd&) { service->forget(account.jid()); });
    service->load();
    const auto expiry = std::make_shared<routing::DailyWalk>(feature, store::node_drawer, [feature, service](const std::string& owner, const routing::DailyWalk::Next& next) {
        pubsub::expire(feature, *service, owner, next);
    });
    expiry->begin();
    feature.on_stop([expiry] { expiry->end(); });
}

}  // namespace

void add_pubsub(Feature& feature) {
    using namespace routing;
    constexpr unsigned anybody = own_account | any_account | no_account;
    for (const auto ns : {xmpp::ns::pubsub, xmpp::ns::pubsub_owner})
        for (const auto type : {xmpp::Iq::get, xmpp::Iq::set})
            feature.answer_later(type, {ns, "pubsub"}, anybody,
                                 [feature](const Request& request, const Reply& reply) { take_for_account(feature, request, reply); });
    add_service(feature);
    feature.load_with_accounts(store::node_drawer, &Publisher::load);
    feature.on_message(Stage::receiving, Phase::guard, [feature](Delivery& delivery) {
        if (delivery.message.to().is_bare() && pubsub::take_approval(feature, Publisher::of(delivery.account), delivery.message))
            delivery.drop();
    });
    feature.discovery().describe(describe);
    feature.discovery().list([feature](const Asked& asked, std::vector<DiscoItem>& items) {
        if (!asked.account) return;
        const NodeHost& host = Publisher::of(*asked.account);
        for (DiscoItem& item : pubsub::visible_nodes(host, feature.publisher().asker(host, asked.by))) items.push_back(std::move(item));
    });
    feature.discovery().take_info([feature](const Request& request, const Reply& reply) { return take_info(feature, request, reply, false); });
    feature.discovery().take_items([feature](const Request& request, const Reply& reply) { return take_info(feature, request, reply, true); });
}

}  // namespace modules
