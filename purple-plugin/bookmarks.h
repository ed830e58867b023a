// SPDX-License-Identifier: GPL-2.0-or-later
// XEP-0402 PEP Native Bookmarks 1.2.0, or XEP-0048 1.2 in private XML where a server has no more: the rooms in the
// contact list are the same in all of the user's clients. What changed here while the client was offline goes to the
// server at the next login; else the server is right.
#pragma once
#include "purple-plugin/bookmark.h"
#include "purple-plugin/context.h"
#include "purple-plugin/questions.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace purple_plugin {

class Bookmarks {
public:
    Bookmarks(const Context& context, Questions& questions);
    ~Bookmarks();
    Bookmarks(const Bookmarks&) = delete;
    Bookmarks& operator=(const Bookmarks&) = delete;

    // Fetches the list and enters the rooms that are entered at login.
    void begin(PurpleConnection* connection);

    // `connection` goes away: what the user changed is published before.
    void forget(PurpleConnection* connection);

    // Follows what another client changed.
    void receive(PurpleConnection* connection, const xmlnode* message);

    // The user added, changed or removed a chat.
    void chat_changed(PurpleChat* chat);
    void chat_removed(PurpleChat* chat);

private:
    struct Shelf {
        bool is_known = false;             // the server has told the list
        bool is_outdated = false;          // it changed while it was on its way
        Node old_list;                     // the server's answer, where it has XEP-0048 only
        std::map<std::string, Node> rooms; // payloads, by the room's address
    };
    // Something left for the next turn of the loop: Pidgin adds a chat first and says later how.
    struct Later {
        Bookmarks& bookmarks;
        PurpleConnection* connection;
        guint timer;
    };
    static gboolean look_again(void* later);

    void got_list(PurpleConnection* connection, const xmlnode* iq);
    void got_old_list(PurpleConnection* connection, const xmlnode* iq);
    void meet(PurpleConnection* connection);
    void put_up(PurpleConnection* connection, const std::string& room, const xmlnode* conference);
    void take_down(PurpleConnection* connection, const std::string& room);
    void publish_changes(PurpleConnection* connection, Shelf& shelf);
    void publish(PurpleConnection* connection, Shelf& shelf, const Bookmark& bookmark);

    void mend(PurpleConnection* connection, const std::shared_ptr<xmlnode>& publication);

    Questions& questions_;
    std::map<PurpleConnection*, Shelf> shelves_;
    std::vector<Later*> later_;
    bool is_following_ = false; // the contact list changes because the server's list did
};

} // namespace purple_plugin
