// SPDX-License-Identifier: GPL-2.0-or-later
// SCRAM (RFC 5802, RFC 7677) where libpurple's build has none, as on Windows: libpurple believes that it logs in by
// PLAIN, and what it sends and receives is put in the place of a SCRAM exchange. So no password leaves this computer.
#pragma once
#include "purple-plugin/context.h"
#include "purple-plugin/scram.h"

#include <map>
#include <optional>
#include <string>

#include <connection.h>
#include <xmlnode.h>

namespace purple_plugin {

class ScramLogin {
public:
    explicit ScramLogin(const Context& context);
    ~ScramLogin();
    ScramLogin(const ScramLogin&) = delete;
    ScramLogin& operator=(const ScramLogin&) = delete;

    // Looks at what the server sends; `*element` is null afterwards when libpurple shall not see it.
    void receive(PurpleConnection* connection, xmlnode** element);

    // Looks at what libpurple sends.
    void send(PurpleConnection* connection, xmlnode* element);

    void forget(PurpleConnection* connection) { logins_.erase(connection); }

private:
    struct Login {
        std::string mechanism;         // the best SCRAM that the server offers
        std::optional<Scram> exchange; // ours: libpurple does not speak it
        bool is_proven = false;        // the server showed that it knows the password
    };

    void read_offer(PurpleConnection* connection, xmlnode* features);
    void answer(PurpleConnection* connection, Login& login, const xmlnode* challenge);
    bool finish(PurpleConnection* connection, const Login& login, xmlnode* success);
    void refuse(PurpleConnection* connection);

    const Context& context_;
    std::map<PurpleConnection*, Login> logins_; // while they log in
};

} // namespace purple_plugin
