// SPDX-License-Identifier: MIT
#include "stream_world.h"

#include <cstdio>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace fuzz {
namespace {

struct Certificates {
    std::shared_ptr<const net::TlsCredentials> server, client;
};

std::shared_ptr<const net::TlsCredentials> load(const net::KeyAndCertificate& pair) {
    char folder[] = "/tmp/fuzz-XXXXXX";
    demand(::mkdtemp(folder) != nullptr);
    const std::string certificate = std::string(folder) + "/certificate", key = std::string(folder) + "/key";
    demand(net::write_file(certificate, pair.certificate_pem, 0600) && net::write_file(key, pair.key_pem, 0600));
    const auto loaded = net::TlsCredentials::load(certificate, key);
    ::unlink(certificate.c_str());
    ::unlink(key.c_str());
    ::rmdir(folder);
    demand(loaded.has_value());
    return *loaded;
}

const Certificates& certificates() {
    static const Certificates made = [] {
        const auto now = std::chrono::system_clock::now();
        const auto authority = net::make_authority("Montague", now);
        const auto pair = net::make_certificate(*authority, {domain}, now);
        return Certificates{load(*pair), *net::TlsCredentials::for_client(domain, {net::read_certificate(authority->certificate_pem)->der})};
    }();
    return made;
}

// One account: romeo, "pencil", with keys that take no time.
store::Batch accounts() {
    const auto record = store::make_account("pencil", "salt", "salt", {}, 1);
    return {store::put_account(std::string("romeo@") + domain, record), store::put_account(std::string("juliet@") + domain, record)};
}

}  // namespace

World::World()
    : workers_(1, [this](std::function<void()> fn) { loop_.post(std::move(fn)); }),
      node_{*xmpp::parse_jid(domain), clock_, random_, log_, workers_, {},
            [this](auto delay, auto fn) { return std::make_shared<net::Timer>(timers_.after(delay, std::move(fn))); }, 4096} {
    store_.commit(accounts(), [](auto) {});
    writes_ = std::make_unique<routing::Writes>(store_);
    users_ = std::make_unique<routing::Users>(node_, store_, *writes_);
    router_ = std::make_unique<routing::Router>(node_, *users_, *writes_, store_);
    publisher_ = std::make_unique<routing::Publisher>(node_, *users_, *router_, *writes_, store_);
    commands_ = std::make_unique<routing::Commands>(node_);
    routing::Feature feature(node_, *users_, *router_, *writes_, store_, discovery_, *publisher_, *commands_);
    const modules::Choices choices{"rooms.montague.example", *base::Pattern::compile("[a-z]+"), "romeo"};
    modules::add_all(feature, choices);
    loop_.each_turn([this] { users_->end_turn(); });
    rules_.component_secret = component_secret;
    rules_.scram_secret = "salts";
    rules_.after_login.stanza_bytes = rules_.before_login.stanza_bytes = 10'000;
    registration_ = std::make_unique<routing::Registration>(node_, *users_, routing::RegistrationRules{true, choices.account_pattern, "romeo"});
    shared_.reset(new stream::Shared{rules_, node_, loop_, timers_, *users_, *router_, *writes_, throttle_, *registration_,
                                     [] { return certificates().server; }});
}

World::~World() = default;

std::shared_ptr<const net::TlsCredentials> World::client_credentials() { return certificates().client; }

std::unique_ptr<net::Connection> World::connect(int& other_end) {
    int ends[2];
    demand(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    other_end = ends[1];
    // Whatever family it is said to be: nothing but reading, writing and waiting is done with it.
    boost::asio::ip::tcp::socket socket(loop_.context(), boost::asio::ip::tcp::v4(), ends[0]);
    return std::make_unique<net::Connection>(loop_, std::move(socket));
}

void World::settle(int turns) {
    for (int i = 0; i < turns; ++i) loop_.poll();
}

std::string read_plain(int socket) {
    char bytes[4096];
    std::string all;
    while (all.size() < 65536) {
        const auto got = ::recv(socket, bytes, sizeof bytes, MSG_DONTWAIT);
        if (got <= 0) break;
        all.append(bytes, static_cast<std::size_t>(got));
    }
    return all;
}

void write_plain(int socket, std::string_view bytes) {
    [[maybe_unused]] const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

}  // namespace fuzz
