// SPDX-License-Identifier: GPL-2.0-or-later
// Whether files can go through the organisation's proxy (XEP-0065): the user as both sides of a transfer, a few bytes
// in each direction.
#pragma once
#include "purple-plugin/context.h"
#include "purple-plugin/questions.h"

#include <array>
#include <functional>
#include <memory>
#include <string>

namespace purple_plugin {

class ProxyProbe {
public:
    enum class Outcome {
        both_ways,   // bytes went there and back
        no_answer,   // the server knows no such proxy, or it does not say where it is
        unreachable, // its address cannot be connected to from here
        refused,     // it is there and does not pass anything on
    };
    using Done = std::function<void(Outcome)>;

    // Begins; `done` is called once, unless the probe is destroyed before.
    ProxyProbe(const Context& context, Questions& questions, PurpleConnection* connection, std::string own_full_address,
               Done done);
    ~ProxyProbe();
    ProxyProbe(const ProxyProbe&) = delete;
    ProxyProbe& operator=(const ProxyProbe&) = delete;

private:
    enum class Step { greeting, asking, waiting, passing };
    struct Side {
        ProxyProbe& probe;
        int socket = -1;
        guint watch = 0;
        Step step = Step::greeting;
        std::string received = {};
    };
    static void on_connected(void* side, int socket, const char* error);
    static void on_readable(void* side, int socket, PurpleInputCondition condition);
    static gboolean give_up(void* probe);

    void got_address(const xmlnode* answer);
    void greet(Side& side);
    void advance(Side& side);
    void activate();
    void pass_bytes();
    void end(Outcome outcome);

    const Context& context_;
    Questions& questions_;
    PurpleConnection* connection_;
    const std::string own_;
    const std::string session_;
    std::string host_;
    int port_ = 0;
    std::array<Side, 2> sides_; // the receiver's, who comes first, and the sender's
    guint timer_ = 0;
    Done done_;
    std::shared_ptr<char> alive_ = std::make_shared<char>(); // answers may come after the probe has ended
};

} // namespace purple_plugin
