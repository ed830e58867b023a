// SPDX-License-Identifier: MIT
#include "routing/publisher.h"

#include "routing/node_form.h"
#include "xml/parser.h"
#include "xml/writer.h"
#include "xmpp/namespaces.h"

#include <algorithm>
#include <utility>

namespace routing {

using store::NodeConfig, xmpp::Condition, xmpp::StanzaError;

namespace {

constexpr std::size_t most_id_bytes = 1023;

base::Unexpected<StanzaError> refused(Condition condition, const char* detail) {
    return base::Unexpected(node_error(condition, detail));
}

std::optional<xml::Element> payload_of(const Publication& publication) {
    return publication.item ? publication.item->first_child() : std::nullopt;
}

xml::Element items_tag(std::string_view node) { return xml::Element({xmpp::ns::pubsub_event, "items"}).with_attribute("node", node); }

xml::Element retract_event(std::string_view node, std::string_view item) {
    return items_tag(node).with(xml::Element({xmpp::ns::pubsub_event, "retract"}).with_attribute("id", item));
}

}  // namespace

xml::Element item_element(std::string_view ns, const store::Node& node, const store::NodeItem& item,
                          const std::optional<xml::Element>& payload) {
    auto element = xml::Element({ns, "item"}).with_attribute("id", item.id);
    if (node.config.item_reply == store::ItemReply::publisher) element = element.with_attribute("publisher", item.publisher);
    if (node.config.item_reply == store::ItemReply::owner) element = element.with_attribute("publisher", node.creator);
    return payload ? element.with(*payload) : element;
}

Publisher::Publisher(const Node& node, Users& users, Router& router, Writes& writes, store::Store& store)
    : node_(node), users_(users), router_(router), writes_(writes), store_(store), interests_(router) {}

void Publisher::load(Account& account, const std::vector<store::Record>& records) {
    NodeHost& host = of(account);
    host.jid = account.jid();
    host.account = &account;
    host.nodes = NodeSet(account.jid().text(), records);
}

Asker Publisher::asker(const NodeHost& host, const xmpp::Jid& jid) const {
    Asker asker{jid};
    if (!host.account) return asker;
    const xmpp::Jid bare = jid.bare();
    asker.is_host = bare == host.jid;
    asker.sees_owner = asker.is_host || host.account->roster().sees_us(bare);
    asker.groups = host.account->roster().shown(bare).groups;
    return asker;
}

// XEP-0163 9 asks for the first four of an account; XEP-0060 4.5 for the model of a service.
NodeConfig Publisher::defaults(const NodeHost& host, std::string_view node) const {
    NodeConfig config;
    if (!host.account) return config;
    config.access = store::AccessModel::presence;
    config.max_items = 1;
    if (const auto own = own_defaults_.find(node); own != own_defaults_.end()) own->second(config);
    return config;
}

std::size_t Publisher::most_items(const store::Node& node) const {
    const std::uint64_t most = node_.limits.node_items == 0 ? NodeConfig::max : node_.limits.node_items;
    return static_cast<std::size_t>(std::min(most, node.config.max_items));
}

void Publisher::commit(const NodeHost& host, store::Batch batch) {
    if (batch.empty()) return;
    if (host.account) return writes_.commit(std::move(batch), [this, jid = host.jid] { users_.reload(jid); });
    writes_.commit(std::move(batch), [this, &host] { service_refused_(host); });
}

void Publisher::tell(const NodeHost& host, const NodeChange& change) const {
    if (!host.account) return;
    for (const auto& fn : watchers_) fn(*host.account, change);
}

void Publisher::create(NodeHost& host, const std::string& id, NodeConfig config, const xmpp::Jid& creator) {
    store::Node node;
    node.id = id;
    node.config = std::move(config);
    node.created = node_.clock.wall();
    node.creator = creator.bare_text();
    node.affiliations.emplace(node.creator, store::NodeAffiliation::owner);
    store::Batch batch;
    host.nodes.create(batch, std::move(node));
    commit(host, std::move(batch));
}

const store::Node* Publisher::find(NodeHost& host, const std::string& id, bool is_owner) {
    const store::Node* found = host.nodes.find(id);
    if (found || !is_owner || !empty_at_first_.contains(id)) return found;
    create(host, id, defaults(host, id), host.jid);
    return host.nodes.find(id);
}

void Publisher::configure(NodeHost& host, const std::string& id, NodeConfig config) {
    store::Batch batch;
    host.nodes.configure(batch, id, std::move(config));
    const store::Node& node = *host.nodes.find(id);
    host.nodes.trim(batch, id, node.config.persist_items ? most_items(node) : 0);
    const auto ended = end_lost(host, {}, id, batch);
    commit(host, std::move(batch));
    tell_ended(host, ended);
    tell(host, {NodeChange::configured, id});
    const store::Node* kept = host.nodes.find(id);  // after a refusal the memory is another
    if (!kept || !kept->config.notify_config) return;
    auto inside = xml::Element({xmpp::ns::pubsub_event, "configuration"}).with_attribute("node", id);
    if (kept->config.deliver_payloads) inside = inside.with(node_form(xmpp::DataForm::result, kept->config, xmpp::Language::english).to_element());
    notify(host, *kept, inside);
}

// XEP-0060 7.1.5: preconditions; 7.1.4: a node that is not there is made.
base::Result<void, StanzaError> Publisher::prepare(NodeHost& host, const Asker& by, const Publication& publication) {
    const store::Node* node = host.nodes.find(publication.node);
    if (publication.node.empty()) return refused(Condition::bad_request, "nodeid-required");
    if (node && !may_publish(*node, by)) return base::Unexpected(StanzaError{Condition::forbidden, {}, {}, {}});
    const bool may_create = host.account ? by.is_host : by.jid.domain() == node_.domain.text();
    if (!node && !may_create) return base::Unexpected(StanzaError{Condition::item_not_found, {}, {}, {}});
    NodeConfig config = node ? node->config : defaults(host, publication.node);
    if (publication.options) {
        auto wanted = read_publish_options(*publication.options, config);
        if (!wanted) return base::Unexpected(wanted.error());
        if (node && *wanted != config) return refused(Condition::conflict, "precondition-not-met");
        config = *std::move(wanted);
    }
    if (node) return {};
    const std::size_t most = node_.limits.nodes;
    if (publication.node.size() > most_id_bytes || (most != 0 && host.nodes.made_by(by.jid.bare_text()) >= most))
        return refused(Condition::policy_violation, "max-nodes-exceeded");
    store::Node fresh;
    fresh.config = config;
    fresh.creator = by.jid.bare_text();
    if (const auto error = misfit(host, fresh, publication)) return base::Unexpected(*error);
    create(host, publication.node, std::move(config), by.jid);
    return {};
}

// XEP-0060 7.1.3.5 to 7.1.3.8.
std::optional<StanzaError> Publisher::misfit(const NodeHost& host, const store::Node& node, const Publication& publication) const {
    const NodeConfig& config = node.config;
    const auto payload = payload_of(publication);
    if (!publication.item && (config.persist_items || config.deliver_payloads)) return node_error(Condition::bad_request, "item-required");
    if (!config.persist_items && !config.deliver_payloads)
        return publication.item ? std::optional(node_error(Condition::bad_request, "item-forbidden")) : std::nullopt;
    if (!payload && config.deliver_payloads) return node_error(Condition::bad_request, "payload-required");
    if (!payload) return std::nullopt;
    const auto children = publication.item->children();
    const bool is_other_type = !config.type.empty() && payload->name().ns != config.type;
    if (std::distance(children.begin(), children.end()) != 1 || is_other_type)
        return node_error(Condition::bad_request, "invalid-payload");
    const std::size_t bytes = xml::to_string(*payload).size();
    const Limits& limits = node_.limits;
    if (bytes > config.max_payload_size || (limits.item_bytes != 0 && bytes > limits.item_bytes))
        return node_error(Condition::not_acceptable, "payload-too-big");
    const std::string_view id = publication.item->attribute("id").value_or("");
    if (id.size() > most_id_bytes) return StanzaError{Condition::not_acceptable, {"the id of the item is too long", "l'identifiant de l'élément est trop long"}, {}, {}};
    if (!config.persist_items) return std::nullopt;
    const store::NodeItem* old = node.item(id);
    if (config.when_full == store::NodeFull::reject && !old && node.items.size() >= most_items(node))
        return node_error(Condition::conflict, "node-full");
    const std::size_t replaced = old ? old->bytes : most_items(node) == 1 && !node.items.empty() ? node.items.front().bytes : 0;
    if (limits.node_bytes != 0 && host.nodes.bytes_of(node.creator) - std::min(replaced, host.nodes.bytes_of(node.creator)) + bytes > limits.node_bytes)
        return StanzaError{Condition::resource_constraint, {"this is more than may be stored", "c'est plus que ce qui peut être enregistré"}, {}, {}};
    return std::nullopt;
}

std::string Publisher::keep(NodeHost& host, const Asker& by, const Publication& publication, std::vector<std::string>& dropped) {
    const store::Node& node = *host.nodes.find(publication.node);
    if (!publication.item) return {};
    store::NodeItem item;
    item.id = publication.item->attribute("id").value_or("");
    if (item.id.empty()) item.id = node_.random.text(24);
    item.stamp = node_.clock.wall();
    item.publisher = by.jid.bare_text();
    const std::string id = item.id;
    if (!node.config.persist_items) return id;
    store::Batch batch;
    host.nodes.expire(batch, node.id, item.stamp);
    const auto payload = payload_of(publication);
    host.nodes.put(batch, node.id, std::move(item), payload ? xml::to_string(*payload) : std::string());
    dropped = host.nodes.trim(batch, node.id, most_items(node));
    commit(host, std::move(batch));
    return id;
}

base::Result<std::string, StanzaError> Publisher::publish(NodeHost& host, const Asker& by, const Publication& publication) {
    if (const auto ready = prepare(host, by, publication); !ready) return base::Unexpected(ready.error());
    const store::Node* node = host.nodes.find(publication.node);
    // The store may have refused the new node in this very turn; its sender has been told.
    if (!node) return base::Unexpected(StanzaError{Condition::internal_server_error, {}, {}, {}});
    if (const auto error = misfit(host, *node, publication)) return base::Unexpected(*error);
    std::vector<std::string> dropped;
    const std::string item = keep(host, by, publication, dropped);
    announce(host, publication, item, dropped);
    return item;
}

void Publisher::announce(NodeHost& host, const Publication& publication, const std::string& item,
                         const std::vector<std::string>& dropped) {
    const store::Node* node = host.nodes.find(publication.node);
    if (!node) return;
    const auto payload = payload_of(publication);
    xml::Element inside = items_tag(node->id);
    if (publication.item) {
        const store::NodeItem shown{item, 0, {}, std::string(publication.by.bare_text()), 0};
        inside = inside.with(item_element(xmpp::ns::pubsub_event, *node, shown, node->config.deliver_payloads ? payload : std::nullopt));
    }
    notify(host, *node, inside, publication.by);
    // A node of one item is replaced, not emptied (XEP-0060 13.21).
    const bool tells = node->config.notify_retract && node->config.when_full == store::NodeFull::retract_oldest && most_items(*node) > 1;
    for (const std::string& old : dropped)
        if (tells) notify(host, *node, retract_event(node->id, old), publication.by);
    tell(host, {NodeChange::published, publication.node, item, payload});
    for (const std::string& old : dropped) tell(host, {NodeChange::retracted, publication.node, old});
}

bool Publisher::retract(NodeHost& host, const std::string& id, const std::string& item, bool always) {
    store::Batch batch;
    host.nodes.expire(batch, id, node_.clock.wall());
    const bool was_there = host.nodes.retract(batch, id, item);
    commit(host, std::move(batch));
    const store::Node* node = host.nodes.find(id);
    if (!was_there || !node) return was_there;
    if (always || node->config.notify_retract) notify(host, *node, retract_event(id, item));
    tell(host, {NodeChange::retracted, id, item});
    return true;
}

void Publisher::purge(NodeHost& host, const std::string& id) {
    store::Batch batch;
    host.nodes.purge(batch, id);
    commit(host, std::move(batch));
    const store::Node* node = host.nodes.find(id);
    if (!node) return;
    // XEP-0060 8.5.2: who is told of deleted items is told of all of them once.
    if (node->config.notify_retract) notify(host, *node, xml::Element({xmpp::ns::pubsub_event, "purge"}).with_attribute("node", id));
    tell(host, {NodeChange::purged, id});
}

void Publisher::expire(NodeHost& host) {
    store::Batch batch;
    for (const auto& [id, node] : host.nodes.all()) host.nodes.expire(batch, id, node_.clock.wall());
    commit(host, std::move(batch));
}

void Publisher::remove(NodeHost& host, const std::string& id) {
    const store::Node gone = *host.nodes.find(id);
    store::Batch batch;
    host.nodes.remove(batch, id);
    commit(host, std::move(batch));
    if (gone.config.notify_delete) {
        const auto inside = xml::Element({xmpp::ns::pubsub_event, "delete"}).with_attribute("node", id);
        notify(host, gone, inside);
        // XEP-0060 8.4.2: those who wait for an owner's word as well; there will be none.
        for (const auto& [subscriber, state] : gone.subscriptions) {
            const auto jid = xmpp::parse_jid(subscriber);
            if (jid && state == store::NodeSubscription::pending && !is_hidden(host, *jid)) send_event(host.jid, gone.config, *jid, inside);
        }
    }
    tell(host, {NodeChange::deleted, id});
}

void Publisher::read(const NodeHost& host, const std::string& node, std::vector<store::NodeItem> items, std::function<void(Items)> fn) {
    struct Reading {
        Items items;
        std::size_t left;
        std::function<void(Items)> fn;
    };
    if (items.empty()) return fn({});
    auto reading = std::make_shared<Reading>(Reading{{}, items.size(), std::move(fn)});
    for (store::NodeItem& item : items) reading->items.emplace_back(std::move(item), std::nullopt);
    for (std::size_t i = 0; i < reading->items.size(); ++i) {
        store_.find(host.jid.text(), store::payload_drawer(node), reading->items[i].first.id,
                    [reading, i](const base::Result<std::optional<std::string>, store::Refusal>& found) {
                        if (found && *found) reading->items[i].second = xml::parse_element(**found);
                        if (--reading->left == 0) reading->fn(std::move(reading->items));
                    });
    }
}

}  // namespace routing
