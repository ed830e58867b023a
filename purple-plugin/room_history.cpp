// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/room_history.h"

#include "purple-plugin/archive_pages.h"
#include "purple-plugin/c_boundary.h"
#include "purple-plugin/chats.h"
#include "purple-plugin/links.h"
#include "purple-plugin/showing.h"
#include "purple-plugin/stanzas.h"
#include "purple-plugin/words.h"

#include <algorithm>

#include <server.h>
#include <signals.h>

namespace purple_plugin {
namespace {

constexpr const char* disco_ns = "http://jabber.org/protocol/disco#info";
constexpr int most_pages = 20;
constexpr std::size_t most_waiting = 1000;

RoomHistory* history_of(void* data) { return static_cast<RoomHistory*>(data); }

bool is_our_room(PurpleConversation* conversation) {
    return purple_conversation_get_type(conversation) == PURPLE_CONV_TYPE_CHAT &&
           is_ours(purple_conversation_get_account(conversation));
}

void on_joined(PurpleConversation* conversation, void* history) {
    guarded([=] {
        if (is_our_room(conversation)) history_of(history)->begin(conversation);
    });
}

void on_left(PurpleConversation* conversation, void* history) {
    guarded([=] {
        if (is_our_room(conversation)) history_of(history)->end(conversation);
    });
}

void on_signing_off(PurpleConnection* connection, void* history) {
    guarded([=] { history_of(history)->forget(connection); });
}

void on_receiving(PurpleConnection* connection, xmlnode** stanza, void* history) {
    guarded([=] {
        if (ends_with_server(*stanza)) return swallow(stanza);
        if (is_message(*stanza)) history_of(history)->receive(connection, stanza);
    });
}

std::string key_of(const std::string& room) { return "bioaster-room-" + room; }

std::string last_seen(PurpleConnection* connection, const std::string& room) {
    return purple_account_get_string(purple_connection_get_account(connection), key_of(room).c_str(), "");
}

void note(const RoomHistory::Place& place, const std::string& id) {
    auto* account = purple_connection_get_account(place.first);
    purple_account_set_string(account, key_of(place.second).c_str(), id.c_str());
}

PurpleConversation* conversation_of(const RoomHistory::Place& place) {
    auto* account = purple_connection_get_account(place.first);
    return purple_find_conversation_with_account(PURPLE_CONV_TYPE_CHAT, place.second.c_str(), account);
}

bool is_said_in_room(const xmlnode* message) {
    return attribute(message, "type") == "groupchat" &&
           (xmlnode_get_child(message, "body") != nullptr || !link_in(message).empty());
}

// What follows the last message seen; all of it when that one is not there.
std::vector<Node> unseen(const RoomHistory::Place& place, std::vector<Node> messages) {
    const auto last = last_seen(place.first, place.second);
    const auto is_last = [&](const Node& message) { return stanza_id(message.get(), place.second) == last; };
    const auto found = std::find_if(messages.begin(), messages.end(), is_last);
    if (found != messages.end()) messages.erase(messages.begin(), found + 1);
    return messages;
}

// Who speaks in a room is the resource of its address; the room itself has none.
std::string nick_of(const xmlnode* message) {
    const auto from = attribute(message, "from");
    const auto slash = from.find('/');
    return slash == from.npos ? std::string() : from.substr(slash + 1);
}

} // namespace

RoomHistory::RoomHistory(const Context& context, Questions& questions) : questions_(questions) {
    void* conversations = purple_conversations_get_handle();
    purple_signal_connect(conversations, "chat-joined", this, PURPLE_CALLBACK(on_joined), this);
    purple_signal_connect(conversations, "chat-left", this, PURPLE_CALLBACK(on_left), this);
    purple_signal_connect(conversations, "deleting-conversation", this, PURPLE_CALLBACK(on_left), this);
    purple_signal_connect(purple_connections_get_handle(), "signing-off", this, PURPLE_CALLBACK(on_signing_off), this);
    purple_signal_connect_priority(context.self, "jabber-receiving-xmlnode", this, PURPLE_CALLBACK(on_receiving), this,
                                   keeps_order);
}

RoomHistory::~RoomHistory() { purple_signals_disconnect_by_handle(this); }

// The first time a room's own history is all there is to see.
void RoomHistory::begin(PurpleConversation* conversation) {
    auto* connection = purple_conversation_get_gc(conversation);
    const Place place{connection, purple_conversation_get_name(conversation)};
    Reading& reading = readings_[place] = Reading();
    if (last_seen(connection, place.second).empty()) return;
    reading.is_under_way = true;
    Node iq = new_iq("get", place.second);
    add_child(iq.get(), "query", disco_ns);
    questions_.ask(connection, std::move(iq), [this, place](const xmlnode* answer) { got_support(place, answer); });
}

void RoomHistory::end(PurpleConversation* conversation) {
    readings_.erase({purple_conversation_get_gc(conversation), purple_conversation_get_name(conversation)});
}

void RoomHistory::forget(PurpleConnection* connection) {
    for (auto next = readings_.begin(); next != readings_.end();)
        next = next->first.first == connection ? readings_.erase(next) : std::next(next);
}

void RoomHistory::got_support(const Place& place, const xmlnode* iq) {
    const xmlnode* query = iq != nullptr ? xmlnode_get_child_with_namespace(iq, "query", disco_ns) : nullptr;
    for (xmlnode* feature = query != nullptr ? xmlnode_get_child(query, "feature") : nullptr; feature != nullptr;
         feature = xmlnode_get_next_twin(feature))
        if (attribute(feature, "var") == archive_ns) return ask_after(place, last_seen(place.first, place.second));
    finish(place, false);
}

void RoomHistory::ask_after(const Place& place, const std::string& id) {
    const auto found = readings_.find(place);
    if (found == readings_.end()) return;
    found->second.query_id = "room-" + std::to_string(++queries_);
    questions_.ask(place.first, archive_page(place.second, found->second.query_id, id, 0),
                   [this, place](const xmlnode* answer) { got_page(place, answer); });
}

// Where the last message seen is in the archive no more, the room's own history has to do.
void RoomHistory::got_page(const Place& place, const xmlnode* iq) {
    const auto found = readings_.find(place);
    if (found == readings_.end()) return;
    const auto end = end_of_page(iq);
    if (end.is_known && !end.is_last && ++found->second.pages < most_pages) return ask_after(place, end.last);
    finish(place, end.is_known && !end.is_last);
}

void RoomHistory::finish(const Place& place, bool has_gap) {
    const auto found = readings_.find(place);
    if (found == readings_.end()) return;
    if (auto* conversation = conversation_of(place); has_gap && conversation != nullptr)
        show_notice(conversation, say(Word::room_history_gap));
    found->second.is_under_way = false;
    for (const Node& message : unseen(place, std::exchange(found->second.waiting, {}))) {
        const auto id = stanza_id(message.get(), place.second);
        if (found->second.shown.count(id) != 0) continue;
        show(place, message.get(), time_of(message.get()));
        note(place, id);
    }
    found->second.shown.clear();
}

void RoomHistory::show(const Place& place, const xmlnode* message, std::time_t time) {
    auto* conversation = conversation_of(place);
    if (conversation == nullptr) return;
    const Node copy(xmlnode_copy(message));
    show_link(copy.get());
    mark_correction(copy.get());
    const auto nick = nick_of(message);
    serv_got_chat_in(place.first, purple_conv_chat_get_id(PURPLE_CONV_CHAT(conversation)), nick.c_str(),
                     static_cast<PurpleMessageFlags>(PURPLE_MESSAGE_RECV | PURPLE_MESSAGE_DELAYED),
                     markup_of(copy.get()).c_str(), time);
}

void RoomHistory::receive(PurpleConnection* connection, xmlnode** stanza) {
    const Place place{connection, bare(attribute(*stanza, "from"))};
    const auto found = readings_.find(place);
    if (found == readings_.end()) return;
    Reading& reading = found->second;
    if (const xmlnode* result = result_in(*stanza)) {
        const auto told = told_by(result);
        const bool is_new = reading.is_under_way && attribute(*stanza, "from") == place.second &&
                            answers(result, reading.query_id) && told.message != nullptr &&
                            reading.shown.count(told.id) == 0;
        if (is_new && is_said_in_room(told.message)) {
            show(place, told.message, told.time);
            reading.shown.insert(told.id);
            note(place, told.id);
        }
        return swallow(stanza);
    }
    const auto id = stanza_id(*stanza, place.second);
    if (id.empty() || !is_said_in_room(*stanza)) return;
    if (!reading.is_under_way || reading.waiting.size() >= most_waiting) return note(place, id);
    reading.waiting.emplace_back(xmlnode_copy(*stanza));
    swallow(stanza);
}

} // namespace purple_plugin
