// SPDX-License-Identifier: GPL-2.0-or-later
// XEP-0077 In-Band Registration: asks for the account with the name and password that were typed already, and puts
// it online. libpurple would show an empty form to type them again, and leave the account disabled afterwards.
#pragma once
#include "purple-plugin/context.h"

#include <map>
#include <string>
#include <vector>

#include <connection.h>
#include <xmlnode.h>

namespace purple_plugin {

class Registration {
public:
    explicit Registration(const Context& context);
    ~Registration();
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;

    // `connection` is there to make an account.
    void begin(PurpleConnection* connection);

    // `connection` goes away.
    void forget(PurpleConnection* connection);

    // Whether the answer `iq` to `connection` was ours to take.
    bool receive(PurpleConnection* connection, const char* type, const char* id, const char* from, xmlnode* iq);

    // Ends the attempt of `account` with a sentence for its user.
    void refuse(PurpleAccount* account, const std::string& sentence);

private:
    // Something left for the next turn of the loop: a connection cannot be closed from within its own callback.
    struct Leaving {
        Registration& registration;
        PurpleAccount* account;
        std::string password;
        bool succeeded;
        guint timer;
    };
    static gboolean leave(void* leaving);

    bool answer_form(PurpleConnection* connection, xmlnode* iq);
    void finish(PurpleAccount* account, bool succeeded);

    const Context& context_;
    std::map<PurpleConnection*, bool> attempts_; // whether the form was answered
    std::vector<Leaving*> leaving_;
};

// Whether name and password are all that the form in `query` (jabber:iq:register) asks for.
bool asks_name_and_password_only(xmlnode* query);

} // namespace purple_plugin
