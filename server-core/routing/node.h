// SPDX-License-Identifier: MIT
// What a node of the server is given from outside: its names, time, randomness, a timer. Three nodes live in one test.
#pragma once
#include "base/clock.h"
#include "base/log.h"
#include "store/accounts.h"
#include "store/deliveries.h"
#include "store/workers.h"
#include "xmpp/jid.h"
#include "xmpp/random.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace routing {

// Limits on what peers can make grow; 0: none. Each is one key of server-core.conf.
struct Limits {
    std::size_t sessions_per_account = 20;
    std::size_t queue_bytes = 4 * 1024 * 1024;  // waiting for one client
    std::chrono::seconds resume_time{600};      // for a client that lost its connection (XEP-0198 5); 0: it may not
    std::size_t resume_bytes = 1024 * 1024;     // kept for it
    std::size_t unacknowledged = 5000;          // stanzas sent to one that acknowledges (XEP-0198)
    std::size_t undelivered = 10000;            // messages that wait for an account without clients
    std::size_t roster_items = 1000;
    std::size_t roster_groups = 64;             // of one contact
    std::size_t subscription_requests = 200;    // that wait for an account's answer
    std::size_t blocked = 1000;                 // by one account
    std::size_t directed = 1000;                // addresses that one client sent its presence to
    std::size_t questions = 20000;              // of the server's own, not answered yet
    std::size_t archive_page = 250;             // messages in an answer of the archive
    std::size_t accounts_in_memory = 20000;
    std::size_t waiting_stanzas = 1000;  // for one account that is being loaded
    std::size_t rooms = 10000;
    std::size_t rooms_per_account = 200;  // that it has made
    std::size_t occupants = 2000;
    std::size_t affiliations = 10000;     // in the lists of one room
    std::size_t private_bytes = 512 * 1024;  // one record of private storage or a vCard
    std::size_t private_records = 100;
    std::size_t nodes = 200;                 // pubsub: that one account makes, in each place
    std::size_t node_items = 1000;           // in one node
    std::size_t node_subscribers = 10000;    // of one node, and affiliations
    std::size_t item_bytes = 512 * 1024;     // one payload
    std::size_t node_bytes = 16 * 1024 * 1024;  // all payloads in the nodes that one account has made, in each place
};

struct Node {
    xmpp::Jid domain;         // the host whose users we have
    base::Clock& clock;
    xmpp::Random& random;
    const base::Log& log;
    store::Workers& workers;
    Limits limits{};
    // Runs `fn` on the loop, not before `delay`; dropping the handle forgets it.
    std::function<std::shared_ptr<void>(std::chrono::milliseconds delay, std::function<void()> fn)> after{};
    unsigned scram_iterations = store::usual_scram_iterations;  // of keys made from now on
    store::Deliveries* deliveries = nullptr;                    // null: nothing is remembered beside the store
};

}  // namespace routing
