// SPDX-License-Identifier: MIT
// XEP-0280 Message Carbons 1.0.1: a user's other clients get copies of messages, by all the rules of 6.1.
// Keeps of each session a flag and the rooms it is in, of each account which messages an error may answer; stores nothing.
#include "modules/modules.h"
#include "routing/stanza_ids.h"
#include "xml/writer.h"
#include "xmpp/forwarded.h"

#include <algorithm>
#include <array>
#include <functional>

namespace modules {
namespace {

using routing::Account, routing::Delivery, routing::Request, routing::Session;
using xmpp::Condition, xmpp::IqReply, xmpp::Message, xmpp::Presence;

constexpr std::string_view ns = "urn:xmpp:carbons:2";
constexpr xml::Name muc_user{"http://jabber.org/protocol/muc#user", "x"};
constexpr std::size_t most_rooms = 500;

struct Carbons {
    bool enabled = false;
    std::vector<xmpp::Jid> nicks;  // room@host/nick, one for each room that the client is in
};

// The latest copied messages that had an id: an error in answer to one of them is copied too.
class Copied {
public:
    void add(std::size_t mark) { marks_[next_++ % marks_.size()] = mark; }
    bool has(std::size_t mark) const { return std::ranges::find(marks_, mark) != marks_.end(); }

private:
    std::array<std::size_t, 128> marks_{};
    std::size_t next_ = 0;
};

std::size_t mark_of(const xmpp::Jid& from, const xmpp::Jid& to, std::string_view id) {
    std::string text(from.bare_text());
    for (const std::string_view part : {to.bare_text(), id}) (text += '\n') += part;
    return std::hash<std::string>{}(text);
}

bool has_payload_of(const Message& message, std::string_view wanted) {
    for (const xml::Element child : message.element().children())
        if (child.name().ns == wanted) return true;
    return false;
}

bool is_for_chat(const Message& message) {
    static constexpr std::array<std::string_view, 4> chat_payloads = {
        "urn:xmpp:receipts", "http://jabber.org/protocol/chatstates", "urn:xmpp:chat-markers:0", "jabber:x:conference"};
    return std::ranges::any_of(chat_payloads, [&](std::string_view payload) { return has_payload_of(message, payload); });
}

bool is_mediated_invitation(const Message& message) {
    const auto x = message.child(muc_user);
    return x && x->has_child({muc_user.ns, "invite"});
}

// XEP-0280 6.1, but for errors and private messages in rooms.
bool is_eligible(const Message& message) {
    if (message.has_child({ns, "private"}) || message.has_child({"urn:xmpp:hints", "no-copy"})) return false;
    if (message.type() == Message::groupchat || message.type() == Message::error) return false;
    if (message.type() == Message::chat || (message.type() == Message::normal && message.has_body())) return true;
    return is_for_chat(message) || is_mediated_invitation(message);
}

const Carbons* carbons_of(const Session& session) {
    const auto* carbons = session.find_state<Carbons>();
    return carbons && carbons->enabled ? carbons : nullptr;
}

// The client's address in that room; null when it is not there.
const xmpp::Jid* nick_in(const Session& session, const xmpp::Jid& room) {
    const auto* carbons = session.find_state<Carbons>();
    if (!carbons) return nullptr;
    const auto found = std::ranges::find(carbons->nicks, room.bare_text(), &xmpp::Jid::bare_text);
    return found == carbons->nicks.end() ? nullptr : &*found;
}

// XEP-0280 6.1: the room has sent it to each of the user's clients itself.
bool is_from_occupant(const Delivery& delivery) {
    const Message& message = delivery.message;
    if (!message.from().is_full() || message.type() == Message::error) return false;
    if (message.has_child(muc_user)) return !is_mediated_invitation(message);
    return std::ranges::any_of(delivery.account.sessions(),
                               [&](const Session* session) { return nick_in(*session, message.from()) != nullptr; });
}

// An error is copied when what it answers was (its addresses are that message's, swapped); others are remembered for that.
bool is_copied(Delivery& delivery) {
    const Message& message = delivery.message;
    auto& copied = delivery.account.state<Copied>();
    if (message.type() == Message::error) return !message.id().empty() && copied.has(mark_of(message.to(), message.from(), message.id()));
    if (!is_eligible(message)) return false;
    if (!message.id().empty()) copied.add(mark_of(message.from(), message.to(), message.id()));
    return true;
}

void send_copies(const Delivery& delivery, const std::vector<Session*>& clients, std::string_view wrapper,
                 const Message& message, const routing::TicketPtr& gate, std::uint64_t log_id = 0) {
    const auto copy = xml::Element({ns, wrapper}).with(xmpp::forwarded(message));
    const Message wrapped(delivery.account.jid(), {}, message.type(), copy);
    if (clients.size() > 1) xml::keep_serialised(wrapped.element());
    for (Session* client : clients) client->deliver(wrapped.addressed(delivery.account.jid(), client->jid()), gate, log_id);
}

// The clients that asked for carbons and are not left out.
std::vector<Session*> copied_clients(const Account& account, const std::function<bool(const Session&)>& left_out) {
    std::vector<Session*> clients;
    for (Session* session : account.sessions())
        if (carbons_of(*session) && !left_out(*session)) clients.push_back(session);
    return clients;
}

// XEP-0280 8. What goes to the user himself is copied where it arrives, so that no client has it twice.
void copy_sent(Delivery& delivery, const routing::TicketPtr& gate) {
    const Session* sender = delivery.sender;
    const xmpp::Jid& to = delivery.message.to();
    if (to.bare_text() == delivery.account.jid().text()) return;
    const xmpp::Jid* nick = to.is_full() ? nick_in(*sender, to) : nullptr;
    const auto clients = copied_clients(delivery.account, [&](const Session& session) {
        if (&session == sender) return true;
        const xmpp::Jid* other = nick ? nick_in(session, to) : nullptr;
        return nick && (!other || *other != *nick);  // XEP-0280 6.1, note: only those who could answer
    });
    if (clients.empty() || !is_copied(delivery)) return;
    const auto& message = delivery.message;
    send_copies(delivery, clients, "sent",
                delivery.log_id == 0 ? message : routing::with_stanza_id(message, delivery.account.jid(), delivery.log_id), gate);
}

// XEP-0280 7.
void copy_received(Delivery& delivery, const routing::TicketPtr& gate) {
    const auto clients = copied_clients(delivery.account, [&](const Session& session) {
        return session.jid() == delivery.message.from() ||
               std::ranges::find(delivery.receivers, &session) != delivery.receivers.end();
    });
    if (clients.empty() || is_from_occupant(delivery) || !is_copied(delivery)) return;
    // Who has a copy has the message: it does not come again when the client it went to is lost.
    delivery.is_copied = true;
    send_copies(delivery, clients, "received", delivery.message, gate, delivery.log_id);
}

void forget_room(Session& session, const xmpp::Jid& room) {
    auto& nicks = session.state<Carbons>().nicks;
    std::erase_if(nicks, [&](const xmpp::Jid& nick) { return nick.bare_text() == room.bare_text(); });
}

// Which rooms a client enters and leaves...
void follow_rooms(Session& session, const Presence& presence) {
    if (presence.type() == Presence::unavailable && presence.to().empty()) session.state<Carbons>().nicks.clear();
    if (presence.type() == Presence::unavailable && !presence.to().empty()) forget_room(session, presence.to());
    const bool enters = presence.type() == Presence::available && presence.has_child({"http://jabber.org/protocol/muc", "x"});
    if (!enters || !presence.to().is_full() || nick_in(session, presence.to())) return;
    auto& nicks = session.state<Carbons>().nicks;
    if (nicks.size() < most_rooms) nicks.push_back(presence.to());
}

bool has_code(const xml::Element& x, std::string_view code) {
    const auto children = x.children();
    return std::any_of(children.begin(), children.end(), [&](const xml::Element& child) {
        return child.is({muc_user.ns, "status"}) && child.attribute("code") == code;
    });
}

// ...and what those rooms say of it: his nick, or that he is out.
void hear_of_rooms(Account& account, const Presence& presence) {
    Session* session = presence.to().is_full() ? account.session(presence.to().resource()) : nullptr;
    const xmpp::Jid* known = session ? nick_in(*session, presence.from()) : nullptr;
    if (!known) return;
    if (presence.type() == Presence::error && presence.from() == *known) return forget_room(*session, presence.from());
    const auto x = presence.child(muc_user);
    if (!x || !has_code(*x, "110") || has_code(*x, "303")) return;
    forget_room(*session, presence.from());
    if (presence.type() == Presence::available) session->state<Carbons>().nicks.push_back(presence.from());
}

IqReply set_enabled(const Request& request, bool enabled) {
    const bool own = request.session && request.account == &request.session->account();
    if (!own) return IqReply::error(Condition::not_allowed);
    request.session->state<Carbons>().enabled = enabled;
    return IqReply::done();
}

}  // namespace

void add_carbons(routing::Feature& feature) {
    using namespace routing;
    constexpr unsigned anybody = own_account | any_account | no_account;
    feature.advertise(ns);
    feature.advertise("urn:xmpp:carbons:rules:0");
    feature.answer(xmpp::Iq::set, {ns, "enable"}, anybody, [](const Request& request) { return set_enabled(request, true); });
    feature.answer(xmpp::Iq::set, {ns, "disable"}, anybody, [](const Request& request) { return set_enabled(request, false); });
    feature.on_presence_sent([](Session& session, const Presence& presence) {
        follow_rooms(session, presence);
        return false;
    });
    feature.on_presence_received([](Account& account, const Presence& presence) {
        hear_of_rooms(account, presence);
        return false;
    });
    feature.on_message(Stage::sending, Phase::copy, [feature](Delivery& delivery) { copy_sent(delivery, feature.writes().gate()); });
    feature.on_message(Stage::receiving, Phase::copy, [feature](Delivery& delivery) { copy_received(delivery, feature.writes().gate()); });
}

} // namespace modules
