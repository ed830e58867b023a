// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/room_list.h"

#include "purple-plugin/lines.h"
#include "purple-plugin/stanzas.h"
#include "purple-plugin/words.h"

#include <notify.h>

namespace purple_plugin {
namespace {

constexpr const char* page_ns = "http://jabber.org/protocol/rsm";
constexpr int most_pages = 20;
constexpr const char* items_ns = "http://jabber.org/protocol/disco#items";

// The first two are what prpl-jabber enters a room by.
GList* new_fields() {
    GList* fields = g_list_append(nullptr, purple_roomlist_field_new(PURPLE_ROOMLIST_FIELD_STRING, "", "room", TRUE));
    fields = g_list_append(fields, purple_roomlist_field_new(PURPLE_ROOMLIST_FIELD_STRING, "", "server", TRUE));
    return g_list_append(fields, purple_roomlist_field_new(PURPLE_ROOMLIST_FIELD_STRING, say(Word::rooms_name).c_str(),
                                                           "description", FALSE));
}

void add_room(PurpleRoomlist* list, const xmlnode* item) {
    const auto address = attribute(item, "jid");
    const auto at = address.find('@');
    if (at == 0 || at == address.npos) return;
    const auto name = address.substr(0, at);
    auto* room = purple_roomlist_room_new(PURPLE_ROOMLIST_ROOMTYPE_ROOM, name.c_str(), nullptr);
    purple_roomlist_room_add_field(list, room, name.c_str());
    purple_roomlist_room_add_field(list, room, address.substr(at + 1).c_str());
    purple_roomlist_room_add_field(list, room, attribute(item, "name").c_str());
    purple_roomlist_room_add(list, room);
}

} // namespace

RoomList::~RoomList() {
    for (const auto& [connection, list] : lists_) purple_roomlist_unref(list);
}

PurpleRoomlist* RoomList::get(PurpleConnection* connection) {
    forget(connection);
    PurpleRoomlist* list = purple_roomlist_new(purple_connection_get_account(connection));
    purple_roomlist_set_fields(list, new_fields());
    purple_roomlist_set_in_progress(list, TRUE);
    lists_[connection] = list;
    ask(connection, list, {}, 0);
    return list;
}

void RoomList::ask(PurpleConnection* connection, PurpleRoomlist* list, const std::string& after, int pages) {
    Node iq = new_iq("get", context_.organisation.rooms);
    xmlnode* set = add_child(add_child(iq.get(), "query", items_ns), "set", page_ns);
    add_child(set, "max", page_ns, "100");
    if (!after.empty()) add_child(set, "after", page_ns, after);
    questions_.ask(connection, std::move(iq), [=, this](const xmlnode* answer) {
        const auto found = lists_.find(connection);
        if (found != lists_.end() && found->second == list) fill(connection, list, answer, pages + 1);
    });
}

// XEP-0059: a page that says where it ends is followed by another; one without items is the last.
void RoomList::fill(PurpleConnection* connection, PurpleRoomlist* list, const xmlnode* answer, int pages) {
    const xmlnode* query = answer != nullptr ? xmlnode_get_child_with_namespace(answer, "query", items_ns) : nullptr;
    if (attribute(answer, "type") != "result" || query == nullptr) {
        purple_notify_error(connection, say(Word::menu_rooms).c_str(), in_lines(say(Word::rooms_missing)).c_str(), nullptr);
        return cancel(list);
    }
    xmlnode* first = xmlnode_get_child(query, "item");
    for (xmlnode* item = first; item != nullptr; item = xmlnode_get_next_twin(item)) add_room(list, item);
    const auto last = text_in(xmlnode_get_child_with_namespace(query, "set", page_ns), "last");
    if (first == nullptr || last.empty() || pages >= most_pages) return cancel(list);
    ask(connection, list, last, pages);
}

void RoomList::cancel(PurpleRoomlist* list) {
    for (auto next = lists_.begin(); next != lists_.end(); ++next) {
        if (next->second != list) continue;
        lists_.erase(next);
        purple_roomlist_set_in_progress(list, FALSE);
        return purple_roomlist_unref(list);
    }
}

void RoomList::forget(PurpleConnection* connection) {
    const auto found = lists_.find(connection);
    if (found != lists_.end()) cancel(found->second);
}

} // namespace purple_plugin
