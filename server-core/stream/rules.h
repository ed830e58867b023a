// SPDX-License-Identifier: MIT
// What the settings say to streams, and what all streams of a node share.
#pragma once
#include "net/timer.h"
#include "net/tls.h"
#include "routing/node.h"
#include "routing/registration.h"
#include "routing/router.h"
#include "xml/parser.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace stream {

class LoginThrottle;

struct Rules {
    xml::Limits before_login{16 * 1024, 100, 8192, 1000};
    xml::Limits after_login{256 * 1024, 100, 8192, 10000};
    std::chrono::seconds handshake_time{60};  // until TLS stands, or a component has proved itself; 0: as long as the login
    std::chrono::seconds login_time{120};  // people read certificate dialogs
    std::chrono::seconds ping_time{300};   // silence after which a client is asked whether it is there; 0: never
    bool compression = true;               // offer zlib (XEP-0138)
    bool client_state = true;              // hold back what inactive clients need not hear (XEP-0352)
    std::size_t connections = 18000;
    std::size_t connections_per_address = 2000;
    std::size_t strangers = 10000;  // connections that are not logged in; the oldest makes way
    std::size_t strangers_per_address = 1000;
    std::size_t components = 100;
    std::size_t login_queue_bytes = 256 * 1024;  // of answers that a stranger has not read
    // DESIGN 4.4: a client may go through five mechanisms with one password, so mechanisms are allowed more tries than
    // passwords are.
    std::size_t login_attempts = 8;
    std::size_t wrong_passwords = 3;
    std::size_t registrations_per_hour = 60;
    bool registration_open = true;
    bool channel_binding = true;  // offer SCRAM-...-PLUS (docs/decisions/0004)
    std::string component_secret;
    std::optional<xml::Element> capabilities;  // the server's <c/> (XEP-0115 6.3), told after login
    std::string scram_secret;  // salts of accounts that do not exist come from it
};

// Lent to every stream; older than all of them.
struct Shared {
    const Rules& rules;
    const routing::Node& node;
    net::Loop& loop;
    net::Timers& timers;
    routing::Users& users;
    routing::Router& router;
    routing::Writes& writes;
    LoginThrottle& throttle;
    routing::Registration& registration;
    // The certificate as it is now: a renewed one is picked up by the next handshake.
    std::function<std::shared_ptr<const net::TlsCredentials>()> credentials;
};

}  // namespace stream
