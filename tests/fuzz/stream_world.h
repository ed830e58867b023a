// SPDX-License-Identifier: MIT
// A server in memory with real streams: the other end of its sockets is the fuzzer's. Nothing waits: time stands still
// but for what is ready.
#pragma once
#include "modules/modules.h"
#include "net/certificates.h"
#include "net/connection.h"
#include "store/memory/memory_store.h"
#include "stream/login_throttle.h"
#include "stream/rules.h"

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace fuzz {

inline void demand(bool fact) {
    if (!fact) std::abort();
}

inline constexpr const char* domain = "montague.example";
inline constexpr const char* component_secret = "secret";

class World {
public:
    World();
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    const stream::Shared& shared() const { return *shared_; }
    // A connection of the server; its other end, which does not block, is closed by the caller.
    std::unique_ptr<net::Connection> connect(int& other_end);
    void spawn(base::Task<> task) { loop_.spawn(std::move(task)); }
    // What is ready happens, until nothing is; what was computed aside is waited for, a moment.
    void settle(int turns = 4);
    const routing::Users& users() const { return *users_; }
    static std::shared_ptr<const net::TlsCredentials> client_credentials();

private:
    net::Loop loop_;
    net::Timers timers_{loop_};
    base::Clock clock_;
    xmpp::Random random_;
    base::Log log_{base::LogLevel::error};
    store::MemoryStore store_;
    store::Workers workers_;
    routing::Node node_;
    std::unique_ptr<routing::Writes> writes_;
    std::unique_ptr<routing::Users> users_;
    std::unique_ptr<routing::Router> router_;
    routing::Discovery discovery_;
    std::unique_ptr<routing::Publisher> publisher_;
    std::unique_ptr<routing::Commands> commands_;
    stream::Rules rules_;
    stream::LoginThrottle throttle_{clock_};
    std::unique_ptr<routing::Registration> registration_;
    std::unique_ptr<stream::Shared> shared_;
};

// Reads all that is there, at most 64 KiB.
std::string read_plain(int socket);
void write_plain(int socket, std::string_view bytes);

}  // namespace fuzz
