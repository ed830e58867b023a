// SPDX-License-Identifier: MIT
// The router's way of a message to a local account: into its log, to its clients, and later from the log (DESIGN 4.1).
#include "routing/backlog.h"
#include "routing/fetched.h"
#include "routing/router.h"
#include "routing/stanza_ids.h"
#include "xml/parser.h"
#include "xml/writer.h"
#include "xmpp/datetime.h"

#include <algorithm>
#include <utility>

namespace routing {
namespace {

using xmpp::Condition, xmpp::Message;

constexpr std::size_t page_size = 100;
constexpr std::chrono::milliseconds look_again_after{100};

void deliver(const std::vector<Session*>& sessions, const Message& message, const TicketPtr& gate, std::uint64_t log_id,
             store::Time sent_at = {}) {
    if (sessions.size() > 1) xml::keep_serialised(message.element());
    // By name to several: each gets it under its own.
    const bool by_name = sessions.size() > 1 && std::ranges::find(sessions, message.to(), &Session::jid) != sessions.end();
    for (Session* session : sessions)
        session->deliver(by_name ? message.addressed(message.from(), session->jid()) : message, gate, log_id, sent_at);
}

// When the only client that gets it is lost, others get it: not a headline, which is for whoever is there.
bool goes_on(const Message& message, const std::vector<Session*>& sessions) {
    const bool is_talk = message.type() == Message::chat || message.type() == Message::normal;
    return is_talk && sessions.size() == 1 && sessions.front()->jid() == message.to();
}

bool has_taker(const Account& account) {
    return std::ranges::any_of(account.sessions(), [](const Session* session) { return session->is_available() && session->priority() >= 0; });
}

// Those that are connected, in that order.
std::vector<Session*> sessions_of(const Account& account, const std::vector<xmpp::Jid>& clients) {
    std::vector<Session*> found;
    for (const xmpp::Jid& client : clients)
        if (Session* session = account.session(client.resource())) found.push_back(session);
    return found;
}

// Instead of whoever else gets it: `clients`, where any of them is connected.
Recipients among(const Account& account, const std::vector<xmpp::Jid>& clients, Recipients to) {
    if (auto named = sessions_of(account, clients); !named.empty()) to.sessions = std::move(named);
    return to;
}

}  // namespace

bool Router::may_pass(Stage stage, Delivery& delivery) {
    messages_.show(stage, Phase::guard, delivery);
    if (delivery.error()) refuse(delivery.message, *delivery.error());
    return !delivery.is_over();
}

void Router::message_from(Session& session, const Message& sent, const std::function<void()>& handled) {
    const xmpp::Jid& own = session.account().jid();
    const Message message = without_forged_delay(without_forged_ids(sent, own), node_.domain);
    // RFC 6120 10.3: without an address it is for the sender's own account.
    Delivery delivery(session.account(), sent.to().empty() ? message.addressed(sent.from(), own) : message, &session);
    if (!may_pass(Stage::sending, delivery)) return handled();
    messages_.show(Stage::sending, Phase::record, delivery);
    messages_.show(Stage::sending, Phase::copy, delivery);
    dispatch(delivery.message, &session, handled);
}

void Router::message_to(Account& account, const Message& received, const std::vector<xmpp::Jid>& clients) {
    const auto connected = sessions_of(account, clients);
    const Message named = connected.empty() ? received : received.addressed(received.from(), connected.front()->jid());
    Delivery delivery(account, without_forged_ids(named, account.jid()), nullptr);
    delivery.clients = clients;
    if (!may_pass(Stage::receiving, delivery)) return;
    messages_.show(Stage::receiving, Phase::record, delivery);
    const Recipients to = among(account, clients, recipients(account, delivery.message));
    if (to.logged) return log_and_deliver(delivery, to);
    if (!account.is_catching_up() || to.sessions.empty()) return deliver_unlogged(delivery, to);
    if (!account.wait_for_catch_up({delivery.message, clients, account.log().last_id()}))
        refuse(delivery.message, {Condition::resource_constraint, {}, xmpp::ErrorType::wait, {}});
}

void Router::deliver_unlogged(Delivery& delivery, const Recipients& to) {
    if (to.sessions.empty() && to.otherwise == Otherwise::refuse)
        return refuse(delivery.message, {Condition::service_unavailable, {}, {}, {}});
    delivery.receivers = to.sessions;
    messages_.show(Stage::receiving, Phase::copy, delivery);
    const bool is_all_there_is = !delivery.is_copied && goes_on(delivery.message, to.sessions);
    deliver(to.sessions, delivery.message, writes_.gate(), 0, is_all_there_is ? node_.clock.wall() : store::Time{});
}

void Router::deliver_waiting(Account& account, const std::vector<Account::Waiting>& waiting) {
    for (const Account::Waiting& next : waiting) {
        Delivery delivery(account, next.message, nullptr);
        if (may_pass(Stage::receiving, delivery)) deliver_unlogged(delivery, among(account, next.clients, recipients(account, next.message)));
    }
}

void Router::unacknowledged(const xmpp::Jid& client, const Unacknowledged& lost) {
    const auto element = xml::parse_element(lost.stanza);
    const auto stanza = element ? xmpp::parse_stanza(*element) : base::Result<xmpp::AnyStanza, xmpp::StanzaError>(base::Unexpected(xmpp::StanzaError{}));
    if (!stanza) return;
    const Writes::Scope scope(writes_, nullptr);
    if (std::holds_alternative<xmpp::Iq>(*stanza)) return refuse(*stanza, {Condition::service_unavailable, {}, {}, {}});
    const auto* message = std::get_if<Message>(&*stanza);
    Account* account = users_.in_memory(client);
    if (!message || !account || lost.sent_at == store::Time{}) return;
    const bool is_stamped = message->has_child({"urn:xmpp:delay", "delay"});
    const Message late = is_stamped ? *message : message->with(xmpp::delay(node_.domain, lost.sent_at));
    const bool is_among_others = account->is_catching_up() || (!account->log().is_caught_up() && has_taker(*account));
    if (!is_among_others || !account->wait_for_catch_up({late, {}, lost.after})) send(late);
}

void Router::send_to_client(const Message& message, std::uint64_t log_id) {
    if (Session* session = users_.find_session(message.to())) return session->deliver(message, writes_.gate(), log_id);
    if (message.to().domain() != node_.domain.text()) send(message);
}

void Router::log_and_deliver(Delivery& delivery, const Recipients& to) {
    Account& account = delivery.account;
    MessageLog& log = account.log();
    if (to.sessions.empty() && !has_taker(account) && !has_room_to_wait(account, node_.limits.undelivered, store_))
        return refuse(delivery.message, too_many_wait());
    const auto now = node_.clock.wall();
    const std::uint64_t id = log.next_id(now, random_below_1000(node_.random));
    const Message& message = delivery.message = with_stanza_id(delivery.message, account.jid(), id);
    const bool addressed_to_one = message.to().is_full() && !to.sessions.empty();
    const bool live = !to.sessions.empty() && !account.is_catching_up() && (log.is_caught_up() || addressed_to_one);
    log.appended(id, live);
    if (!delivery.archived) log.appended_passing(id);
    store::Entry entry{id, now, std::string(message.from().bare_text()), xml::to_string(message.element()), false,
                       std::string(message.from().resource()), delivery.archived};
    writes_.commit({store::Append{account.jid().text(), std::move(entry)}});
    if (!live && delivery.clients.size() > 1) account.share(id, delivery.clients);
    if (live)
        deliver(to.sessions, message, writes_.gate(), id);
    else
        catch_up(account);
    delivery.log_id = id;
    delivery.receivers = to.sessions;
    messages_.show(Stage::receiving, Phase::copy, delivery);
}

void Router::catch_up(Account& account) {
    // The clients it waited for may be the ones that left.
    if (account.is_paused()) return page_when_read(account);
    if (account.is_catching_up() || account.log().is_caught_up()) return;
    if (!has_taker(account)) return;
    account.begin_catch_up();
    next_page(account.jid());
}

void Router::next_page(const xmpp::Jid& bare) {
    Account* account = users_.in_memory(bare);
    if (!account) return;
    const PageRange asked{account->log().listed_up_to(), account->log().last_id()};
    store_.page(bare.text(), {asked.after, UINT64_MAX, page_size, false},
                [this, bare, asked, alive = std::weak_ptr<bool>(alive_)](auto page) {
                    if (!alive.expired()) page_read(bare, asked, std::move(page));
                });
}

void Router::page_read(const xmpp::Jid& bare, PageRange asked,
                       base::Result<std::vector<store::Entry>, store::Refusal> page) {
    Account* account = users_.in_memory(bare);
    if (!account) return;
    // A client that died meanwhile gave back older messages: they come first (DESIGN 4.2).
    if (account->log().listed_up_to() < asked.after) return page_when_read(*account);
    bool stopped = !page;
    if (!page) node_.log.error("the messages of an account could not be read; they stay where they are");
    for (const store::Entry& entry : page ? *page : std::vector<store::Entry>{}) {
        deliver_waiting(*account, account->take_waiting(entry.id));
        if (stopped = !hand_over(*account, entry); stopped) break;
    }
    if (!stopped && page->size() < page_size) account->log().listed_all(asked.known);
    if (!stopped && !account->log().is_caught_up()) return page_when_read(*account);
    for (Session* session : account->sessions()) forget_fetched(*session);
    deliver_waiting(*account, account->end_catch_up());
}

void Router::page_when_read(Account& account) {
    account.look_again(nullptr);
    const auto& sessions = account.sessions();
    const bool behind = std::any_of(sessions.begin(), sessions.end(), [](const Session* session) { return session->is_behind(); });
    if (!behind) return next_page(account.jid());
    account.look_again(node_.after(look_again_after, [this, bare = account.jid()] {
        if (Account* now = users_.in_memory(bare); now && now->is_catching_up()) page_when_read(*now);
    }));
}

bool Router::hand_over(Account& account, const store::Entry& entry) {
    const auto element = xml::parse_element(entry.stanza);
    const auto stanza = element ? xmpp::parse_stanza(*element) : base::Result<xmpp::AnyStanza, xmpp::StanzaError>(
                                                                     base::Unexpected(xmpp::StanzaError{}));
    const Message* message = stanza ? std::get_if<Message>(&*stanza) : nullptr;
    if (!message || entry.outgoing) {
        if (!message) node_.log.error("a message of " + account.jid().text() + " is damaged and was passed over, id " + std::to_string(entry.id));
        account.log().list(entry.id);
        account.delivered(entry.id);
        return true;
    }
    const Recipients to = among(account, account.shared_with(entry.id), recipients_of_logged(account, *message));
    if (to.sessions.empty()) return false;
    if (!account.log().list(entry.id)) return true;
    // The owner may have blocked its sender since it was kept.
    if (Delivery delivery(account, *message, nullptr); !may_pass(Stage::receiving, delivery)) {
        account.delivered(entry.id);
        return true;
    }
    std::vector<Session*> without = to.sessions;
    std::erase_if(without, [&](const Session* session) { return has_fetched(*session, entry.id); });
    if (without.empty()) account.delivered(entry.id);
    deliver(without, message->with(xmpp::delay(node_.domain, entry.stamp)), nullptr, entry.id);
    return true;
}

}  // namespace routing
