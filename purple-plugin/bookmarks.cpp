// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/bookmarks.h"

#include "purple-plugin/c_boundary.h"
#include "purple-plugin/stanzas.h"
#include "purple-plugin/transport.h"

#include <algorithm>

#include <conversation.h>
#include <eventloop.h>
#include <server.h>
#include <signals.h>

namespace purple_plugin {
namespace {

constexpr const char* pubsub_ns = "http://jabber.org/protocol/pubsub";
constexpr const char* event_ns = "http://jabber.org/protocol/pubsub#event";
constexpr const char* kept_key = "bioaster-bookmark"; // of a chat: the server had it, and what it said
constexpr std::size_t most_rooms = 1000;

Bookmarks* bookmarks_of(void* data) { return static_cast<Bookmarks*>(data); }

PurpleBlistNode* node_of(PurpleChat* chat) { return reinterpret_cast<PurpleBlistNode*>(chat); }

PurpleChat* our_chat(PurpleBlistNode* node) {
    if (purple_blist_node_get_type(node) != PURPLE_BLIST_CHAT_NODE) return nullptr;
    auto* chat = reinterpret_cast<PurpleChat*>(node);
    return is_ours(purple_chat_get_account(chat)) ? chat : nullptr;
}

void on_signed_on(PurpleConnection* connection, void* bookmarks) {
    guarded([=] {
        if (is_ours(purple_connection_get_account(connection))) bookmarks_of(bookmarks)->begin(connection);
    });
}

void on_signing_off(PurpleConnection* connection, void* bookmarks) {
    guarded([=] { bookmarks_of(bookmarks)->forget(connection); });
}

void on_receiving(PurpleConnection* connection, xmlnode** stanza, void* bookmarks) {
    guarded([=] {
        if (is_message(*stanza)) bookmarks_of(bookmarks)->receive(connection, *stanza);
    });
}

void on_node_changed(PurpleBlistNode* node, void* bookmarks) {
    guarded([=] {
        if (PurpleChat* chat = our_chat(node)) bookmarks_of(bookmarks)->chat_changed(chat);
    });
}

void on_node_aliased(PurpleBlistNode* node, const char*, void* bookmarks) { on_node_changed(node, bookmarks); }

void on_node_removed(PurpleBlistNode* node, void* bookmarks) {
    guarded([=] {
        if (PurpleChat* chat = our_chat(node)) bookmarks_of(bookmarks)->chat_removed(chat);
    });
}

// Says of the contact list's changes, while it exists, that they are not the user's.
class Following {
public:
    explicit Following(bool& flag) : flag_(flag), before_(flag) { flag_ = true; }
    ~Following() { flag_ = before_; }
    Following(const Following&) = delete;
    Following& operator=(const Following&) = delete;

private:
    bool& flag_;
    bool before_;
};

std::string default_nick(PurpleConnection* connection) {
    const auto own = own_address(connection);
    return own.substr(0, own.find('@'));
}

// What both sides agreed on last, in one line; it says who has changed since.
std::string agreement(const Bookmark& bookmark) {
    return bookmark.name + '\n' + bookmark.nick + '\n' + bookmark.password + (bookmark.is_entered ? "\n1" : "\n0");
}

bool was_kept(PurpleChat* chat) { return purple_blist_node_get_string(node_of(chat), kept_key) != nullptr; }

bool was_changed_here(PurpleChat* chat, const Bookmark& now) {
    const char* agreed = purple_blist_node_get_string(node_of(chat), kept_key);
    return agreed != nullptr && agreement(now) != agreed;
}

void note_agreement(PurpleChat* chat, const Bookmark& bookmark) {
    purple_blist_node_set_string(node_of(chat), kept_key, agreement(bookmark).c_str());
}

std::vector<PurpleChat*> chats_of(PurpleAccount* account) {
    std::vector<PurpleChat*> chats;
    for (PurpleBlistNode* node = purple_blist_get_root(); node != nullptr; node = purple_blist_node_next(node, TRUE))
        if (PurpleChat* chat = our_chat(node); chat != nullptr && purple_chat_get_account(chat) == account)
            chats.push_back(chat);
    return chats;
}

PurpleConvChat* open_room(PurpleAccount* account, const std::string& room) {
    auto* found = purple_find_conversation_with_account(PURPLE_CONV_TYPE_CHAT, room.c_str(), account);
    auto* chat = found != nullptr ? PURPLE_CONV_CHAT(found) : nullptr;
    return chat != nullptr && !purple_conv_chat_has_left(chat) ? chat : nullptr;
}

// Its window stays, for the user to read: libpurple leaves in silence and has to be told that we have.
void leave_room(PurpleAccount* account, const std::string& room) {
    auto* open = open_room(account, room);
    if (open == nullptr) return;
    auto* connection = purple_account_get_connection(account);
    const int id = purple_conv_chat_get_id(open);
    serv_chat_leave(connection, id);
    serv_got_chat_left(connection, id);
}

} // namespace

Bookmarks::Bookmarks(const Context& context, Questions& questions) : questions_(questions) {
    void* connections = purple_connections_get_handle();
    void* list = purple_blist_get_handle();
    purple_signal_connect(connections, "signed-on", this, PURPLE_CALLBACK(on_signed_on), this);
    purple_signal_connect(connections, "signing-off", this, PURPLE_CALLBACK(on_signing_off), this);
    purple_signal_connect(list, "blist-node-added", this, PURPLE_CALLBACK(on_node_changed), this);
    purple_signal_connect(list, "blist-node-aliased", this, PURPLE_CALLBACK(on_node_aliased), this);
    purple_signal_connect(list, "blist-node-removed", this, PURPLE_CALLBACK(on_node_removed), this);
    purple_signal_connect_priority(context.self, "jabber-receiving-xmlnode", this, PURPLE_CALLBACK(on_receiving), this,
                                   as_it_came);
    advertise(context, (std::string(bookmarks_ns) + "+notify").c_str());
}

Bookmarks::~Bookmarks() {
    purple_signals_disconnect_by_handle(this);
    for (Later* later : later_) {
        purple_timeout_remove(later->timer);
        delete later;
    }
}

void Bookmarks::begin(PurpleConnection* connection) {
    shelves_[connection];
    Node iq = new_iq("get");
    xmlnode* items = add_child(add_child(iq.get(), "pubsub", pubsub_ns), "items", pubsub_ns);
    xmlnode_set_attrib(items, "node", bookmarks_ns);
    questions_.ask(connection, std::move(iq),
                   [this, connection](const xmlnode* answer) { got_list(connection, answer); });
}

// A list that nobody has made yet is empty (item-not-found).
void Bookmarks::got_list(PurpleConnection* connection, const xmlnode* iq) {
    if (iq == nullptr) return;
    if (attribute(iq, "type") == "error" && error_condition(iq) != "item-not-found")
        return questions_.ask(connection, old_list_question(),
                              [=, this](const xmlnode* answer) { got_old_list(connection, answer); });
    Shelf& shelf = shelves_[connection];
    if (std::exchange(shelf.is_outdated, false)) return begin(connection);
    shelf.is_known = true;
    const xmlnode* pubsub = xmlnode_get_child_with_namespace(iq, "pubsub", pubsub_ns);
    const xmlnode* items = pubsub != nullptr ? xmlnode_get_child(pubsub, "items") : nullptr;
    for (xmlnode* item = items != nullptr ? xmlnode_get_child(items, "item") : nullptr; item != nullptr;
         item = xmlnode_get_next_twin(item)) {
        const xmlnode* conference = xmlnode_get_child_with_namespace(item, "conference", bookmarks_ns);
        if (conference != nullptr && shelf.rooms.size() < most_rooms)
            shelf.rooms[attribute(item, "id")] = Node(xmlnode_copy(conference));
    }
    meet(connection);
}

// A server without any list leaves Pidgin's chats alone.
void Bookmarks::got_old_list(PurpleConnection* connection, const xmlnode* iq) {
    if (attribute(iq, "type") != "result") return;
    Shelf& shelf = shelves_[connection];
    shelf.is_known = true;
    shelf.old_list.reset(xmlnode_copy(iq));
    shelf.rooms = read_old_list(iq);
    meet(connection);
}

// The server's list and the contact list become one.
void Bookmarks::meet(PurpleConnection* connection) {
    Shelf& shelf = shelves_[connection];
    auto* account = purple_connection_get_account(connection);
    for (PurpleChat* chat : chats_of(account)) {
        const auto here = read_chat(chat, default_nick(connection));
        if (shelf.rooms.count(here.room) == 0 && was_kept(chat)) {
            const Following following(is_following_);
            purple_blist_remove_chat(chat);
        } else if (shelf.rooms.count(here.room) == 0 || was_changed_here(chat, here)) {
            publish(connection, shelf, here);
        }
    }
    std::vector<std::string> rooms;
    for (const auto& [room, conference] : shelf.rooms) rooms.push_back(room);
    for (const auto& room : rooms) put_up(connection, room, Node(xmlnode_copy(shelf.rooms[room].get())).get());
}

// The room as the server's list has it: in the contact list, and entered if it is to be.
void Bookmarks::put_up(PurpleConnection* connection, const std::string& room, const xmlnode* conference) {
    const auto at = room.find('@');
    if (at == 0 || at == room.npos || room.find('/') != room.npos) return;
    auto* account = purple_connection_get_account(connection);
    Bookmark bookmark = read_bookmark(room, conference);
    if (bookmark.nick.empty()) bookmark.nick = default_nick(connection);
    const Following following(is_following_);
    PurpleChat* chat = purple_blist_find_chat(account, room.c_str());
    if (chat != nullptr)
        update_chat(chat, bookmark);
    else
        purple_blist_add_chat(chat = new_chat(account, bookmark), nullptr, nullptr);
    note_agreement(chat, bookmark);
    if (bookmark.is_entered && open_room(account, room) == nullptr)
        serv_join_chat(connection, purple_chat_get_components(chat));
}

void Bookmarks::take_down(PurpleConnection* connection, const std::string& room) {
    auto* account = purple_connection_get_account(connection);
    leave_room(account, room);
    const Following following(is_following_);
    if (PurpleChat* chat = purple_blist_find_chat(account, room.c_str())) purple_blist_remove_chat(chat);
}

// XEP-0402 4: rooms are entered and left as the list changes; what we published ourselves comes back unchanged.
void Bookmarks::receive(PurpleConnection* connection, const xmlnode* message) {
    const auto found = shelves_.find(connection);
    const xmlnode* event = xmlnode_get_child_with_namespace(message, "event", event_ns);
    if (found == shelves_.end() || event == nullptr || !is_from_own_account(connection, message)) return;
    const xmlnode* items = xmlnode_get_child(event, "items");
    if (items == nullptr || attribute(items, "node") != bookmarks_ns) return;
    if (!found->second.is_known) {
        found->second.is_outdated = true;
        return;
    }
    auto& rooms = found->second.rooms;
    for (xmlnode* item = items->child; item != nullptr; item = item->next) {
        if (item->type != XMLNODE_TYPE_TAG) continue;
        const auto room = attribute(item, "id");
        const auto before = rooms.find(room);
        const bool was_entered = before != rooms.end() && read_bookmark(room, before->second.get()).is_entered;
        const xmlnode* conference = xmlnode_get_child_with_namespace(item, "conference", bookmarks_ns);
        if (conference == nullptr) {
            if (rooms.erase(room) != 0) take_down(connection, room);
            continue;
        }
        if (before == rooms.end() && rooms.size() >= most_rooms) continue;
        rooms[room] = Node(xmlnode_copy(conference));
        if (was_entered && !read_bookmark(room, conference).is_entered)
            leave_room(purple_connection_get_account(connection), room);
        put_up(connection, room, conference);
    }
}

void Bookmarks::chat_changed(PurpleChat* chat) {
    auto* connection = purple_account_get_connection(purple_chat_get_account(chat));
    const auto found = shelves_.find(connection);
    if (is_following_ || found == shelves_.end() || !found->second.is_known) return;
    auto* later = new Later{*this, connection, 0};
    later_.push_back(later);
    later->timer = purple_timeout_add(0, look_again, later);
}

gboolean Bookmarks::look_again(void* data) {
    const std::unique_ptr<Later> later(static_cast<Later*>(data));
    guarded([&later] {
        Bookmarks& bookmarks = later->bookmarks;
        std::erase(bookmarks.later_, later.get());
        const auto found = bookmarks.shelves_.find(later->connection);
        if (found != bookmarks.shelves_.end()) bookmarks.publish_changes(later->connection, found->second);
    });
    return FALSE;
}

void Bookmarks::chat_removed(PurpleChat* chat) {
    auto* connection = purple_account_get_connection(purple_chat_get_account(chat));
    const auto found = shelves_.find(connection);
    if (is_following_ || found == shelves_.end() || !found->second.is_known) return;
    const auto room = read_chat(chat, {}).room;
    if (found->second.rooms.erase(room) == 0) return;
    const Shelf& shelf = found->second;
    questions_.ask(connection, shelf.old_list ? old_publication(shelf.rooms, shelf.old_list.get()) : retraction(room),
                   [](const xmlnode*) {});
}

void Bookmarks::publish_changes(PurpleConnection* connection, Shelf& shelf) {
    for (PurpleChat* chat : chats_of(purple_connection_get_account(connection))) {
        const auto here = read_chat(chat, default_nick(connection));
        if (shelf.rooms.count(here.room) == 0 || was_changed_here(chat, here)) publish(connection, shelf, here);
    }
}

void Bookmarks::publish(PurpleConnection* connection, Shelf& shelf, const Bookmark& bookmark) {
    Node& known = shelf.rooms[bookmark.room];
    if (PurpleChat* chat = purple_blist_find_chat(purple_connection_get_account(connection), bookmark.room.c_str()))
        note_agreement(chat, bookmark);
    if (shelf.old_list) {
        known = to_conference(bookmark, known.get());
        return questions_.ask(connection, old_publication(shelf.rooms, shelf.old_list.get()), [](const xmlnode*) {});
    }
    std::shared_ptr<xmlnode> again(publication(bookmark, known.get()).release(), Freed());
    questions_.ask(connection, Node(xmlnode_copy(again.get())), [this, connection, again](const xmlnode* iq) {
        if (error_condition(iq) == "conflict") mend(connection, again);
    });
    known = to_conference(bookmark, known.get());
}

// Another client made the list in another way, open to others perhaps: it is made right, and the item goes again.
void Bookmarks::mend(PurpleConnection* connection, const std::shared_ptr<xmlnode>& publication) {
    questions_.ask(connection, configuration(), [this, connection, publication](const xmlnode* iq) {
        if (attribute(iq, "type") != "result") return;
        questions_.ask(connection, Node(xmlnode_copy(publication.get())), [](const xmlnode*) {});
    });
}

void Bookmarks::forget(PurpleConnection* connection) {
    const auto found = shelves_.find(connection);
    if (found == shelves_.end()) return;
    if (found->second.is_known && PURPLE_CONNECTION_IS_CONNECTED(connection))
        publish_changes(connection, found->second);
    shelves_.erase(found);
}

} // namespace purple_plugin
