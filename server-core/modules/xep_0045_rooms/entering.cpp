// SPDX-License-Identifier: MIT
#include "modules/xep_0045_rooms/entering.h"

#include "modules/xep_0045_rooms/talking.h"
#include "xml/writer.h"
#include "xmpp/scram.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace modules::rooms {
namespace {

using xmpp::Condition, xmpp::Presence;

// XEP-0045 7.2.9: how many admins and owners still find a place in a full room.
constexpr std::size_t places_for_admins = 20;

bool is_full(const Service& service, const Room& room, Affiliation affiliation) {
    const std::size_t more = affiliation >= Affiliation::admin ? places_for_admins : 0;
    const std::size_t of_server = service.node().limits.occupants;
    if (of_server != 0 && room.occupants.client_count() >= of_server + more) return true;
    const std::uint64_t of_room = room.config.most_occupants;
    return of_room != 0 && room.occupants.all().size() >= of_room + more;
}

// Whether the nick is another user's, by presence or by reservation.
bool is_taken(const Room& room, std::string_view nick, const xmpp::Jid& user) {
    const Occupant* holder = room.occupants.with_nick(nick);
    if (holder && holder->user.text() != user.bare_text()) return true;
    const auto reserved_for = room.affiliations.reserved_for(nick);
    return !reserved_for.empty() && reserved_for != user.bare_text();
}

// XEP-0045 7.2.5 to 7.2.10, 7.2.17.
std::optional<xmpp::StanzaError> reason_to_refuse(const Service& service, const Room& room, const Presence& presence) {
    const auto error = [](Condition condition, xmpp::Words text, xmpp::ErrorType type = xmpp::ErrorType::none) {
        return xmpp::StanzaError{condition, std::move(text), type, {}};
    };
    const Affiliation affiliation = room.affiliation_of(presence.from());
    const auto nick = presence.to().resource();
    if (room.is_locked && affiliation != Affiliation::owner)
        return error(Condition::item_not_found, words::locked);
    if (affiliation == Affiliation::outcast) return error(Condition::forbidden, {"you are banned from this room", "vous êtes exclu de ce salon"});
    if (room.config.is_members_only && affiliation < Affiliation::member)
        return error(Condition::registration_required, {"only members enter this room", "seuls les membres entrent dans ce salon"});
    const auto password = presence.child({muc_ns, "x"})->child_text({muc_ns, "password"});
    if (!room.config.password.empty() && !xmpp::equal_in_constant_time(password, room.config.password))
        return error(Condition::not_authorized, {"the room's password is missing or wrong", "le mot de passe du salon manque ou est faux"});
    if (is_taken(room, nick, presence.from())) return error(Condition::conflict, words::nick_taken);
    if (!room.occupants.with_nick(nick) && is_full(service, room, affiliation))
        return error(Condition::service_unavailable, {"the room is full", "le salon est plein"}, xmpp::ErrorType::wait);
    return std::nullopt;
}

// XEP-0045 7.1: what an entering client gets, in this order.
void welcome(const Service& service, const Room& room, const Occupant& occupant, const Presence& presence,
             const std::vector<int>& codes) {
    const xmpp::Jid& client = presence.from();
    for (const auto& other : room.occupants.all())
        if (other.get() != &occupant && other->is_announced) Announcement::present(room, *other).to_other(service, occupant, client);
    Notice notice;
    if (room.config.is_non_anonymous) notice.own_codes.push_back(status::non_anonymous);
    if (room.keeps_archive()) notice.own_codes.push_back(status::logged);
    notice.own_codes.insert(notice.own_codes.end(), codes.begin(), codes.end());
    Announcement::present(room, occupant, notice).to_self(service, client, presence.id());
    send_history(service, room, client, presence);
    if (!room.card.hashes.empty()) send_photo_hash(service, room, client);
}

// To everybody, the client's own stanza told by its id.
void announce_answering(const Service& service, const Room& room, Occupant& occupant, const Presence& presence) {
    const auto announcement = Announcement::present(room, occupant);
    show_to_others(service, room, occupant, announcement);
    for (const Client& client : occupant.clients)
        announcement.to_self(service, client.jid, client.jid == presence.from() ? presence.id() : std::string_view());
}

// XEP-0045 17.3, rule 3: the client has lost its view of the room and gets it again.
void synchronise(const Service& service, Room& room, Occupant& occupant, const Presence& presence) {
    auto content = presence_content(presence);
    const bool is_news = xml::to_string(content) != xml::to_string(occupant.shown().presence);
    room.occupants.show(occupant, presence.from(), std::move(content));
    if (is_news) show_to_others(service, room, occupant, Announcement::present(room, occupant));
    welcome(service, room, occupant, presence, {});
}

// XEP-0045 7.6.
void change_nick(const Service& service, Room& room, Occupant& occupant, const Presence& presence) {
    const auto nick = presence.to().resource();
    if (is_taken(room, nick, presence.from()) || room.occupants.with_nick(nick))
        return refuse_to_enter(service, presence, Condition::conflict, words::nick_taken);
    const auto renamed = Announcement::renamed(room, occupant, std::string(nick));
    renamed.to_others(service, room);
    for (const Client& client : occupant.clients) renamed.to_self(service, client.jid);
    room.occupants.rename(occupant, presence.to());
    room.occupants.show(occupant, presence.from(), presence_content(presence));
    announce_answering(service, room, occupant, presence);
}

void take_available(Service& service, Room& room, const Presence& presence) {
    if (!has_nick(presence))
        return refuse_to_enter(service, presence, Condition::jid_malformed, words::nick_needed);
    const bool asks_to_enter = presence.has_child({muc_ns, "x"});
    Occupant* occupant = room.occupants.of_client(presence.from());
    if (!occupant) return asks_to_enter ? enter(service, room, presence) : tell_not_in_room(service, presence);
    if (occupant->jid != presence.to()) {
        change_nick(service, room, *occupant, presence);
        if (!asks_to_enter || occupant->jid != presence.to()) return;
    }
    if (asks_to_enter) return synchronise(service, room, *occupant, presence);
    room.occupants.show(*occupant, presence.from(), presence_content(presence));
    announce_answering(service, room, *occupant, presence);
}

// XEP-0045 18.1.2: the delivery-related errors.
bool says_gone(Condition condition) {
    constexpr std::array all = {Condition::gone,     Condition::item_not_found,          Condition::recipient_unavailable,
                                Condition::redirect, Condition::remote_server_not_found, Condition::remote_server_timeout};
    return std::ranges::find(all, condition) != all.end();
}

// XEP-0045 7.14: an occupant leaves by what he sends to his own nick; one that he had or did not get counts too.
bool is_to_another(const Room& room, const Presence& presence) {
    const Occupant* named = room.occupants.with_nick(presence.to().resource());
    const Occupant* sender = room.occupants.of_client(presence.from());
    return sender && named && named != sender;
}

void leave_technically(Service& service, Room& room, const xmpp::Jid& client) {
    Notice notice;
    notice.codes = {status::technical};
    leave(service, room, client, unavailable(), notice);
}

std::string there_id(const Client& client) {
    return "there-" + std::to_string(client.tag);
}

// XEP-0045 18.1.2, XEP-0199: a ping, at most once a minute, so that a client that answers nothing is asked again.
void ask_whether_there(const Service& service, const Room& room, const xmpp::Jid& full) {
    Occupant* occupant = room.occupants.of_client(full);
    if (!occupant) return;
    Client& client = *occupant->client(full);
    const auto now = service.node().clock.steady();
    if (client.asked_at && now < *client.asked_at + std::chrono::minutes(1)) return;
    client.asked_at = now;
    service.send(xmpp::Iq(room.jid, full, xmpp::Iq::get, there_id(client), xml::Element({ping_ns, "ping"})));
}

}  // namespace

void take_presence(Service& service, Room& room, const Presence& presence) {
    if (presence.type() == Presence::available) return take_available(service, room, presence);
    if (presence.type() == Presence::unavailable && !is_to_another(room, presence))
        leave(service, room, presence.from(), presence_content(presence));
    if (presence.type() == Presence::error) remove_ghost(service, room, presence);
}

void enter(Service& service, Room& room, const Presence& presence) {
    if (const auto error = reason_to_refuse(service, room, presence))
        return refuse_to_enter(service, presence, error->condition, error->text, error->type);
    const bool is_made_now = room.is_locked && room.occupants.empty();
    Occupant* occupant = room.occupants.with_nick(presence.to().resource());
    if (!occupant) {
        occupant = &room.occupants.add(presence.to(), presence.from().bare());
        occupant->role = room.role_on_entry(presence.from());
        occupant->id = room.occupant_id(presence.from());
    }
    room.occupants.add_client(*occupant, presence.from(), presence_content(presence));
    room.awaits_return = false;
    const auto announcement = Announcement::present(room, *occupant);
    show_to_others(service, room, *occupant, announcement);
    for (const Client& client : occupant->clients)
        if (client.jid != presence.from()) announcement.to_self(service, client.jid);
    welcome(service, room, *occupant, presence, is_made_now ? std::vector{status::created} : std::vector<int>());
}

void leave(Service& service, Room& room, const xmpp::Jid& client, const xml::Element& presence, const Notice& notice) {
    Occupant* occupant = room.occupants.of_client(client);
    if (!occupant) return;  // XEP-0045 17.3, rule 5
    Notice told = notice;
    if (room.is_locked && room.occupants.client_count() == 1)  // XEP-0045 10.1.3: nobody will configure it, it is over
        told.destroyed = xml::Element({user_ns, "destroy"});
    const auto gone = Announcement::leaving(room, *occupant, presence, told);
    gone.to_self(service, client);
    if (occupant->clients.size() == 1) {
        const auto last = room.occupants.take(*occupant);
        return gone.to_others(service, room);
    }
    const bool was_shown = occupant->shown().jid == client;
    room.occupants.remove_client(*occupant, client);
    if (was_shown) announce(service, room, *occupant);
}

void remove_ghost(Service& service, Room& room, const xmpp::Stanza& bounced) {
    const auto error = bounced.child({xml::stanza_ns, "error"});
    if (!error) return;
    const Condition condition = xmpp::parse_stanza_error(*error).condition;
    if (says_gone(condition)) return leave_technically(service, room, bounced.from());
    // So a server answers for a client that is not there (RFC 6121 8.5.3.2.1), but also a client that does not like this one stanza.
    if (condition == Condition::service_unavailable) ask_whether_there(service, room, bounced.from());
}

void take_answer(Service& service, Room& room, const xmpp::Iq& iq) {
    Occupant* occupant = room.occupants.of_client(iq.from());
    Client* client = occupant ? occupant->client(iq.from()) : nullptr;
    if (!client || !client->asked_at || iq.id() != there_id(*client)) return;
    client->asked_at.reset();
    const auto error = iq.child({xml::stanza_ns, "error"});
    if (iq.type() != xmpp::Iq::error || !error) return;
    const Condition condition = xmpp::parse_stanza_error(*error).condition;
    if (says_gone(condition) || condition == Condition::service_unavailable) leave_technically(service, room, iq.from());
}

bool has_nick(const Presence& presence) {
    return presence.to().resource().find_first_not_of(' ') != std::string_view::npos;
}

void refuse_to_enter(const Service& service, const Presence& presence, Condition condition, xmpp::Words text,
                     xmpp::ErrorType type) {
    service.send(xmpp::error_reply(presence, {condition, std::move(text), type, {}}).with(xml::Element({muc_ns, "x"})));
}

void tell_not_in_room(const Service& service, const Presence& presence) {
    auto x = xml::Element({user_ns, "x"})
                 .with(xml::Element({user_ns, "item"})
                           .with_attribute("affiliation", "none")
                           .with_attribute("role", "none")
                           .with(xml::Element({user_ns, "reason"}).with_text(words::not_inside.in(presence.language()))));
    for (const int code : {status::self, status::kicked, status::technical})
        x = std::move(x).with(xml::Element({user_ns, "status"}).with_attribute("code", std::to_string(code)));
    service.send(Presence(unavailable().with(x), {}, {}, Presence::unavailable).addressed(presence.to(), presence.from()));
}

}  // namespace modules::rooms
