// SPDX-License-Identifier: MIT
// What XEP-0060, 0163, 0398 and 0402 share: publishing to nodes, telling those who want to know, and reading items. Every
// account has nodes (XEP-0163), and so have services. Rights are the caller's to check, but for those of a publication.
#pragma once
#include "routing/mirrors.h"
#include "routing/node_access.h"
#include "routing/node_host.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace routing {

class Publisher {
public:
    Publisher(const Node& node, Users& users, Router& router, Writes& writes, store::Store& store);

    // The nodes of an account; loaded with it.
    static NodeHost& of(Account& account) { return account.state<NodeHost>(); }
    static void load(Account& account, const std::vector<store::Record>& records);
    // What the roster of `host` says of somebody; of a service it says nothing.
    Asker asker(const NodeHost& host, const xmpp::Jid& jid) const;

    // XEP-0060 7.1: checks everything but the existence of the account, publishes, tells.
    //   result  the item's id; empty: there was no item
    base::Result<std::string, xmpp::StanzaError> publish(NodeHost& host, const Asker& by, const Publication& publication);
    // False when there is no such item. `always`: whatever pubsub#notify_retract says.
    bool retract(NodeHost& host, const std::string& node, const std::string& item, bool always);
    void purge(NodeHost& host, const std::string& node);
    void expire(NodeHost& host);  // erases what has expired, in all nodes, untold
    void remove(NodeHost& host, const std::string& node);
    // A node with these choices made by `creator`; its owner.
    void create(NodeHost& host, const std::string& node, store::NodeConfig config, const xmpp::Jid& creator);
    void configure(NodeHost& host, const std::string& node, store::NodeConfig config);
    // What a new node begins with; of no name: what all others do.
    store::NodeConfig defaults(const NodeHost& host, std::string_view node = {}) const;
    // At start: a specification says how accounts' nodes of this name begin.
    void begins(std::string_view node, std::function<void(store::NodeConfig&)> choose) { own_defaults_.emplace(node, std::move(choose)); }
    // At start: accounts have this node before anything was published in it; it is made when its owner first asks.
    void begins_empty(std::string_view node) { empty_at_first_.emplace(node); }
    // Null when there is none; `is_owner`: who asks.
    const store::Node* find(NodeHost& host, const std::string& node, bool is_owner);
    // What else has changed: affiliations, subscriptions.
    void commit(const NodeHost& host, store::Batch batch);

    // XEP-0163 7: ends the subscriptions of those who may not read any more, in `batch`, and returns them; of `contact` or
    // to `node`, if that is not empty. Once committed, they are told.
    struct Ended {
        std::string node, jid;
    };
    std::vector<Ended> end_lost(NodeHost& host, const xmpp::Jid& contact, std::string_view node, store::Batch& batch) const;
    void tell_ended(const NodeHost& host, const std::vector<Ended>& ended) const;

    // The items with their payloads, which are null where there are none; in the order asked for.
    using Items = std::vector<std::pair<store::NodeItem, std::optional<xml::Element>>>;
    void read(const NodeHost& host, const std::string& node, std::vector<store::NodeItem> items, std::function<void(Items)> fn);

    // Sends <event/> with this inside to all who are subscribed.
    void notify(NodeHost& host, const store::Node& node, const xml::Element& inside, const xmpp::Jid& by = {});
    void send_event(const xmpp::Jid& from, const store::NodeConfig& config, const xmpp::Jid& to, const xml::Element& inside,
                    const std::optional<xml::Element>& more = {}) const;
    // The last item to one address, with the time it was published.
    void send_last(NodeHost& host, const store::Node& node, const xmpp::Jid& to);

    // A client of the account or of one who shows his presence to it came, changed or went.
    void saw(Account& account, const xmpp::Presence& presence);
    // What is there for a contact that may see more now.
    void catch_up(Account& account, const xmpp::Jid& contact);

    // Called when a node of an account has changed, in the scope of the change, before its commit settled.
    void watch(std::function<void(Account&, const NodeChange&)> fn) { watchers_.push_back(std::move(fn)); }
    // At start: what must be read before something is published to accounts' nodes of this name. `fn` calls back once;
    // false: it could not be read.
    using ReadFirst = std::function<void(const xmpp::Jid& owner, const std::function<void(bool is_read)>& then)>;
    void reads_first(std::string_view node, ReadFirst fn) { read_first_.emplace(node, std::move(fn)); }
    const ReadFirst* read_first(std::string_view node) const {
        const auto found = read_first_.find(node);
        return found == read_first_.end() ? nullptr : &found->second;
    }
    // What else is kept in step with what is published.
    Mirrors& mirrors() { return mirrors_; }

    // A service reloads its nodes after a refused commit,
    void on_refused(std::function<void(const NodeHost&)> fn) { service_refused_ = std::move(fn); }
    // and asks the maker of a node for contacts which of these may still read it.
    using Allowed = std::function<void(std::vector<xmpp::Jid>)>;
    using Verify = std::function<void(const std::string& node, std::vector<xmpp::Jid> jids, Allowed allowed)>;
    void on_notify_contacts(Verify fn) { verify_ = std::move(fn); }

private:
    base::Result<void, xmpp::StanzaError> prepare(NodeHost& host, const Asker& by, const Publication& publication);
    std::optional<xmpp::StanzaError> misfit(const NodeHost& host, const store::Node& node, const Publication& publication) const;
    std::string keep(NodeHost& host, const Asker& by, const Publication& publication, std::vector<std::string>& dropped);
    void announce(NodeHost& host, const Publication& publication, const std::string& item, const std::vector<std::string>& dropped);
    struct Recipient {
        xmpp::Jid to;
        bool sees_owner;
    };
    std::vector<Recipient> recipients(const NodeHost& host, const store::Node& node) const;
    void learned(const xmpp::Jid& owner, const xmpp::Jid& client, const std::string& key, const InterestPtr& interest);
    void notify_contacts(const NodeHost& host, const store::Node& node, const xml::Element& inside);
    // The last items of those nodes that are wanted now and were not before.
    void send_wanted(NodeHost& host, const NodeHost::Watcher& watcher, const InterestPtr& before);
    void tell(const NodeHost& host, const NodeChange& change) const;
    static bool is_hidden(const NodeHost& host, const xmpp::Jid& from);
    std::size_t most_items(const store::Node& node) const;

    const Node& node_;
    Users& users_;
    Router& router_;
    Writes& writes_;
    store::Store& store_;
    Interests interests_;
    std::vector<std::function<void(Account&, const NodeChange&)>> watchers_;
    std::map<std::string, std::function<void(store::NodeConfig&)>, std::less<>> own_defaults_;  // by name
    std::set<std::string, std::less<>> empty_at_first_;
    std::map<std::string, ReadFirst, std::less<>> read_first_;  // by name
    std::function<void(const NodeHost&)> service_refused_;
    Verify verify_;
    Mirrors mirrors_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

// <item id='' publisher=''/> around a payload, in `ns` (pubsub or pubsub#event).
xml::Element item_element(std::string_view ns, const store::Node& node, const store::NodeItem& item, const std::optional<xml::Element>& payload);

}  // namespace routing
