// SPDX-License-Identifier: MIT
// XEP-0402 PEP Native Bookmarks 1.2.0: the rooms of an account, one item each, in step with the older ways: XEP-0048 in
// private XML (#compat) and in one item of PEP (#compat-pep). Keeps the items' payloads, as they are stored anyway.
#include "modules/modules.h"
#include "xml/parser.h"
#include "xml/writer.h"
#include "xmpp/namespaces.h"

#include <map>
#include <set>

namespace modules {
namespace {

using routing::Account, routing::Feature, routing::NodeChange, routing::Publisher;

constexpr std::string_view ns = "urn:xmpp:bookmarks:1";
constexpr std::string_view old_ns = "storage:bookmarks";
constexpr xml::Name old_list{old_ns, "storage"};
constexpr std::size_t most_bytes = 8 * 1024;  // of one bookmark that the old ways show as well
constexpr std::size_t most_bookmarks = 500;

struct Bookmarks {
    std::map<std::string, std::string> rooms;  // by item id: <conference/> in `ns`
    bool is_following = false;                 // what changes now follows what has changed
};

void keep(Bookmarks& bookmarks, const std::string& id, std::string conference) {
    const bool fits = conference.size() <= most_bytes && (bookmarks.rooms.contains(id) || bookmarks.rooms.size() < most_bookmarks);
    if (fits)
        bookmarks.rooms.insert_or_assign(id, std::move(conference));
    else
        bookmarks.rooms.erase(id);
}

// Whether a feature of an account is changing the other ways for it just now.
class Following {
public:
    explicit Following(Account& account) : flag_(account.state<Bookmarks>().is_following) { flag_ = true; }
    ~Following() { flag_ = false; }
    Following(const Following&) = delete;
    Following& operator=(const Following&) = delete;

private:
    bool& flag_;
};

// The same element with all its content in another namespace where it was in `from`.
xml::Element moved(const xml::Element& element, std::string_view from, std::string_view to) {
    const bool is_moved = element.name().ns == from;
    xml::Element copy({is_moved ? to : element.name().ns, element.name().local});
    for (const xml::Attribute& attribute : element.attributes())
        copy = std::move(copy).with_attribute({attribute.ns, attribute.local}, attribute.value);
    if (!element.has_children()) return std::move(copy).with_text(element.text());
    for (const xml::Element child : element.children()) copy = std::move(copy).with(moved(child, from, to));
    return copy;
}

// XEP-0402 5.3.1: the items cast into the older namespace, each with its room's address.
xml::Element to_old(const std::string& id, const xml::Element& conference) {
    return moved(conference, ns, old_ns).with_attribute("jid", id);
}

xml::Element to_new(const xml::Element& old) { return moved(old, old_ns, ns).without_attribute("jid"); }

bool is_true(std::string_view value) { return value == "true" || value == "1"; }

// What a bookmark says, the same for every way of writing it: order, autojoin='1', an empty nick.
std::string meaning_of(const xml::Element& element) {
    std::multiset<std::string> parts;
    for (const xml::Attribute& attribute : element.attributes()) {
        const bool is_autojoin = attribute.local == "autojoin" && attribute.ns.empty();
        if (is_autojoin && !is_true(attribute.value)) continue;
        parts.insert(xml::to_string(xml::Element({attribute.ns, "attribute"})
                                        .with_attribute(attribute.local, is_autojoin ? "true" : attribute.value)));
    }
    for (const xml::Element child : element.children())
        if (child.name().ns != ns || child.has_children() || !child.text().empty()) parts.insert(meaning_of(child));
    xml::Element whole(element.name());
    if (!element.has_children()) whole = std::move(whole).with_text(element.text());
    for (const std::string& part : parts) whole = std::move(whole).with(xml::Element({ns, "part"}).with_text(part));
    return xml::to_string(whole);
}

// XEP-0048 3.1 has these, so a list that lacks them takes them away; it cannot say what else `known` has.
xml::Element merged(const xml::Element& known, const xml::Element& wanted) {
    xml::Element conference = known.without_attribute("name").without_attribute("autojoin").without({ns, "nick"}).without({ns, "password"});
    for (const xml::Attribute& attribute : wanted.attributes())
        conference = std::move(conference).with_attribute({attribute.ns, attribute.local}, attribute.value);
    for (const xml::Element child : wanted.children()) conference = conference.without(child.name());
    for (const xml::Element child : wanted.children()) conference = std::move(conference).with(child);
    return conference;
}

// All rooms as the older ways list them, with what else `kept` has (URLs).
xml::Element old_list_of(const Bookmarks& bookmarks, const xml::Element& kept) {
    xml::Element list = kept.without({old_ns, "conference"});
    for (const auto& [id, text] : bookmarks.rooms) {
        const auto conference = xml::parse_element(text);
        if (conference) list = std::move(list).with(to_old(id, *conference));
    }
    return list;
}

void publish(const Feature& feature, Account& account, std::string_view node, const std::string& id, const xml::Element& payload) {
    routing::NodeHost& host = Publisher::of(account);
    if (!host.nodes.find(node))
        feature.publisher().create(host, std::string(node), feature.publisher().defaults(host, node), account.jid());
    const auto item = xml::Element({xmpp::ns::pubsub, "item"}).with_attribute("id", id).with(payload);
    const auto done = feature.publisher().publish(host, feature.publisher().asker(host, account.jid()),
                                                  {account.jid(), std::string(node), item});
    if (!done) feature.node().log.error("a bookmark of " + account.jid().text() + " could not be kept in step");
}

// The one item of the older PEP way. A node that the account has opened to others is left alone.
void publish_old_list(const Feature& feature, Account& account) {
    const store::Node* node = Publisher::of(account).nodes.find(old_ns);
    if (node && node->config.access != store::AccessModel::whitelist) return;
    publish(feature, account, old_ns, "current", old_list_of(account.state<Bookmarks>(), xml::Element(old_list)));
}

// XEP-0402 5.3.2: a list set in an older way changes those rooms that are different, and no others. False: there are none.
bool take_old_list(const Feature& feature, Account& account, const xml::Element& list) {
    std::map<std::string, xml::Element> wanted;
    for (const xml::Element child : list.children()) {
        const auto jid = xmpp::parse_jid(child.attribute("jid").value_or(""));
        if (child.is({old_ns, "conference"}) && jid && wanted.size() < most_bookmarks) wanted.insert_or_assign(jid->text(), to_new(child));
    }
    const auto known = account.state<Bookmarks>().rooms;
    bool is_changed = false;
    for (const auto& [id, text] : known)
        if (!wanted.contains(id)) is_changed |= feature.publisher().retract(Publisher::of(account), std::string(ns), id, true);
    for (const auto& [id, conference] : wanted) {
        const auto found = known.find(id);
        const auto before = found == known.end() ? std::nullopt : xml::parse_element(found->second);
        const xml::Element now = before ? merged(*before, conference) : conference;
        if (before && meaning_of(*before) == meaning_of(now)) continue;
        publish(feature, account, ns, id, now);
        is_changed = true;
    }
    return is_changed;
}

void take_rooms(Account& account, const NodeChange& change) {
    Bookmarks& bookmarks = account.state<Bookmarks>();
    if (change.kind == NodeChange::published && change.payload)
        keep(bookmarks, change.item, xml::to_string(*change.payload));
    else if (change.kind == NodeChange::retracted)
        bookmarks.rooms.erase(change.item);
    else if (change.kind == NodeChange::purged || change.kind == NodeChange::deleted)
        bookmarks.rooms.clear();
}

void follow(const Feature& feature, Account& account, const NodeChange& change) {
    if (change.node == ns) {
        take_rooms(account, change);
        if (account.state<Bookmarks>().is_following) return;
        const Following following(account);
        publish_old_list(feature, account);
    } else if (change.node == old_ns && change.kind == NodeChange::published && !account.state<Bookmarks>().is_following) {
        if (!change.payload || !change.payload->is(old_list)) return;
        const Following following(account);
        take_old_list(feature, account, *change.payload);
    }
}

// XEP-0402 5.1, XEP-0223 2: what only the owner may see, also for a client that does not say so.
void begins(store::NodeConfig& config, std::uint64_t items) {
    config.access = store::AccessModel::whitelist;
    config.send_last = store::SendLast::never;
    config.max_items = items;
}

void load(Account& account, const std::vector<store::Record>& records) {
    Bookmarks& bookmarks = account.state<Bookmarks>();
    bookmarks.rooms.clear();
    for (const store::Record& record : records) keep(bookmarks, record.name, record.value);
}

}  // namespace

void add_bookmarks(Feature& feature) {
    feature.advertise_for_accounts(std::string(ns) + "#compat");
    feature.advertise_for_accounts(std::string(ns) + "#compat-pep");
    feature.publisher().begins(ns, [](store::NodeConfig& config) { begins(config, store::NodeConfig::max); });
    feature.publisher().begins_empty(ns);  // who has no bookmarks is told so, and no error at each login
    feature.publisher().begins(old_ns, [](store::NodeConfig& config) { begins(config, 1); });
    feature.load_with_accounts(store::payload_drawer(ns), load);
    feature.publisher().watch([feature](Account& account, const NodeChange& change) { follow(feature, account, change); });
    feature.publisher().mirrors().on_stored([feature](Account& account, const xml::Element& element) {
        if (!element.is(old_list)) return;
        const Following following(account);
        if (take_old_list(feature, account, element)) publish_old_list(feature, account);
    });
    feature.publisher().mirrors().show(old_list, [](Account& account, const xmpp::Jid&, const xml::Element& kept) {
        return old_list_of(account.state<Bookmarks>(), kept);
    });
}

}  // namespace modules
