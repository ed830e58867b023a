// SPDX-License-Identifier: GPL-2.0-or-later
// Why there is no connection, in a sentence that says what to do next, where libpurple tells what the protocol said.
#pragma once
#include "purple-plugin/context.h"
#include "purple-plugin/words.h"

#include <map>
#include <optional>
#include <set>
#include <string>

#include <connection.h>
#include <xmlnode.h>

namespace purple_plugin {

class Failures {
public:
    // Stands between libpurple and the client's windows; these exist from then on only.
    explicit Failures(const Context& context);
    ~Failures();
    Failures(const Failures&) = delete;
    Failures& operator=(const Failures&) = delete;

    // Notes what the server says before it ends a login or a stream.
    void receive(PurpleConnection* connection, const xmlnode* element);

    // Ends a connection that is of no use, with a sentence of ours; the client makes it again.
    void give_up(PurpleConnection* connection, Word why);

    void forget(PurpleConnection* connection) { said_.erase(connection); }

    // Tells the client's windows in our words; `text` is libpurple's sentence.
    // Where these would not show it, a window of ours does, once until the account is online.
    void report(PurpleConnection* connection, PurpleConnectionError reason, const char* text);

    // The account is online, or removed: what was told is told no longer.
    void over(PurpleAccount* account);

    // Writes our sentence into the error that the client keeps of an account.
    void rewrite(PurpleAccount* account, PurpleConnectionErrorInfo* error) const;

private:
    void note(PurpleConnection* connection, const std::string& condition);
    Word word(PurpleConnection* connection, PurpleConnectionError reason) const;
    std::string sentence(PurpleConnection* connection, PurpleConnectionError reason, const std::string& text) const;
    bool is_ours_already(const std::string& text) const;

    const Context& context_;
    PurpleConnectionUiOps* windows_;
    void (*report_)(PurpleConnection*, PurpleConnectionError, const char*) = nullptr;
    std::map<PurpleAccount*, std::set<std::string>> told_;
    std::map<PurpleConnection*, Word> said_; // by conditions of RFC 6120 4.9.3 and 6.5, or by us
};

// The sentence for what the server said, by condition; nothing for a condition that says nothing to a user.
std::optional<Word> word_for_condition(const std::string& condition);

// The sentence for libpurple's reason; `was_online`: the connection had been there.
Word word_for_reason(PurpleConnectionError reason, bool was_online);

} // namespace purple_plugin
