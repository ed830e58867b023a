// SPDX-License-Identifier: MIT
#include "modules/xep_0060_pubsub/service.h"

#include <algorithm>
#include <utility>

namespace modules::pubsub {
namespace {

using xmpp::AnyStanza, xmpp::Condition, xmpp::Iq, xmpp::IqReply, xmpp::Message, xmpp::Presence;

constexpr xml::Name contact_name{standing_name.ns, "contact"};
constexpr xml::Name ping_name{"urn:xmpp:ping", "ping"};  // XEP-0199
constexpr xml::Name group_name{standing_name.ns, "group"};

bool asks_roster(const store::Node& node) {
    return node.config.access == store::AccessModel::presence || node.config.access == store::AccessModel::roster;
}

std::string node_in(const xml::Element& payload) {
    for (const xml::Element child : payload.children())
        if (const auto node = child.attribute("node")) return std::string(*node);
    return {};
}

xml::Element with_feature(const xml::Element& query, std::string_view var) {
    return query.with(xml::Element({xmpp::ns::disco_info, "feature"}).with_attribute("var", var));
}

}  // namespace

IqReply standing(routing::Request& request) {
    const xmpp::Jid& by = request.iq.from();
    if (!request.account || by.has_local() || !by.is_bare()) return IqReply::error(Condition::service_unavailable);
    xml::Element answer(standing_name);
    for (const xml::Element child : request.payload().children()) {
        const auto jid = xmpp::parse_jid(child.attribute("jid").value_or(""));
        const bool is_seen = jid && (*jid == request.account->jid() || request.account->roster().sees_us(*jid));
        if (!is_seen) continue;
        auto contact = xml::Element(contact_name).with_attribute("jid", jid->text());
        for (const std::string& group : request.account->roster().shown(*jid).groups)
            contact = std::move(contact).with(xml::Element(group_name).with_text(group));
        answer = std::move(answer).with(contact);
    }
    return IqReply::result(answer);
}

Service::Service(const routing::Feature& feature, xmpp::Jid host) : feature_(feature) { host_.jid = std::move(host); }

void Service::load() {
    feature_.store().load(host_.jid.text(), {store::node_drawer}, [this, alive = std::weak_ptr<bool>(alive_)](const auto& result) {
        if (alive.expired()) return;
        if (result)
            host_.nodes = routing::NodeSet(host_.jid.text(), result->records);
        else
            feature_.node().log.error("the nodes of " + host_.jid.text() + " could not be read");
        --holds_;
        work_off();
    });
}

void Service::work_off() {
    while (holds_ == 0 && !waiting_.empty()) {
        const Waiting next = std::move(waiting_.front());
        waiting_.pop_front();
        const routing::Writes::Scope scope(feature_.writes(), &next.stanza, next.gate);
        handle(next.stanza);
    }
}

void Service::take(const AnyStanza& stanza) {
    if (const auto* iq = std::get_if<Iq>(&stanza); iq && !iq->is_request()) return take_answer(*iq);
    if (holds_ == 0 && waiting_.empty()) return handle(stanza);
    const std::size_t most = feature_.node().limits.waiting_stanzas;
    if (most != 0 && waiting_.size() >= most)
        return feature_.router().refuse(stanza, {Condition::resource_constraint, {"too much is waiting", "trop de choses attendent"}, xmpp::ErrorType::wait, {}});
    waiting_.push_back({stanza, feature_.writes().gate()});
}

void Service::handle(const AnyStanza& stanza) {
    if (const auto* iq = std::get_if<Iq>(&stanza)) return answer(*iq);
    const auto* presence = std::get_if<Presence>(&stanza);
    if (presence && presence->type() == Presence::available && presence->from().is_full()) return came_online(presence->from());
    const auto* message = std::get_if<Message>(&stanza);
    if (!message) return;
    if (message->is_error()) return take_bounce(*message);
    if (!take_approval(feature_, host_, *message)) feature_.router().refuse(stanza, {Condition::service_unavailable, {}, {}, {}});
}

void Service::came_online(const xmpp::Jid& client) {
    std::vector<std::pair<std::string, xmpp::Jid>> wanted;  // the node, and the address that is subscribed
    for (const auto& [id, node] : host_.nodes.all()) {
        if (node.config.send_last != store::SendLast::on_sub_and_presence) continue;
        for (const xmpp::Jid& jid : {client, client.bare()}) {
            const auto found = node.subscriptions.find(jid.text());
            const bool is_subscribed = found != node.subscriptions.end() && found->second == store::NodeSubscription::subscribed;
            if (!is_subscribed) continue;
            wanted.emplace_back(id, jid);
            break;
        }
    }
    const auto send = [this, client](const std::string& id) {
        if (const store::Node* node = host_.nodes.find(id)) feature_.publisher().send_last(host_, *node, client);
    };
    for (const auto& [id, jid] : wanted) {
        const store::Node* node = host_.nodes.find(id);
        if (!node) continue;
        if (!routing::refuses_reading(*node, {client}))
            send(id);
        else if (asks_roster(*node) && node->affiliation(client.bare_text()) == store::NodeAffiliation::none)
            verify(id, {jid}, [send, id = id](const std::vector<xmpp::Jid>& allowed) {
                if (!allowed.empty()) send(id);
            });
    }
}

void Service::answer(const Iq& iq) {
    const xml::Name name = iq.payload()->name();
    if (!iq.to().is_bare() || iq.to().has_local())
        return feature_.router().refuse(iq, {Condition::service_unavailable, {}, {}, {}});
    if (name != xml::Name{xmpp::ns::pubsub, "pubsub"} && name != xml::Name{xmpp::ns::pubsub_owner, "pubsub"})
        return feature_.router().send(discover(iq).answer(iq));
    routing::Asker asker{iq.from()};
    const store::Node* node = host_.nodes.find(node_in(*iq.payload()));
    if (!node || !asks_roster(*node) || node->affiliation(iq.from().bare_text()) != store::NodeAffiliation::none)
        return ask(iq, asker);
    ask_standing(*node, {iq.from().bare()}, [this, iq](const Standing& standing) {
        const auto found = standing.find(iq.from().bare_text());
        routing::Asker known = found == standing.end() ? routing::Asker{} : found->second;
        known.jid = iq.from();
        ask(iq, known);
    });
}

void Service::ask(const Iq& iq, routing::Asker asker) {
    pubsub::take({feature_, host_, false, std::move(asker), iq, *iq.payload(), {},
                  [feature = feature_, iq](const IqReply& reply) { feature.router().send(reply.answer(iq)); }});
}

IqReply Service::discover(const Iq& iq) {
    const xml::Element asked = *iq.payload();
    const std::string node(asked.attribute("node").value_or(""));
    const routing::Asker asker{iq.from()};
    if (iq.type() != Iq::get) return IqReply::error(Condition::service_unavailable);
    if (asked.is(ping_name)) return IqReply::done();
    if (asked.is({xmpp::ns::disco_info, "query"})) {
        if (!node.empty()) return node_info(host_, asker, node);
        auto query = xml::Element(asked.name()).with(xml::Element({xmpp::ns::disco_info, "identity"})
                                                         .with_attribute("category", "pubsub")
                                                         .with_attribute("type", "service"));
        for (const std::string_view var : {xmpp::ns::disco_info, xmpp::ns::disco_items, ping_name.ns}) query = with_feature(query, var);
        for (const std::string& name : features(false)) query = with_feature(query, name);
        return IqReply::result(query);
    }
    if (asked.is({xmpp::ns::disco_items, "query"})) {
        if (!node.empty()) return node_items(feature_, host_, asker, node);
        auto query = xml::Element(asked.name());
        for (const routing::DiscoItem& item : visible_nodes(host_, asker)) {
            auto element = xml::Element({xmpp::ns::disco_items, "item"}).with_attribute("jid", item.jid).with_attribute("node", item.node);
            if (!item.name.empty()) element = std::move(element).with_attribute("name", item.name);
            query = std::move(query).with(element);
        }
        return IqReply::result(query);
    }
    return IqReply::error(Condition::service_unavailable);
}

void Service::ask_standing(const store::Node& node, const std::vector<xmpp::Jid>& jids, std::function<void(const Standing&)> fn) {
    const auto maker = xmpp::parse_jid(node.creator);
    if (!maker) return fn({});
    xml::Element question(standing_name);
    for (const xmpp::Jid& jid : jids) question = std::move(question).with(xml::Element(contact_name).with_attribute("jid", jid.bare_text()));
    const std::string id = feature_.node().random.text(16);
    ++holds_;
    asked_.emplace(id, std::move(fn));
    feature_.router().send(Iq(host_.jid, *maker, Iq::get, id, question));
}

// An error says that the maker is gone: nobody sees him.
void Service::take_answer(const Iq& iq) {
    const auto found = asked_.find(iq.id());
    if (found == asked_.end()) return;
    const auto fn = std::move(found->second);
    asked_.erase(found);
    Standing standing;
    const auto payload = iq.type() == Iq::result ? iq.payload() : std::nullopt;
    if (payload) {
        for (const xml::Element contact : payload->children()) {
            const auto jid = xmpp::parse_jid(contact.attribute("jid").value_or(""));
            if (!jid) continue;
            routing::Asker asker{*jid, false, true};
            for (const xml::Element group : contact.children()) asker.groups.push_back(group.text());
            standing.emplace(jid->text(), std::move(asker));
        }
    }
    fn(standing);
    --holds_;
    work_off();
}

void Service::verify(const std::string& id, std::vector<xmpp::Jid> jids, std::function<void(std::vector<xmpp::Jid>)> fn) {
    const store::Node* node = host_.nodes.find(id);
    if (!node || !asks_roster(*node)) return fn(std::move(jids));
    ask_standing(*node, jids, [this, id, jids, fn = std::move(fn)](const Standing& standing) {
        const store::Node* still = host_.nodes.find(id);
        if (!still) return;
        std::vector<xmpp::Jid> allowed;
        std::vector<std::string> lost;
        for (const xmpp::Jid& jid : jids) {
            const auto found = standing.find(jid.bare_text());
            routing::Asker asker = found == standing.end() ? routing::Asker{} : found->second;
            asker.jid = jid;
            if (routing::refuses_reading(*still, asker))
                lost.push_back(jid.text());
            else
                allowed.push_back(jid);
        }
        fn(std::move(allowed));
        end_subscriptions(id, lost);
    });
}

void Service::end_subscriptions(const std::string& id, const std::vector<std::string>& jids) {
    store::Batch batch;
    for (const std::string& jid : jids) host_.nodes.subscribe(batch, id, jid, store::NodeSubscription::none);
    feature_.publisher().commit(host_, std::move(batch));
    const store::Node* node = host_.nodes.find(id);
    for (const std::string& jid : jids)
        if (node) tell_subscriber(feature_, host_, *node, jid);
}

// XEP-0060 13.4: who is gone for good is no subscriber any more.
void Service::take_bounce(const Message& message) {
    const auto element = message.child({xml::stanza_ns, "error"});
    const auto error = element ? xmpp::parse_stanza_error(*element) : xmpp::StanzaError{};
    if (error.condition != Condition::item_not_found && error.condition != Condition::gone) return;
    store::Batch batch;
    for (const auto& [id, node] : host_.nodes.all())
        if (node.subscriptions.contains(message.from().text()))
            host_.nodes.subscribe(batch, id, message.from().text(), store::NodeSubscription::none);
    feature_.publisher().commit(host_, std::move(batch));
}

void Service::forget(const xmpp::Jid& account) {
    std::vector<std::string> own;
    store::Batch batch;
    for (const auto& [id, node] : host_.nodes.all()) {
        const auto owners = std::ranges::count_if(
            node.affiliations, [](const auto& entry) { return entry.second == store::NodeAffiliation::owner; });
        const auto affiliation = node.affiliation(account.text());
        if (affiliation == store::NodeAffiliation::owner && owners == 1) own.push_back(id);
        if (affiliation != store::NodeAffiliation::none) host_.nodes.affiliate(batch, id, account.text(), store::NodeAffiliation::none);
        const auto subscriptions = node.subscriptions;
        for (const auto& [jid, state] : subscriptions)
            if (std::string_view(jid).substr(0, jid.find('/')) == account.text())
                host_.nodes.subscribe(batch, id, jid, store::NodeSubscription::none);
    }
    feature_.publisher().commit(host_, std::move(batch));
    for (const std::string& id : own) feature_.publisher().remove(host_, id);
}

}  // namespace modules::pubsub
