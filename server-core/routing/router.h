// SPDX-License-Identifier: MIT
// Each stanza by its address: the server itself, a local user, a service of ours, a component, elsewhere. Order holds
// between any two entities (RFC 6120 10.1), also while an account is being loaded.
#pragma once
#include "routing/delivery.h"
#include "routing/recipients.h"
#include "routing/users.h"
#include "routing/writes.h"
#include "xmpp/stanza.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace routing {

// An IQ that somebody asks of the server or of an account (the server answers on its behalf, RFC 6121 8.5.2.1.3).
struct Request {
    xmpp::Iq iq;
    Session* session = nullptr;  // the local client that asks; null: from elsewhere, or gone meanwhile
    Account* account = nullptr;  // whose bare JID is addressed; null: the server itself
    xml::Element payload() const { return *iq.payload(); }
};
// Called once, now or in a later turn.
using Reply = std::function<void(xmpp::IqReply)>;
using AnswerNow = std::function<xmpp::IqReply(Request&)>;
using AnswerLater = std::function<void(Request, Reply)>;

// Of whom something may be asked.
enum Reach : unsigned {
    own_account = 1,    // a client of the account it asks about
    any_account = 2,    // an account, by somebody else
    the_server = 4,     // the server's domain
    no_account = 8,     // a name that nobody has, where the answer must not tell (null account)
};

// Stanzas from one side of a component or service, or to it.
using Take = std::function<void(const xmpp::AnyStanza&)>;

class Router {
public:
    Router(const Node& node, Users& users, Writes& writes, store::Store& store);

    // A stanza from a local client, its `from` stamped. `handled` is called when the next one may be read: nearly
    // always before this returns.
    void from_client(Session& session, const xmpp::AnyStanza& stanza, std::function<void()> handled);
    // A stanza from one of our own features, services or components; its `from` is trusted.
    void send(const xmpp::AnyStanza& stanza);
    // For one client and nobody else: not kept, dropped when it is gone. `log_id`: the entry of its log that reaches it so.
    void send_to_client(const xmpp::Message& message, std::uint64_t log_id = 0);
    // To these clients (at least one) of one account, each by its address: kept once, under one id.
    void send_to_each(const xmpp::Message& message, const std::vector<xmpp::Jid>& clients);
    // An error to the sender of a stanza; nothing when it is an error or an IQ result itself.
    void refuse(const xmpp::AnyStanza& stanza, const xmpp::StanzaError& error);

    // Runs `fn` as the handling of `iq`: what it sends waits for what it commits, and a refused commit answers `iq`
    // with the error.
    void handling(const xmpp::AnyStanza& origin, const std::function<void()>& fn);

    // Sends a request of the server's own; `answer` gets its result or error, or null when none came or too many are open.
    using Answered = std::function<void(const xmpp::Iq*)>;
    void ask(const xmpp::Iq& request, Answered answer);

    // Registration of owners, before the first stanza.
    void answer(xmpp::Iq::Type type, xml::Name name, unsigned reach, AnswerLater fn);
    // Takes presence away from default routing when it returns true.
    void on_presence_sent(std::function<bool(Session&, const xmpp::Presence&)> fn) { presence_sent_.push_back(std::move(fn)); }
    void on_presence_received(std::function<bool(Account&, const xmpp::Presence&)> fn) { presence_received_.push_back(std::move(fn)); }
    // Messages of local clients (sending) and to local accounts (receiving): guards, then record, then copy.
    void on_message(Stage stage, Phase phase, OnMessage fn) { messages_.add(stage, phase, std::move(fn)); }
    // An IQ from a local client, with an address, before it is routed.
    void on_iq_sent(std::function<bool(Session&, const xmpp::Iq&)> fn) { iq_sent_.push_back(std::move(fn)); }
    // An IQ to a client (a full address) of an account, or of a name that nobody has (null), before it is delivered; and
    // one to an account from anybody but its own clients, before it is answered.
    void on_iq_received(std::function<bool(Account*, const xmpp::Iq&)> fn) { iq_received_.push_back(std::move(fn)); }

    // Hosts under our roof: a service (for good) or a component (while it is connected). False when the host is taken.
    bool serve(const std::string& host, Take take);
    void stop_serving(const std::string& host);
    bool serves(std::string_view host) const { return hosts_.contains(std::string(host)); }
    std::vector<std::string> hosts() const;

    // Hands over what the log has for an account, to its available clients, page by page.
    void catch_up(Account& account);
private:
    void dispatch(const xmpp::AnyStanza& stanza, Session* session, const std::function<void()>& handled);
    void when_reloaded(Session& session, const xmpp::AnyStanza& stanza, const std::function<void()>& handled);
    // XEP-0198 5: questions and normal messages are answered by an error, chat for that client alone goes on to others.
    void unacknowledged(const xmpp::Jid& client, const Unacknowledged& lost);
    void to_local(const xmpp::AnyStanza& stanza, Session* session, std::function<void()> handled);
    void to_account(Account& account, const xmpp::AnyStanza& stanza, Session* session, const std::function<void()>& handled);
    void to_missing_account(Account& account, const xmpp::AnyStanza& stanza, Session* session, const std::function<void()>& handled);
    // False when a guard took the message.
    bool may_pass(Stage stage, Delivery& delivery);
    void message_from(Session& session, const xmpp::Message& message, const std::function<void()>& handled);
    // `clients`: it is for these of the account; none: as its address says.
    void message_to(Account& account, const xmpp::Message& message, const std::vector<xmpp::Jid>& clients = {});
    void log_and_deliver(Delivery& delivery, const Recipients& to);
    void deliver_unlogged(Delivery& delivery, const Recipients& to);
    void deliver_waiting(Account& account, const std::vector<Account::Waiting>& waiting);
    void presence_to(Account& account, const xmpp::Presence& presence);
    void iq_to(Account* account, const xmpp::Iq& iq, Session* session, const std::function<void()>& handled);
    // True when it answers what `ask` asked.
    bool is_answer(const xmpp::Iq& iq);
    bool is_taken(Account* account, const xmpp::Iq& iq) const;
    void ask_owner(unsigned reach, Request request, const std::function<void()>& handled);
    void to_server(const xmpp::AnyStanza& stanza, Session* session, const std::function<void()>& handled);
    void iq_from(Session& session, const xmpp::Iq& iq, const std::function<void()>& handled);
    void presence_from(Session& session, const xmpp::Presence& presence, const std::function<void()>& handled);
    void next_page(const xmpp::Jid& bare);
    // The next page once the clients have read most of the last.
    void page_when_read(Account& account);
    // What a page was asked for: entries above `after`, when `known` was the newest.
    struct PageRange {
        std::uint64_t after, known;
    };
    void page_read(const xmpp::Jid& bare, PageRange asked, base::Result<std::vector<store::Entry>, store::Refusal> page);
    // False when no client takes messages any more.
    bool hand_over(Account& account, const store::Entry& entry);

    struct Owned {
        unsigned reach;
        AnswerLater fn;
    };
    const Node& node_;
    Users& users_;
    Writes& writes_;
    store::Store& store_;
    struct Question {
        xmpp::Jid to;
        Answered answer;
        std::shared_ptr<void> timer;
    };
    void answer(const std::string& id, const xmpp::Iq* iq);
    ByText<Question> questions_;
    ByText<Take> hosts_;
    std::map<std::tuple<int, std::string, std::string>, Owned, std::less<>> answers_;
    std::vector<std::function<bool(Session&, const xmpp::Presence&)>> presence_sent_;
    std::vector<std::function<bool(Account&, const xmpp::Presence&)>> presence_received_;
    std::vector<std::function<bool(Session&, const xmpp::Iq&)>> iq_sent_;
    std::vector<std::function<bool(Account*, const xmpp::Iq&)>> iq_received_;
    MessageWatchers messages_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace routing
