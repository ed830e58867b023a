// SPDX-License-Identifier: GPL-2.0-or-later
// One room of the user's list, as XEP-0402 writes it and as Pidgin's contact list keeps it.
#pragma once
#include "purple-plugin/purple_handles.h"

#include <map>
#include <string>

#include <blist.h>

namespace purple_plugin {

constexpr const char* bookmarks_ns = "urn:xmpp:bookmarks:1";

struct Bookmark {
    std::string room; // its address
    std::string name;
    std::string nick;
    std::string password;
    bool is_entered = false; // at login, by itself

    bool operator==(const Bookmark&) const = default;
};

// What <conference/>, the payload of the item `room`, says.
Bookmark read_bookmark(const std::string& room, const xmlnode* conference);

// The payload for `bookmark`: what others added to the `known` one, null where there is none, stays (XEP-0402 3.4).
Node to_conference(const Bookmark& bookmark, const xmlnode* known);

// The same of a chat in the contact list; `otherwise` is the nick where the chat has none.
Bookmark read_chat(PurpleChat* chat, const std::string& otherwise);

// Makes the chat what `bookmark` says.
void update_chat(PurpleChat* chat, const Bookmark& bookmark);
PurpleChat* new_chat(PurpleAccount* account, const Bookmark& bookmark);

// An IQ that publishes the item, for its owner's eyes only (XEP-0402 3.3), or takes it back (3.5).
Node publication(const Bookmark& bookmark, const xmlnode* known);
Node configuration(); // the list as publications demand it
Node retraction(const std::string& room);

// XEP-0048 in private XML (XEP-0049), for servers without the newer way: always the whole list at once.
Node old_list_question();
// What such a list says: payloads as XEP-0402 has them, by the room's address.
std::map<std::string, Node> read_old_list(const xmlnode* answer);
// An IQ that writes the list: `rooms`, and of the `known` answer what is no room.
Node old_publication(const std::map<std::string, Node>& rooms, const xmlnode* known);

} // namespace purple_plugin
