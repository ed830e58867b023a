// SPDX-License-Identifier: MIT
// Whom a publisher tells: subscribers, the account's own clients, and contacts who want to hear of a node.
#include "routing/blocking.h"
#include "routing/publisher.h"
#include "xml/writer.h"
#include "xmpp/datetime.h"
#include "xmpp/namespaces.h"

#include <algorithm>
#include <set>
#include <utility>

namespace routing {
namespace {

// Clients that one account knows to be there: its own, its contacts', and strangers who sent presence.
constexpr std::size_t most_watchers = 5000;
constexpr std::size_t most_watchers_with_strangers = 1000;

bool wants(const NodeHost::Watcher& watcher, std::string_view node) { return watcher.interest && watcher.interest->contains(node); }

// XEP-0163 4.3.2: which of the publisher's clients it was.
xml::Element reply_to(const xmpp::Jid& by) {
    constexpr std::string_view ns = "http://jabber.org/protocol/address";
    return xml::Element({ns, "addresses"})
        .with(xml::Element({ns, "address"}).with_attribute("type", "replyto").with_attribute("jid", by.text()));
}

}  // namespace

// XEP-0163 4.3.2, XEP-0191.
bool Publisher::is_hidden(const NodeHost& host, const xmpp::Jid& from) {
    return host.account && has_blocked(*host.account, from);
}

std::vector<Publisher::Recipient> Publisher::recipients(const NodeHost& host, const store::Node& node) const {
    std::vector<Recipient> to;
    std::set<std::string, std::less<>> reached;  // bare JIDs
    for (const auto& [full, watcher] : host.watchers) {
        if (!wants(watcher, node.id)) continue;
        const Asker asker = this->asker(host, watcher.jid);
        const bool is_told = is_implicitly_subscribed(node, asker) ||
                             (is_subscribed(node, watcher.jid) && !refuses_reading(node, asker));
        if (!is_told || is_hidden(host, watcher.jid)) continue;
        to.push_back({watcher.jid, asker.sees_owner});
        reached.emplace(watcher.jid.bare_text());
        reached.insert(watcher.jid.text());
    }
    for (const auto& [subscriber, state] : node.subscriptions) {
        if (state != store::NodeSubscription::subscribed || reached.contains(subscriber)) continue;
        const auto jid = xmpp::parse_jid(subscriber);
        if (!jid) continue;
        const Asker asker = this->asker(host, *jid);
        if (!refuses_reading(node, asker) && !is_hidden(host, *jid)) to.push_back({*jid, asker.sees_owner});
    }
    return to;
}

void Publisher::send_event(const xmpp::Jid& from, const store::NodeConfig& config, const xmpp::Jid& to, const xml::Element& inside,
                           const std::optional<xml::Element>& more) const {
    const auto type = config.notification == store::NotificationType::headline ? xmpp::Message::headline : xmpp::Message::normal;
    xmpp::Message message(from, to, type, xml::Element({xmpp::ns::pubsub_event, "event"}).with(inside));
    if (more) message = message.with(*more);
    const xml::Element element = message.element().with_attribute("id", node_.random.text(16));
    router_.send(xmpp::Message(element, from, to));
}

void Publisher::notify(NodeHost& host, const store::Node& node, const xml::Element& inside, const xmpp::Jid& by) {
    if (!node.config.deliver_notifications) return;
    xml::keep_serialised(inside);
    const bool is_for_contacts = node.config.access == store::AccessModel::presence || node.config.access == store::AccessModel::roster;
    if (!host.account && is_for_contacts) return notify_contacts(host, node, inside);
    const auto address = host.account && by.is_full() ? std::optional(reply_to(by)) : std::nullopt;
    for (const Recipient& recipient : recipients(host, node))
        send_event(host.jid, node.config, recipient.to, inside, recipient.sees_owner ? address : std::nullopt);
}

// Of a service: only the maker's account knows who is still a contact.
void Publisher::notify_contacts(const NodeHost& host, const store::Node& node, const xml::Element& inside) {
    std::vector<xmpp::Jid> contacts;
    for (const auto& [subscriber, state] : node.subscriptions) {
        const auto jid = xmpp::parse_jid(subscriber);
        if (!jid || state != store::NodeSubscription::subscribed) continue;
        if (!refuses_reading(node, {*jid}))
            send_event(host.jid, node.config, *jid, inside);
        else if (node.affiliation(jid->bare_text()) == store::NodeAffiliation::none)
            contacts.push_back(*jid);
    }
    if (contacts.empty()) return;
    verify_(node.id, std::move(contacts), [this, from = host.jid, config = node.config, inside](const std::vector<xmpp::Jid>& allowed) {
        for (const xmpp::Jid& jid : allowed) send_event(from, config, jid, inside);
    });
}

std::vector<Publisher::Ended> Publisher::end_lost(NodeHost& host, const xmpp::Jid& contact, std::string_view of_node, store::Batch& batch) const {
    std::vector<Ended> ended;
    for (const auto& [id, node] : host.nodes.all()) {
        // Of a service only the maker's account knows the contacts: see notify_contacts.
        const bool is_known = host.account || node.config.access == store::AccessModel::whitelist;
        if (!is_known || (!of_node.empty() && of_node != id)) continue;
        for (const auto& [subscriber, state] : node.subscriptions) {
            const auto jid = xmpp::parse_jid(subscriber);
            const bool is_meant = jid && state == store::NodeSubscription::subscribed && (contact.empty() || jid->bare() == contact);
            if (is_meant && refuses_reading(node, asker(host, *jid))) ended.push_back({id, subscriber});
        }
    }
    for (const Ended& one : ended) host.nodes.subscribe(batch, one.node, one.jid, store::NodeSubscription::none);
    return ended;
}

void Publisher::tell_ended(const NodeHost& host, const std::vector<Ended>& ended) const {
    for (const Ended& one : ended) {
        const store::Node* node = host.nodes.find(one.node);
        const auto jid = xmpp::parse_jid(one.jid);
        if (!node || !jid || is_hidden(host, *jid)) continue;
        send_event(host.jid, node->config, *jid,
                   xml::Element({xmpp::ns::pubsub_event, "subscription"})
                       .with_attribute("node", one.node)
                       .with_attribute("jid", one.jid)
                       .with_attribute("subscription", "none"));
    }
}

void Publisher::send_last(NodeHost& host, const store::Node& node, const xmpp::Jid& to) {
    const auto items = items_of(node, node_.clock.wall());
    if (items.empty() || !node.config.deliver_notifications || is_hidden(host, to)) return;
    const auto stamp = xmpp::delay(host.jid, items.back().stamp);
    store::Node tag;  // the node without what it keeps
    tag.id = node.id;
    tag.config = node.config;
    tag.creator = node.creator;
    read(host, node.id, {items.back()}, [this, alive = std::weak_ptr<bool>(alive_), node = tag, to, stamp, from = host.jid](const Items& read) {
        if (alive.expired()) return;
        const auto& [item, payload] = read.front();
        const bool is_gone = node.config.deliver_payloads && !payload;
        if (is_gone) return;
        const auto shown = item_element(xmpp::ns::pubsub_event, node, item, node.config.deliver_payloads ? payload : std::nullopt);
        const auto inside = xml::Element({xmpp::ns::pubsub_event, "items"}).with_attribute("node", node.id).with(shown);
        send_event(from, node.config, to, inside, stamp);
    });
}

void Publisher::saw(Account& account, const xmpp::Presence& presence) {
    NodeHost& host = of(account);
    const xmpp::Jid& client = presence.from();
    if (!client.is_full()) return;
    const std::string key = presence.type() == xmpp::Presence::available ? Interests::key_of(presence) : std::string();
    const auto found = host.watchers.find(client.text());
    if (key.empty()) {
        if (found != host.watchers.end()) host.watchers.erase(found);
        return;
    }
    if (found != host.watchers.end() && found->second.key == key) return;
    const bool is_stranger = !asker(host, client).sees_owner;
    if (host.watchers.size() >= (is_stranger ? most_watchers_with_strangers : most_watchers)) return;
    host.watchers[client.text()].jid = client;
    host.watchers[client.text()].key = key;
    interests_.learn(account.jid(), presence, [this, owner = account.jid(), client, key](const InterestPtr& interest) {
        learned(owner, client, key, interest);
    });
}

void Publisher::learned(const xmpp::Jid& owner, const xmpp::Jid& client, const std::string& key, const InterestPtr& interest) {
    users_.when_loaded(owner, [this, client, key, interest](Account* account) {
        if (!account) return;
        NodeHost& host = of(*account);
        const auto found = host.watchers.find(client.text());
        if (found == host.watchers.end() || found->second.key != key) return;
        const InterestPtr before = std::exchange(found->second.interest, interest);
        send_wanted(host, found->second, before);
    });
}

// XEP-0163 4.3.4: only what it did not want before is new to it.
void Publisher::send_wanted(NodeHost& host, const NodeHost::Watcher& watcher, const InterestPtr& before) {
    const Asker asker = this->asker(host, watcher.jid);
    for (const auto& [id, node] : host.nodes.all()) {
        const bool is_new = wants(watcher, id) && !(before && before->contains(id));
        if (!is_new || node.config.send_last != store::SendLast::on_sub_and_presence) continue;
        if (is_implicitly_subscribed(node, asker) || (is_subscribed(node, watcher.jid) && !refuses_reading(node, asker)))
            send_last(host, node, watcher.jid);
    }
}

void Publisher::catch_up(Account& account, const xmpp::Jid& contact) {
    NodeHost& host = of(account);
    for (const auto& [full, watcher] : host.watchers)
        if (watcher.jid.bare() == contact) send_wanted(host, watcher, nullptr);
}

}  // namespace routing
