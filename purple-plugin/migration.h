// SPDX-License-Identifier: GPL-2.0-or-later
// Accounts that become one of the organisation's and back: an ordinary XMPP account of its domain is offered to, once;
// one whose organisation has another domain now is asked at its login. Nothing is done without the user's word.
#pragma once
#include "purple-plugin/context.h"
#include "purple-plugin/words.h"

#include <set>
#include <string>

#include <connection.h>

namespace purple_plugin {

class Migration {
public:
    // Offers to all accounts that are enabled, and to others when they come online.
    explicit Migration(const Context& context);
    ~Migration();
    Migration(const Migration&) = delete;
    Migration& operator=(const Migration&) = delete;

    // Asks about `account` if it is an ordinary one that could be ours, and was not asked about since the start.
    void consider(PurpleAccount* account);

    // There is no such account any more; another may get its place in memory.
    void forget(PurpleAccount* account) { asked_.erase(account); }

    // Asks whether the user means to leave the organisation's protocol.
    void ask_for_ordinary(PurpleConnection* connection) const;

    // Notes the domain that `account` logs in to.
    void note_domain(PurpleAccount* account) const;

    // Where `account` has logged in to the organisation's former domain: asks whether it moves to the new one.
    //   returns   the sentence for its failed login; empty where it never did
    std::string ask_for_new_domain(PurpleAccount* account);

    void become_ours(PurpleAccount* account);
    void become_ordinary(PurpleAccount* account);
    void move_to_new_domain(PurpleAccount* account);

private:
    void change(PurpleAccount* account, const char* protocol, const std::string& address, Word done);
    static gboolean all_is_written(void* migration);

    const Context& context_;
    std::set<PurpleAccount*> asked_;
    guint writing_ = 0; // the timer until libpurple has written what was changed
};

} // namespace purple_plugin
