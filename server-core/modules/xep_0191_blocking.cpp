// SPDX-License-Identifier: MIT
// XEP-0191 Blocking Command 1.3: a user neither hears of those he has blocked nor is heard or seen by them.
// Keeps the list in drawer "blocked", a record for each address, and with each session whether it asked for the list.
// First in the list of features: nothing else sees what is blocked.
#include "modules/modules.h"
#include "routing/blocking.h"
#include "routing/contacts.h"

#include <algorithm>

namespace modules {
namespace {

using routing::Account, routing::Blocklist, routing::Feature, routing::Request, routing::Session;
using xmpp::Condition, xmpp::IqReply, xmpp::Jid, xmpp::Message, xmpp::Presence;

constexpr std::string_view ns = "urn:xmpp:blocking";
constexpr std::string_view errors_ns = "urn:xmpp:blocking:errors";
constexpr std::string_view rooms_ns = "http://jabber.org/protocol/muc#user";
constexpr const char* drawer = "blocked";

struct Asked {
    bool for_list = false;
};

IqReply list(const Request& request) {
    request.session->state<Asked>().for_list = true;
    xml::Element list({ns, "blocklist"});
    for (const std::string& jid : routing::blocklist(*request.account).jids())
        list = std::move(list).with(xml::Element({ns, "item"}).with_attribute("jid", jid));
    return IqReply::result(std::move(list));
}

// The addresses of the items. What else stands in an item (a report, XEP-0377) is not the server's.
base::Result<std::vector<Jid>, xmpp::StanzaError> read_items(const xml::Element& command) {
    std::vector<Jid> jids;
    for (const xml::Element item : command.children()) {
        if (!item.is({ns, "item"})) continue;
        const auto address = item.attribute("jid");
        if (!address) return base::Unexpected(xmpp::StanzaError{Condition::bad_request, {"an item needs a jid", "un élément a besoin d'un jid"}, {}, {}});
        const auto jid = xmpp::parse_jid(*address);
        if (!jid) return base::Unexpected(xmpp::StanzaError{Condition::jid_malformed, {}, {}, {}});
        jids.push_back(*jid);
    }
    return jids;
}

// XEP-0191 3.3, 3.4, 3.5: to the clients that asked for the list.
void push(const Feature& feature, Account& account, const char* what, const std::vector<Jid>& jids) {
    xml::Element command({ns, what});
    for (const Jid& jid : jids) command = std::move(command).with(xml::Element({ns, "item"}).with_attribute("jid", jid.text()));
    for (Session* session : account.sessions()) {
        if (!session->state<Asked>().for_list) continue;
        const std::string id = "block-" + feature.node().random.text(8);
        session->deliver(xmpp::Iq(account.jid(), session->jid(), xmpp::Iq::set, id, command), feature.writes().gate());
    }
}

void keep(const Feature& feature, Account& account, store::Batch batch) {
    feature.writes().commit(std::move(batch), [&users = feature.users(), jid = account.jid()] { users.reload(jid); });
}

// Those who see the account's presence and are blocked by `now` otherwise than by `before`: contacts, and single clients
// of contacts among `jids`.
std::vector<Jid> changed_watchers(Account& account, const Blocklist& before, const Blocklist& now, const std::vector<Jid>& jids) {
    std::vector<Jid> watchers = routing::contacts_that(account, &routing::Roster::sees_us);
    for (const Jid& jid : jids)
        if (jid.is_full() && account.roster().sees_us(jid.bare()) && !before.matches(jid.bare())) watchers.push_back(jid);
    std::erase_if(watchers, [&](const Jid& jid) {
        return before.matches(jid) == now.matches(jid) || !routing::may_be_blocked(account, jid);
    });
    return watchers;
}

// XEP-0191 3.3: to those who see us by subscription or by directed presence, rooms among them.
void hide(const Feature& feature, Account& account, const std::vector<Jid>& watchers) {
    for (const Jid& watcher : watchers) routing::send_unavailable(feature, account, watcher);
    for (Session* session : account.sessions()) {
        auto& directed = session->state<routing::Directed>().to;
        std::vector<Jid> lost;
        for (const Jid& to : directed)
            if (routing::has_blocked(account, to)) lost.push_back(to);
        for (const Jid& to : lost) {
            directed.erase(to);
            const bool was_told = session->is_available() && std::ranges::find(watchers, to.bare()) != watchers.end();
            if (!was_told) feature.router().send(Presence(session->jid(), to, Presence::unavailable));
        }
    }
}

// XEP-0191 3.4. What those did meanwhile is asked for as well.
void show(const Feature& feature, Account& account, const std::vector<Jid>& watchers) {
    for (const Jid& watcher : watchers) routing::send_presence(feature, account, watcher);
}

void look_again(const Feature& feature, Account& account, const Blocklist& before) {
    std::vector<Presence> probes;
    for (const Jid& contact : routing::contacts_that(account, &routing::Roster::we_see))
        for (const Session* session : account.sessions())
            if (session->is_available() && before.matches(contact) && !routing::has_blocked(account, contact))
                probes.emplace_back(session->jid(), contact, Presence::probe);
    for (const Presence& probe : probes) feature.router().send(probe);
}

IqReply block(const Feature& feature, const Request& request) {
    Account& account = *request.account;
    const auto jids = read_items(request.payload());
    if (!jids) return IqReply::error(jids.error());
    if (jids->empty()) return IqReply::error(Condition::bad_request, {"a block command names whom to block", "une commande de blocage nomme qui bloquer"});
    const Blocklist before = routing::blocklist(account);
    Blocklist now = before;
    for (const Jid& jid : *jids) now.block(jid);
    const std::size_t most = feature.node().limits.blocked;
    if (most != 0 && now.jids().size() > most) return IqReply::error(Condition::resource_constraint, {"too many are blocked", "trop de contacts sont bloqués"});
    store::Batch batch;
    for (const Jid& jid : *jids) batch.push_back(store::Put{account.jid().text(), {drawer, jid.text(), "1"}});
    routing::blocklist(account) = now;
    keep(feature, account, std::move(batch));
    hide(feature, account, changed_watchers(account, before, now, *jids));
    push(feature, account, "block", *jids);
    return IqReply::done();
}

IqReply unblock(const Feature& feature, const Request& request) {
    Account& account = *request.account;
    auto jids = read_items(request.payload());
    if (!jids) return IqReply::error(jids.error());
    const bool of_all = jids->empty();
    const Blocklist before = routing::blocklist(account);
    if (of_all)
        for (const std::string& jid : before.jids()) jids->push_back(*xmpp::parse_jid(jid));
    Blocklist now = before;
    store::Batch batch;
    for (const Jid& jid : *jids) {
        now.unblock(jid);
        batch.push_back(store::Erase{account.jid().text(), drawer, jid.text()});
    }
    routing::blocklist(account) = now;
    if (!batch.empty()) keep(feature, account, std::move(batch));
    show(feature, account, changed_watchers(account, before, now, *jids));
    push(feature, account, "unblock", of_all ? std::vector<Jid>() : *jids);
    look_again(feature, account, before);
    return IqReply::done();
}

// XEP-0191 3.3: what the user sends to whom he has blocked. The error goes straight to the client: by the router it would
// come from who is blocked, and be dropped as that.
template <class T>
bool keeps_sent(const Feature& feature, Session& session, const T& stanza) {
    if (!routing::has_blocked(session.account(), stanza.to())) return false;
    const xmpp::StanzaError blocked{Condition::not_acceptable, {}, xmpp::ErrorType::cancel, xml::Element({errors_ns, "blocked"})};
    const auto type = stanza.element().attribute("type");
    const bool is_answer = type == "error" || type == "result";
    if (!is_answer) session.deliver(xmpp::error_reply(stanza, blocked), feature.writes().gate());
    return true;
}

// Who is blocked may not come in by way of a room's invitation either.
bool invites_for_blocked(Account& account, const Message& message) {
    const auto user = message.child({rooms_ns, "x"});
    const auto invite = user ? user->child({rooms_ns, "invite"}) : std::nullopt;
    const auto from = invite ? xmpp::parse_jid(invite->attribute("from").value_or("")) : base::Result<Jid, xmpp::JidError>(Jid());
    return from && routing::has_blocked(account, *from);
}

// XEP-0191 3.3: an error to the sender of a message, except where a room would take it for a ghost's.
void keep_received(routing::Delivery& delivery) {
    if (invites_for_blocked(delivery.account, delivery.message)) return delivery.drop();
    if (!routing::has_blocked(delivery.account, delivery.message.from())) return;
    const Message::Type type = delivery.message.type();
    if (type == Message::normal || type == Message::chat)
        delivery.refuse({Condition::service_unavailable, {}, {}, {}});
    else
        delivery.drop();
}

bool keeps_received_iq(const Feature& feature, Account* account, const xmpp::Iq& iq) {
    if (!account || !routing::has_blocked(*account, iq.from())) return false;
    feature.router().refuse(iq, {Condition::service_unavailable, {}, {}, {}});
    return true;
}

void guard(Feature& feature) {
    using routing::Delivery, routing::Phase, routing::Stage;
    feature.on_message(Stage::sending, Phase::guard, [feature](Delivery& delivery) {
        if (keeps_sent(feature, *delivery.sender, delivery.message)) delivery.drop();
    });
    feature.on_message(Stage::receiving, Phase::guard, keep_received);
    feature.on_presence_sent([feature](Session& session, const Presence& presence) { return keeps_sent(feature, session, presence); });
    feature.on_presence_received([](Account& account, const Presence& presence) {
        return routing::has_blocked(account, presence.from());
    });
    feature.on_iq_sent([feature](Session& session, const xmpp::Iq& iq) { return keeps_sent(feature, session, iq); });
    feature.on_iq_received([feature](Account* account, const xmpp::Iq& iq) { return keeps_received_iq(feature, account, iq); });
}

} // namespace

void add_blocking(Feature& feature) {
    feature.advertise(ns);
    feature.load_with_accounts(drawer, [](Account& account, const std::vector<store::Record>& records) {
        Blocklist loaded;
        for (const store::Record& record : records)
            if (const auto jid = xmpp::parse_jid(record.name)) loaded.block(*jid);
        routing::blocklist(account) = loaded;
    });
    feature.answer(xmpp::Iq::get, {ns, "blocklist"}, routing::own_account, list);
    feature.answer(xmpp::Iq::set, {ns, "block"}, routing::own_account, [feature](const Request& request) { return block(feature, request); });
    feature.answer(xmpp::Iq::set, {ns, "unblock"}, routing::own_account, [feature](const Request& request) { return unblock(feature, request); });
    guard(feature);
}

} // namespace modules
