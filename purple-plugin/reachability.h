// SPDX-License-Identifier: GPL-2.0-or-later
// Whether this computer can connect to a proxy for files (XEP-0065). When the receiver has chosen one that it cannot,
// libpurple waits for TCP to give up, which takes two minutes. Looks in the background at login and when the network
// is another one; remembers for some minutes.
#pragma once
#include "purple-plugin/bytestreams.h"
#include "purple-plugin/context.h"
#include "purple-plugin/questions.h"

#include <functional>
#include <list>
#include <map>
#include <vector>

namespace purple_plugin {

class Reachability {
public:
    using Known = std::function<void()>;

    Reachability(const Context& context, Questions& questions);
    ~Reachability();
    Reachability(const Reachability&) = delete;
    Reachability& operator=(const Reachability&) = delete;

    // Asks the organisation's proxy where it is, and looks there.
    void look_around(PurpleConnection* connection);

    // The network is another one: nothing is known of it.
    void look_again();

    // Whether something is known of all these, and whether that one could not be connected to.
    bool knows(const std::vector<Streamhost>& hosts) const;
    bool is_dead(const Streamhost& host) const;

    // Looks at those of `hosts` of which nothing is known, three seconds at most, then calls; never after `forget`.
    void look(PurpleConnection* connection, const std::vector<Streamhost>& hosts, Known known);

    void forget(PurpleConnection* connection);

private:
    struct Look {
        Reachability& reachability;
        PurpleConnection* connection;
        Streamhost host;
        guint timer = 0;
    };
    struct Seen {
        bool is_reached;
        gint64 until; // microseconds of the monotonic clock
    };
    struct Waiting {
        PurpleConnection* connection;
        std::vector<Streamhost> hosts;
        Known known;
    };
    static void on_connected(void* look, int socket, const char* error);
    static gboolean give_up(void* look);
    const Seen* seen(const Streamhost& host) const;
    void begin(PurpleConnection* connection, const std::vector<Streamhost>& hosts);
    void begin(PurpleConnection* connection, const Streamhost& host);
    void end(const Look& look, bool is_reached);
    void tell();

    const Context& context_;
    Questions& questions_;
    std::map<Streamhost, Seen> seen_;
    std::map<Streamhost, Look> looks_;
    std::list<Waiting> waiting_;
};

} // namespace purple_plugin
