// SPDX-License-Identifier: GPL-2.0-or-later
// XEP-0184 Message Delivery Receipts 1.4.0: a contact's client says that it has a message, and ours says so to
// contacts. Others get no answer: it would tell them when somebody is there.
#pragma once
#include "purple-plugin/context.h"

#include <deque>
#include <map>
#include <string>

#include <xmlnode.h>

namespace purple_plugin {

class Receipts {
public:
    explicit Receipts(const Context& context);
    ~Receipts();
    Receipts(const Receipts&) = delete;
    Receipts& operator=(const Receipts&) = delete;

    // Asks for a receipt of a message that leaves for a contact.
    void ask(PurpleConnection* connection, xmlnode* message);

    // Gives the receipt that a message asks for; tells the user of one that came.
    void receive(PurpleConnection* connection, const xmlnode* message);

    void forget(PurpleConnection* connection) { asked_.erase(connection); }

private:
    using Ids = std::deque<std::string>;
    void give(PurpleConnection* connection, const xmlnode* message) const;
    void got(PurpleConnection* connection, const std::string& who, const std::string& id);

    const Context& context_;
    std::map<PurpleConnection*, std::map<std::string, Ids>> asked_; // by contact, the oldest first
};

} // namespace purple_plugin
