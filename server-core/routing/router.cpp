// SPDX-License-Identifier: MIT
#include "routing/router.h"

#include "routing/backlog.h"

#include <algorithm>
#include <utility>

namespace routing {

using xmpp::AnyStanza, xmpp::Condition, xmpp::Iq, xmpp::Message, xmpp::Presence;

namespace {

void refuse_unread(Router& router, const AnyStanza& stanza) {
    router.refuse(stanza, {Condition::internal_server_error, {"the account could not be read", "le compte n'a pas pu être lu"}, xmpp::ErrorType::wait, {}});
}

void refuse_waiting(Router& router, const AnyStanza& stanza) {
    router.refuse(stanza, {Condition::resource_constraint, {"too much is waiting for this account", "trop de choses attendent pour ce compte"}, xmpp::ErrorType::wait, {}});
}

// RFC 6121 8.5.1: ignored, but what an account's end left in the rosters of this server is put right: its contacts were
// not told when it was deleted while no server ran.
void presence_to_nobody(Router& router, const Presence& presence, std::string_view domain) {
    if (presence.type() == Presence::probe)  // RFC 6121 4.3.2, as for one who does not let himself be seen
        router.send(Presence(presence.to().bare(), presence.from(), Presence::unsubscribed));
    else if (presence.type() == Presence::available && presence.to().is_bare() && presence.from().domain() == domain)
        router.send(Presence(presence.to(), presence.from().bare(), Presence::unsubscribe));
}

}  // namespace

namespace {
constexpr std::chrono::seconds answer_time{30};  // to the server's own questions
}  // namespace

Router::Router(const Node& node, Users& users, Writes& writes, store::Store& store)
    : node_(node), users_(users), writes_(writes), store_(store) {
    writes_.on_refused([this](const AnyStanza& origin, store::Refusal refusal) {
        const bool full = refusal == store::Refusal::resource_constraint;
        const xmpp::Words is_full("the server's disk is full", "le disque du serveur est plein");
        const xmpp::Words has_failed("the server could not store this", "le serveur n'a pas pu enregistrer cela");
        refuse(origin, {full ? Condition::resource_constraint : Condition::internal_server_error, full ? is_full : has_failed,
                        xmpp::ErrorType::wait, {}});
    });
    users_.on_returned([this](Account& account) { catch_up(account); });
    users_.on_unacknowledged([this](const xmpp::Jid& client, const Unacknowledged& lost) { unacknowledged(client, lost); });
}

void Router::answer(Iq::Type type, xml::Name name, unsigned reach, AnswerLater fn) {
    answers_.insert_or_assign(std::tuple(static_cast<int>(type), std::string(name.ns), std::string(name.local)),
                              Owned{reach, std::move(fn)});
}

bool Router::serve(const std::string& host, Take take) {
    if (host == node_.domain.text()) return false;
    return hosts_.emplace(host, std::move(take)).second;
}

void Router::stop_serving(const std::string& host) { hosts_.erase(host); }

std::vector<std::string> Router::hosts() const {
    std::vector<std::string> names;
    for (const auto& [host, take] : hosts_) names.push_back(host);
    std::sort(names.begin(), names.end());
    return names;
}

void Router::from_client(Session& session, const AnyStanza& stanza, std::function<void()> handled) {
    if (session.account().is_stale()) return when_reloaded(session, stanza, handled);
    Writes::Scope scope(writes_, &stanza);
    if (const auto* presence = std::get_if<Presence>(&stanza)) return presence_from(session, *presence, handled);
    if (const auto* message = std::get_if<Message>(&stanza)) return message_from(session, *message, handled);
    iq_from(session, std::get<Iq>(stanza), handled);
}

void Router::iq_from(Session& session, const Iq& iq, const std::function<void()>& handled) {
    // RFC 6120 10.3: without an address an IQ is for the sender's own account; so is a message.
    if (iq.to().empty()) return iq_to(&session.account(), iq, &session, handled);
    for (const auto& taken : iq_sent_)
        if (taken(session, iq)) return handled();
    dispatch(iq, &session, handled);
}

void Router::when_reloaded(Session& session, const AnyStanza& stanza, const std::function<void()>& handled) {
    const auto later = [this, stanza, handled, sender = session.jid()](const Account* account) {
        Session* still_there = users_.find_session(sender);
        if (account && still_there) return from_client(*still_there, stanza, handled);
        refuse_unread(*this, stanza);
        handled();
    };
    if (users_.when_loaded(session.account().jid(), later)) return;
    refuse_waiting(*this, stanza);
    handled();
}

void Router::presence_from(Session& session, const Presence& presence, const std::function<void()>& handled) {
    for (const auto& taken : presence_sent_)
        if (taken(session, presence)) return handled();
    if (!presence.to().empty()) return dispatch(presence, &session, handled);
    handled();
}

void Router::send(const AnyStanza& stanza) {
    if (writes_.in_scope()) return dispatch(stanza, nullptr, [] {});
    handling(stanza, [&] { dispatch(stanza, nullptr, [] {}); });
}

void Router::send_to_each(const Message& message, const std::vector<xmpp::Jid>& clients) {
    const xmpp::Jid& first = clients.front();
    const AnyStanza named = message.addressed(message.from(), first);
    if (!writes_.in_scope()) return handling(named, [&] { send_to_each(message, clients); });
    if (clients.size() == 1 || first.domain() != node_.domain.text() || !first.has_local()) {
        for (const xmpp::Jid& client : clients) send(message.addressed(message.from(), client));
        return;
    }
    const auto now = [this, named, clients](Account& account) {
        if (!account.exists()) return refuse(named, {Condition::service_unavailable, {}, {}, {}});
        message_to(account, std::get<Message>(named), clients);
    };
    if (Account* account = users_.find(first)) return now(*account);
    const auto later = [this, named, now, gate = writes_.gate()](Account* account) {
        const Writes::Scope scope(writes_, &named, gate);
        return account ? now(*account) : refuse_unread(*this, named);
    };
    if (!users_.when_loaded(first.bare(), later)) refuse_waiting(*this, named);
}

void Router::handling(const AnyStanza& origin, const std::function<void()>& fn) {
    Writes::Scope scope(writes_, &origin);
    fn();
}

void Router::dispatch(const AnyStanza& stanza, Session* session, const std::function<void()>& handled) {
    const xmpp::Jid& to = xmpp::common(stanza).to();
    if (to.domain() == node_.domain.text())
        return to.has_local() ? to_local(stanza, session, handled) : to_server(stanza, session, handled);
    const auto host = hosts_.find(to.domain());
    if (host != hosts_.end())
        host->second(stanza);
    else
        refuse(stanza, {Condition::remote_server_not_found, {"this server does not talk to other domains", "ce serveur ne parle pas à d'autres domaines"}, {}, {}});
    handled();
}

void Router::to_local(const AnyStanza& stanza, Session* session, std::function<void()> handled) {
    const xmpp::Jid& to = xmpp::common(stanza).to();
    if (Account* account = users_.find(to)) return to_account(*account, stanza, session, handled);
    const auto later = [this, stanza, gate = writes_.gate(), handled,
                        asker = session ? session->jid() : xmpp::Jid()](Account* account) {
        Writes::Scope scope(writes_, &stanza, gate);
        Session* still_there = asker.empty() ? nullptr : users_.find_session(asker);
        if (account) return to_account(*account, stanza, still_there, handled);
        refuse_unread(*this, stanza);
        handled();
    };
    if (users_.when_loaded(to.bare(), later)) return;
    refuse_waiting(*this, stanza);
    handled();
}

void Router::to_account(Account& account, const AnyStanza& stanza, Session* session, const std::function<void()>& handled) {
    if (!account.exists()) return to_missing_account(account, stanza, session, handled);
    if (const auto* message = std::get_if<Message>(&stanza)) {
        message_to(account, *message);
    } else if (const auto* presence = std::get_if<Presence>(&stanza)) {
        presence_to(account, *presence);
    } else {
        const Iq& iq = std::get<Iq>(stanza);
        const bool is_own = session && &session->account() == &account;
        if (iq.to().is_bare() && !is_own && is_taken(&account, iq)) return handled();
        if (iq.to().is_bare()) return iq_to(&account, iq, session, handled);
        Session* to = account.session(iq.to().resource());
        if (is_taken(&account, iq)) return handled();
        if (to)  // RFC 6121 8.5.3.1
            to->deliver(iq, writes_.gate());
        else
            refuse(iq, {Condition::service_unavailable, {}, {}, {}});  // RFC 6121 8.5.3.2.3
    }
    handled();
}

namespace {
// What would be kept for somebody is let go, and counted as it would be.
void message_to_nobody(Router& router, Account& nobody, const Message& message, std::size_t most, store::Store& store) {
    const Recipients to = recipients(nobody, message);
    if (to.otherwise == Otherwise::refuse) return router.refuse(message, {Condition::service_unavailable, {}, {}, {}});
    if (to.logged && !has_room_to_wait(nobody, most, store)) router.refuse(message, too_many_wait());
}
}  // namespace

// RFC 6121 8.5.1, DESIGN 4.4: nobody is answered like somebody who is away and serves nothing.
void Router::to_missing_account(Account& account, const AnyStanza& stanza, Session* session, const std::function<void()>& handled) {
    const auto* iq = std::get_if<Iq>(&stanza);
    if (iq && is_taken(nullptr, *iq)) return handled();
    if (iq && iq->to().is_bare() && iq->is_request()) return ask_owner(no_account, {*iq, session, nullptr}, handled);
    if (iq)
        refuse(stanza, {Condition::service_unavailable, {}, {}, {}});
    else if (const auto* message = std::get_if<Message>(&stanza))
        message_to_nobody(*this, account, *message, node_.limits.undelivered, store_);
    else if (const auto* presence = std::get_if<Presence>(&stanza))
        presence_to_nobody(*this, *presence, node_.domain.text());
    handled();
}

bool Router::is_taken(Account* account, const Iq& iq) const {
    return std::any_of(iq_received_.begin(), iq_received_.end(), [&](const auto& fn) { return fn(account, iq); });
}

void Router::presence_to(Account& account, const Presence& presence) {
    for (const auto& taken : presence_received_)
        if (taken(account, presence)) return;
    if (presence.to().is_full()) {
        if (Session* session = account.session(presence.to().resource())) session->deliver(presence, writes_.gate());
        return;
    }
    for (Session* session : account.sessions())
        if (session->is_available()) session->deliver(presence, writes_.gate());
}

void Router::to_server(const AnyStanza& stanza, Session* session, const std::function<void()>& handled) {
    if (const auto* iq = std::get_if<Iq>(&stanza)) return iq_to(nullptr, *iq, session, handled);
    if (std::holds_alternative<Message>(stanza)) refuse(stanza, {Condition::service_unavailable, {}, {}, {}});
    handled();
}

void Router::iq_to(Account* account, const Iq& iq, Session* session, const std::function<void()>& handled) {
    if (!iq.is_request()) {
        is_answer(iq);  // else to nothing asked
        return handled();
    }
    const bool own = session && account && &session->account() == account;
    ask_owner(own ? own_account : account ? any_account : the_server, {iq, session, account}, handled);
}

void Router::ask(const Iq& request, Answered answered) {
    const std::string id = node_.random.text(16);
    // Peers may never answer.
    if (node_.limits.questions != 0 && questions_.size() >= node_.limits.questions) return answered(nullptr);
    const auto timer = node_.after(answer_time, [this, id] { answer(id, nullptr); });
    questions_.emplace(id, Question{request.to(), std::move(answered), timer});
    send(Iq(request.element().with_attribute("id", id), request.from(), request.to(), request.type()));
}

bool Router::is_answer(const Iq& iq) {
    const auto found = questions_.find(iq.id());
    // RFC 6120 8.1.2.1: only the one that was asked answers.
    if (found == questions_.end() || found->second.to != iq.from()) return false;
    answer(std::string(iq.id()), &iq);
    return true;
}

void Router::answer(const std::string& id, const Iq* iq) {
    const auto found = questions_.find(id);
    if (found == questions_.end()) return;
    const Question question = std::move(found->second);
    questions_.erase(found);
    question.answer(iq);
}

void Router::ask_owner(unsigned reach, Request request, const std::function<void()>& handled) {
    const Iq iq = request.iq;
    const xml::Name name = iq.payload()->name();
    const auto found = answers_.find(std::tuple(static_cast<int>(iq.type()), name.ns, name.local));
    if (found == answers_.end() || (found->second.reach & reach) == 0) {
        refuse(iq, {Condition::service_unavailable, {}, {}, {}});
        return handled();
    }
    found->second.fn(std::move(request), [this, iq, handled](const xmpp::IqReply& reply) {
        send(reply.answer(iq));
        handled();
    });
}

void Router::refuse(const AnyStanza& stanza, const xmpp::StanzaError& error) {
    if (xmpp::common(stanza).is_error() || xmpp::common(stanza).from().empty()) return;
    if (const auto* message = std::get_if<Message>(&stanza)) return send(xmpp::error_reply(*message, error));
    if (const auto* presence = std::get_if<Presence>(&stanza)) return send(xmpp::error_reply(*presence, error));
    const Iq& iq = std::get<Iq>(stanza);
    if (iq.is_request()) send(xmpp::error_reply(iq, error));
}

}  // namespace routing
