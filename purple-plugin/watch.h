// SPDX-License-Identifier: GPL-2.0-or-later
// Notices a connection that is dead and does not say so: silence (XEP-0199), a computer that slept, another network.
// libpurple alone takes two and a half minutes, in which what is sent goes nowhere.
#pragma once
#include "purple-plugin/context.h"
#include "purple-plugin/questions.h"
#include "purple-plugin/words.h"

#include <functional>
#include <set>

namespace purple_plugin {

class Watch {
public:
    // Called for a connection that is to end, with the sentence for its user.
    using Dead = std::function<void(PurpleConnection*, Word)>;
    // Called when the computer has woken up or has another network: who is not there may try at once.
    using Changed = std::function<void()>;

    Watch(const Context& context, Questions& questions, Dead dead, Changed changed);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    // Nothing came for half a minute.
    void ask(PurpleConnection* connection) { ask(connection, Word::connection_silent, patience); }

    // Something may have cut every connection; each must answer soon.
    void suspect_all(Word why);

    void forget(PurpleConnection* connection) { asked_.erase(connection); }

private:
    static constexpr unsigned patience = 30;      // seconds, of a network that is merely slow
    static constexpr unsigned after_a_change = 8; // seconds, when there is a reason to doubt
    static gboolean look_at_clock(void* watch);
    void ask(PurpleConnection* connection, Word why, unsigned seconds);

    const Context& context_;
    Questions& questions_;
    const Dead dead_;
    const Changed changed_;
    std::set<PurpleConnection*> asked_;
    gint64 looked_; // microseconds of the wall clock
    guint timer_;
};

} // namespace purple_plugin
