// SPDX-License-Identifier: GPL-2.0-or-later
// RFC 6121 2.1.6: a change of the contact list that the server refuses. libpurple passes over the refusal and shows a
// contact that will never be there. Keeps whom the changes were about that are not answered yet.
#pragma once
#include "purple-plugin/context.h"

#include <map>
#include <string>

#include <connection.h>
#include <xmlnode.h>

namespace purple_plugin {

class RefusedContacts {
public:
    explicit RefusedContacts(const Context& context);
    ~RefusedContacts();
    RefusedContacts(const RefusedContacts&) = delete;
    RefusedContacts& operator=(const RefusedContacts&) = delete;

    void note(PurpleConnection* connection, const xmlnode* sent);
    void forget(PurpleConnection* connection) { asked_.erase(connection); }

    // Tells the user, if `answer` refuses a change.
    void receive(PurpleConnection* connection, const xmlnode* answer);

private:
    const Context& context_;
    std::map<PurpleConnection*, std::map<std::string, std::string>> asked_; // the contact, by the IQ's id
};

} // namespace purple_plugin
