// SPDX-License-Identifier: GPL-2.0-or-later
// Brings an account back by itself: where the client does not (libpurple leaves it to its windows), and sooner than
// Pidgin and Finch, which wait up to ten minutes between two tries. Whoever tries first wins, the other finds it done.
#pragma once
#include "purple-plugin/context.h"

#include <map>

#include <connection.h>

namespace purple_plugin {

class Reconnect {
public:
    explicit Reconnect(const Context& context);
    ~Reconnect();
    Reconnect(const Reconnect&) = delete;
    Reconnect& operator=(const Reconnect&) = delete;

    // The connection ended for a reason that may pass.
    void lost(PurpleAccount* account);

    void forget(PurpleAccount* account);

    // The network is another one: all who wait try in a moment.
    void try_all_soon();

private:
    struct Waiting {
        Reconnect* reconnect = nullptr;
        PurpleAccount* account = nullptr;
        unsigned tries = 0;
        guint timer = 0;
    };
    static gboolean try_now(void* waiting);
    void wait(Waiting& waiting, unsigned seconds);

    std::map<PurpleAccount*, Waiting> waiting_;
};

// Seconds before try number `tries`, from 0: ten, then twice as long each time up to two minutes; to it comes up to as
// much again by `chance` (0 to 1), so that not all desks come at once after a restart.
unsigned seconds_before_try(unsigned tries, double chance);

} // namespace purple_plugin
