// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/room_list.h"

#include "purple-plugin/stanzas.h"
#include "purple-plugin/words.h"

#include <notify.h>

namespace purple_plugin {
namespace {

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
    Node iq = new_iq("get", context_.organisation.rooms);
    add_child(iq.get(), "query", items_ns);
    questions_.ask(connection, std::move(iq), [this, connection](const xmlnode* answer) { fill(connection, answer); });
    return list;
}

void RoomList::fill(PurpleConnection* connection, const xmlnode* answer) {
    const auto found = lists_.find(connection);
    if (found == lists_.end()) return;
    const xmlnode* query = answer != nullptr ? xmlnode_get_child_with_namespace(answer, "query", items_ns) : nullptr;
    if (attribute(answer, "type") != "result" || query == nullptr)
        purple_notify_error(connection, say(Word::menu_rooms).c_str(), say(Word::rooms_missing).c_str(), nullptr);
    else
        for (xmlnode* item = xmlnode_get_child(query, "item"); item != nullptr; item = xmlnode_get_next_twin(item))
            add_room(found->second, item);
    cancel(found->second);
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
