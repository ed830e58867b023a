// SPDX-License-Identifier: GPL-2.0-or-later
// XEP-0308 Last Message Correction 1.2.1: /correct sends the last message again as it should have been; corrections
// that arrive are marked, since libpurple cannot change what it has drawn.
#pragma once
#include "purple-plugin/context.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <cmds.h>
#include <xmlnode.h>

namespace purple_plugin {

class Correction {
public:
    explicit Correction(const Context& context);
    ~Correction();
    Correction(const Correction&) = delete;
    Correction& operator=(const Correction&) = delete;

    // Sends `text` in place of the last message in that conversation; false when there is none.
    bool correct(PurpleConversation* conversation, const std::string& text);

    // Notes a message that leaves, or makes it the correction that is being sent.
    void send(PurpleConnection* connection, xmlnode* message);

    void forget(PurpleConnection* connection);

private:
    using Partner = std::pair<PurpleConnection*, std::string>;
    std::map<Partner, std::string> last_; // the id of the message that corrections replace
    std::string replaced_;                // while a correction is being sent
    std::vector<PurpleCmdId> commands_;
    std::string help_;
};

} // namespace purple_plugin
