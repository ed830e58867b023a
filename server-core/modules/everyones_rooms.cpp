// SPDX-License-Identifier: MIT
// Rooms that the organisation invites everybody into (docs/decisions/0053): a bookmark with autojoin (XEP-0402 1.2.0) for
// each account, given once, before the account's next client can ask for its bookmarks. Keeps in drawer "everyones-rooms"
// which rooms an account was given: who removes the bookmark is left in peace.
#include "modules/modules.h"
#include "xmpp/folding.h"
#include "xmpp/namespaces.h"

#include <set>

namespace modules {
namespace {

using routing::Account, routing::Feature, routing::Publisher;

constexpr const char* drawer = "everyones-rooms";
constexpr std::string_view bookmarks = "urn:xmpp:bookmarks:1";

struct Given {
    std::set<xmpp::Jid> rooms;
};

// False when it could not be published: it is tried again at the next login.
bool bookmark(const Feature& feature, Account& account, const xmpp::Jid& room) {
    routing::NodeHost& host = Publisher::of(account);
    if (!host.nodes.find(bookmarks))
        feature.publisher().create(host, std::string(bookmarks), feature.publisher().defaults(host, bookmarks), account.jid());
    const auto conference = xml::Element({bookmarks, "conference"})
                                .with_attribute("autojoin", "true")
                                .with_attribute("name", xmpp::name_from_local(room.local()));
    const auto item = xml::Element({xmpp::ns::pubsub, "item"}).with_attribute("id", room.text()).with(conference);
    const auto asker = feature.publisher().asker(host, account.jid());
    if (feature.publisher().publish(host, asker, {account.jid(), std::string(bookmarks), item})) return true;
    feature.node().log.error("the bookmark of " + room.text() + " could not be kept for " + account.jid().text());
    return false;
}

void give(const Feature& feature, Account& account, const std::vector<xmpp::Jid>& rooms) {
    Given& given = account.state<Given>();
    const routing::Writes::Scope scope(feature.writes(), nullptr);
    for (const xmpp::Jid& room : rooms) {
        if (given.rooms.contains(room)) continue;
        const store::Node* node = Publisher::of(account).nodes.find(bookmarks);
        const bool is_there = node && node->item(room.text());
        if (!is_there && !bookmark(feature, account, room)) continue;
        given.rooms.insert(room);
        feature.publisher().commit(Publisher::of(account), {store::Put{account.jid().text(), {drawer, room.text(), "1"}}});
    }
}

} // namespace

void add_everyones_rooms(Feature& feature, const Choices& choices) {
    if (choices.everyones_rooms.empty()) return;
    feature.load_with_accounts(drawer, [](Account& account, const std::vector<store::Record>& records) {
        Given& given = account.state<Given>();
        given.rooms.clear();
        for (const store::Record& record : records)
            if (const auto room = xmpp::parse_jid(record.name)) given.rooms.insert(*room);
    });
    feature.on_session_begin([feature, rooms = choices.everyones_rooms](routing::Session& session) {
        give(feature, session.account(), rooms);
    });
}

} // namespace modules
