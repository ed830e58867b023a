// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/bookmark.h"

#include "purple-plugin/chats.h"
#include "purple-plugin/stanzas.h"

#include <core.h>

namespace purple_plugin {
namespace {

constexpr const char* pubsub_ns = "http://jabber.org/protocol/pubsub";
constexpr const char* private_ns = "jabber:iq:private";
constexpr const char* old_ns = "storage:bookmarks";
constexpr const char* owner_ns = "http://jabber.org/protocol/pubsub#owner";
constexpr const char* form_ns = "jabber:x:data";

// Where the user's client keeps that a chat is entered at login.
const char* entered_key() {
    return g_strcmp0(purple_core_get_ui(), "gnt-purple") == 0 ? "gnt-autojoin" : "gtk-autojoin";
}

PurpleBlistNode* node_of(PurpleChat* chat) { return reinterpret_cast<PurpleBlistNode*>(chat); }

std::string component(GHashTable* components, const char* key) {
    const void* value = g_hash_table_lookup(components, key);
    return value != nullptr ? static_cast<const char*>(value) : "";
}

void set_component(GHashTable* components, const char* key, const std::string& value) {
    if (value.empty())
        g_hash_table_remove(components, key);
    else
        g_hash_table_replace(components, g_strdup(key), g_strdup(value.c_str()));
}

// Some of libpurple's tables own their keys and some do not: only in one of ours a key can be added without harm.
void renew_components(PurpleChat* chat) {
    GHashTable* components = owned_copy(chat->components);
    g_hash_table_destroy(chat->components);
    chat->components = components;
}

void set_text_child(xmlnode* conference, const char* name, const std::string& text) {
    if (xmlnode* old = xmlnode_get_child(conference, name)) xmlnode_free(old);
    if (!text.empty()) add_child(conference, name, bookmarks_ns, text);
}

void add_option(xmlnode* form, const char* name, const char* value) {
    xmlnode* field = add_child(form, "field", form_ns);
    xmlnode_set_attrib(field, "var", name);
    add_child(field, "value", form_ns, value);
}

// XEP-0402 3.3: kept for good, all of them, for their owner alone.
void add_options(xmlnode* parent, const char* form_type) {
    xmlnode* form = add_child(parent, "x", form_ns);
    xmlnode_set_attrib(form, "type", "submit");
    add_option(form, "FORM_TYPE", form_type);
    add_option(form, "pubsub#persist_items", "true");
    add_option(form, "pubsub#max_items", "max");
    add_option(form, "pubsub#send_last_published_item", "never");
    add_option(form, "pubsub#access_model", "whitelist");
}

xmlnode* add_item(xmlnode* pubsub, const char* action, const std::string& room) {
    xmlnode* list = add_child(pubsub, action, pubsub_ns);
    xmlnode_set_attrib(list, "node", bookmarks_ns);
    xmlnode* item = add_child(list, "item", pubsub_ns);
    xmlnode_set_attrib(item, "id", room.c_str());
    return item;
}

const xmlnode* old_storage(const xmlnode* answer) {
    const xmlnode* query = answer != nullptr ? xmlnode_get_child_with_namespace(answer, "query", private_ns) : nullptr;
    return query != nullptr ? xmlnode_get_child_with_namespace(query, "storage", old_ns) : nullptr;
}

} // namespace

Bookmark read_bookmark(const std::string& room, const xmlnode* conference) {
    const auto entered = attribute(conference, "autojoin");
    return {room, attribute(conference, "name"), text_in(conference, "nick"), text_in(conference, "password"),
            entered == "true" || entered == "1"};
}

Node to_conference(const Bookmark& bookmark, const xmlnode* known) {
    Node conference(known != nullptr ? xmlnode_copy(known) : xmlnode_new("conference"));
    xmlnode_set_namespace(conference.get(), bookmarks_ns);
    xmlnode_remove_attrib(conference.get(), "name");
    if (!bookmark.name.empty()) xmlnode_set_attrib(conference.get(), "name", bookmark.name.c_str());
    xmlnode_set_attrib(conference.get(), "autojoin", bookmark.is_entered ? "true" : "false");
    set_text_child(conference.get(), "nick", bookmark.nick);
    set_text_child(conference.get(), "password", bookmark.password);
    return conference;
}

Bookmark read_chat(PurpleChat* chat, const std::string& otherwise) {
    const Components meant(meant_room(purple_chat_get_components(chat)));
    const auto room = component(meant.get(), "room"), server = component(meant.get(), "server");
    const auto nick = component(meant.get(), "handle");
    const char* alias = chat->alias; // purple_chat_get_name gives the address where there is none
    return {room + '@' + server, alias != nullptr ? alias : "", nick.empty() ? otherwise : nick,
            component(meant.get(), "password"), purple_blist_node_get_bool(node_of(chat), entered_key()) != FALSE};
}

void update_chat(PurpleChat* chat, const Bookmark& bookmark) {
    renew_components(chat);
    GHashTable* components = purple_chat_get_components(chat);
    if (!bookmark.nick.empty()) set_component(components, "handle", bookmark.nick);
    set_component(components, "password", bookmark.password);
    purple_blist_node_set_bool(node_of(chat), entered_key(), bookmark.is_entered ? TRUE : FALSE);
    if (chat->alias == nullptr ? !bookmark.name.empty() : bookmark.name != chat->alias)
        purple_blist_alias_chat(chat, bookmark.name.c_str());
}

PurpleChat* new_chat(PurpleAccount* account, const Bookmark& bookmark) {
    GHashTable* components = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    const auto at = bookmark.room.find('@');
    set_component(components, "room", bookmark.room.substr(0, at));
    set_component(components, "server", bookmark.room.substr(at + 1));
    PurpleChat* chat = purple_chat_new(account, bookmark.name.empty() ? nullptr : bookmark.name.c_str(), components);
    update_chat(chat, bookmark);
    return chat;
}

Node publication(const Bookmark& bookmark, const xmlnode* known) {
    Node iq = new_iq("set");
    xmlnode* pubsub = add_child(iq.get(), "pubsub", pubsub_ns);
    xmlnode_insert_child(add_item(pubsub, "publish", bookmark.room), to_conference(bookmark, known).release());
    add_options(add_child(pubsub, "publish-options", pubsub_ns), "http://jabber.org/protocol/pubsub#publish-options");
    return iq;
}

Node configuration() {
    Node iq = new_iq("set");
    xmlnode* configure = add_child(add_child(iq.get(), "pubsub", owner_ns), "configure", owner_ns);
    xmlnode_set_attrib(configure, "node", bookmarks_ns);
    add_options(configure, "http://jabber.org/protocol/pubsub#node_config");
    return iq;
}

Node retraction(const std::string& room) {
    Node iq = new_iq("set");
    xmlnode* item = add_item(add_child(iq.get(), "pubsub", pubsub_ns), "retract", room);
    xmlnode_set_attrib(xmlnode_get_parent(item), "notify", "true");
    return iq;
}

Node old_list_question() {
    Node iq = new_iq("get");
    add_child(add_child(iq.get(), "query", private_ns), "storage", old_ns);
    return iq;
}

std::map<std::string, Node> read_old_list(const xmlnode* answer) {
    std::map<std::string, Node> rooms;
    const xmlnode* storage = old_storage(answer);
    xmlnode* item = storage != nullptr ? xmlnode_get_child(storage, "conference") : nullptr;
    for (; item != nullptr; item = xmlnode_get_next_twin(item)) {
        const auto room = attribute(item, "jid");
        rooms[room] = to_conference(read_bookmark(room, item), item);
        xmlnode_remove_attrib(rooms[room].get(), "jid");
    }
    return rooms;
}

Node old_publication(const std::map<std::string, Node>& rooms, const xmlnode* known) {
    Node iq = new_iq("set");
    const xmlnode* before = old_storage(known);
    Node storage(before != nullptr ? xmlnode_copy(before) : xmlnode_new("storage"));
    xmlnode_set_namespace(storage.get(), old_ns);
    while (xmlnode* conference = xmlnode_get_child(storage.get(), "conference")) xmlnode_free(conference);
    for (const auto& [room, conference] : rooms) {
        xmlnode* item = xmlnode_copy(conference.get());
        xmlnode_set_namespace(item, old_ns);
        xmlnode_set_attrib(item, "jid", room.c_str());
        for (const char* name : {"nick", "password"})
            if (xmlnode* child = xmlnode_get_child(item, name)) xmlnode_set_namespace(child, old_ns);
        xmlnode_insert_child(storage.get(), item);
    }
    xmlnode_insert_child(add_child(iq.get(), "query", private_ns), storage.release());
    return iq;
}

} // namespace purple_plugin
